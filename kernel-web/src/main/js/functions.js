// What the gate offers to guests.

/** The functions of WASI preview 1 (wasi_snapshot_preview1.witx): i is i32, I is i64; all but proc_exit answer i32. */
export const FUNCTIONS = {
  args_get: 'ii', args_sizes_get: 'ii', environ_get: 'ii', environ_sizes_get: 'ii',
  clock_res_get: 'ii', clock_time_get: 'iIi',
  fd_advise: 'iIIi', fd_allocate: 'iII', fd_close: 'i', fd_datasync: 'i', fd_fdstat_get: 'ii',
  fd_fdstat_set_flags: 'ii', fd_fdstat_set_rights: 'iII', fd_filestat_get: 'ii', fd_filestat_set_size: 'iI',
  fd_filestat_set_times: 'iIIi', fd_pread: 'iiiIi', fd_prestat_get: 'ii', fd_prestat_dir_name: 'iii',
  fd_pwrite: 'iiiIi', fd_read: 'iiii', fd_readdir: 'iiiIi', fd_renumber: 'ii', fd_seek: 'iIii', fd_sync: 'i',
  fd_tell: 'ii', fd_write: 'iiii',
  path_create_directory: 'iii', path_filestat_get: 'iiiii', path_filestat_set_times: 'iiiiIIi',
  path_link: 'iiiiiii', path_open: 'iiiiiIIii', path_readlink: 'iiiiii', path_remove_directory: 'iii',
  path_rename: 'iiiiii', path_symlink: 'iiiii', path_unlink_file: 'iii',
  poll_oneoff: 'iiii', proc_exit: 'i', proc_raise: 'i', sched_yield: '', random_get: 'ii',
  sock_accept: 'iii', sock_recv: 'iiiiii', sock_send: 'iiiii', sock_shutdown: 'ii',
};

/** The function of wasi-threads, in a module of its own. */
export const THREAD_FUNCTIONS = { 'thread-spawn': 'i' };

/** Sockets beyond preview 1: WasmEdge's extension, in the form of its second version. */
export const SOCKET_FUNCTIONS = {
  sock_open: 'iii', sock_bind: 'iii', sock_listen: 'ii', sock_connect: 'iii', sock_getaddrinfo: 'iiiiiiii',
  sock_getlocaladdr: 'iii', sock_getpeeraddr: 'iii', sock_getsockopt: 'iiiii', sock_setsockopt: 'iiiii',
  sock_recv_from: 'iiiiiiii', sock_send_to: 'iiiiiii',
};

/** The functions of its first version that had another type; a program may mix them with those of the second. */
export const SOCKET_VARIANTS = [
  { sock_accept_v1: 'ii' },
  { sock_getlocaladdr_v1: 'iiii', sock_getpeeraddr_v1: 'iiii' },
];
