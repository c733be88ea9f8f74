package dev.samovar.web;

import dev.samovar.kernel.process.Threads;
import dev.samovar.wasi.Wasi;
import org.teavm.interop.Export;

/**
 * The 46 functions of WASI preview 1, and that of wasi-threads, as raw exports, for the gate. Each enters the kernel, calls the bridge, and leaves
 * with its errno. Entry and exit do not return to a guest that was killed.
 */
final class Syscalls {
  private static Wasi wasi;
  private static Threads threads;

  private Syscalls() {}

  static void init(Wasi bridge, Threads door) {
    wasi = bridge;
    threads = door;
  }

  @Export(name = "args_get")
  public static int argsGet(int argv, int buffer) {
    threads.enter();
    return threads.exit(wasi.args.get(argv, buffer));
  }

  @Export(name = "args_sizes_get")
  public static int argsSizesGet(int count, int bytes) {
    threads.enter();
    return threads.exit(wasi.args.sizesGet(count, bytes));
  }

  @Export(name = "environ_get")
  public static int environGet(int environ, int buffer) {
    threads.enter();
    return threads.exit(wasi.environ.get(environ, buffer));
  }

  @Export(name = "environ_sizes_get")
  public static int environSizesGet(int count, int bytes) {
    threads.enter();
    return threads.exit(wasi.environ.sizesGet(count, bytes));
  }

  @Export(name = "clock_res_get")
  public static int clockResGet(int id, int result) {
    threads.enter();
    return threads.exit(wasi.clock.resGet(id, result));
  }

  @Export(name = "clock_time_get")
  public static int clockTimeGet(int id, long precision, int result) {
    threads.enter();
    return threads.exit(wasi.clock.timeGet(id, result));
  }

  @Export(name = "fd_advise")
  public static int fdAdvise(int fd, long offset, long length, int advice) {
    threads.enter();
    return threads.exit(wasi.fd.advise(fd, offset, length, advice));
  }

  @Export(name = "fd_allocate")
  public static int fdAllocate(int fd, long offset, long length) {
    threads.enter();
    return threads.exit(wasi.fd.allocate(fd, offset, length));
  }

  @Export(name = "fd_close")
  public static int fdClose(int fd) {
    threads.enter();
    return threads.exit(wasi.fd.close(fd));
  }

  @Export(name = "fd_datasync")
  public static int fdDatasync(int fd) {
    threads.enter();
    return threads.exit(wasi.fd.datasync(fd));
  }

  @Export(name = "fd_fdstat_get")
  public static int fdFdstatGet(int fd, int result) {
    threads.enter();
    return threads.exit(wasi.fd.fdstatGet(fd, result));
  }

  @Export(name = "fd_fdstat_set_flags")
  public static int fdFdstatSetFlags(int fd, int flags) {
    threads.enter();
    return threads.exit(wasi.fd.fdstatSetFlags(fd, flags));
  }

  @Export(name = "fd_fdstat_set_rights")
  public static int fdFdstatSetRights(int fd, long base, long inheriting) {
    threads.enter();
    return threads.exit(wasi.fd.fdstatSetRights(fd, base, inheriting));
  }

  @Export(name = "fd_filestat_get")
  public static int fdFilestatGet(int fd, int result) {
    threads.enter();
    return threads.exit(wasi.fd.filestatGet(fd, result));
  }

  @Export(name = "fd_filestat_set_size")
  public static int fdFilestatSetSize(int fd, long size) {
    threads.enter();
    return threads.exit(wasi.fd.filestatSetSize(fd, size));
  }

  @Export(name = "fd_filestat_set_times")
  public static int fdFilestatSetTimes(int fd, long access, long modification, int flags) {
    threads.enter();
    return threads.exit(wasi.fd.filestatSetTimes(fd, access, modification, flags));
  }

  @Export(name = "fd_pread")
  public static int fdPread(int fd, int vectors, int count, long offset, int result) {
    threads.enter();
    return threads.exit(wasi.fd.pread(fd, vectors, count, offset, result));
  }

  @Export(name = "fd_prestat_get")
  public static int fdPrestatGet(int fd, int result) {
    threads.enter();
    return threads.exit(wasi.fd.prestatGet(fd, result));
  }

  @Export(name = "fd_prestat_dir_name")
  public static int fdPrestatDirName(int fd, int path, int length) {
    threads.enter();
    return threads.exit(wasi.fd.prestatDirName(fd, path, length));
  }

  @Export(name = "fd_pwrite")
  public static int fdPwrite(int fd, int vectors, int count, long offset, int result) {
    threads.enter();
    return threads.exit(wasi.fd.pwrite(fd, vectors, count, offset, result));
  }

  @Export(name = "fd_read")
  public static int fdRead(int fd, int vectors, int count, int result) {
    threads.enter();
    return threads.exit(wasi.fd.read(fd, vectors, count, result));
  }

  @Export(name = "fd_readdir")
  public static int fdReaddir(int fd, int buffer, int length, long cookie, int result) {
    threads.enter();
    return threads.exit(wasi.fd.readdir(fd, buffer, length, cookie, result));
  }

  @Export(name = "fd_renumber")
  public static int fdRenumber(int fd, int to) {
    threads.enter();
    return threads.exit(wasi.fd.renumber(fd, to));
  }

  @Export(name = "fd_seek")
  public static int fdSeek(int fd, long delta, int whence, int result) {
    threads.enter();
    return threads.exit(wasi.fd.seek(fd, delta, whence, result));
  }

  @Export(name = "fd_sync")
  public static int fdSync(int fd) {
    threads.enter();
    return threads.exit(wasi.fd.sync(fd));
  }

  @Export(name = "fd_tell")
  public static int fdTell(int fd, int result) {
    threads.enter();
    return threads.exit(wasi.fd.tell(fd, result));
  }

  @Export(name = "fd_write")
  public static int fdWrite(int fd, int vectors, int count, int result) {
    threads.enter();
    return threads.exit(wasi.fd.write(fd, vectors, count, result));
  }

  @Export(name = "path_create_directory")
  public static int pathCreateDirectory(int fd, int path, int length) {
    threads.enter();
    return threads.exit(wasi.path.createDirectory(fd, path, length));
  }

  @Export(name = "path_filestat_get")
  public static int pathFilestatGet(int fd, int flags, int path, int length, int result) {
    threads.enter();
    return threads.exit(wasi.path.filestatGet(fd, flags, path, length, result));
  }

  @Export(name = "path_filestat_set_times")
  public static int pathFilestatSetTimes(int fd, int flags, int path, int length, long access, long modification,
      int timeFlags) {
    threads.enter();
    return threads.exit(wasi.path.filestatSetTimes(fd, flags, path, length, access, modification, timeFlags));
  }

  @Export(name = "path_link")
  public static int pathLink(int oldFd, int oldFlags, int oldPath, int oldLength, int newFd, int newPath,
      int newLength) {
    threads.enter();
    return threads.exit(wasi.path.link(oldFd, oldFlags, oldPath, oldLength, newFd, newPath, newLength));
  }

  @Export(name = "path_open")
  public static int pathOpen(int fd, int lookupFlags, int path, int length, int openFlags, long base,
      long inheriting, int flags, int result) {
    threads.enter();
    return threads.exit(wasi.path.open(fd, lookupFlags, path, length, openFlags, base, inheriting, flags, result));
  }

  @Export(name = "path_readlink")
  public static int pathReadlink(int fd, int path, int length, int buffer, int bufferLength, int result) {
    threads.enter();
    return threads.exit(wasi.path.readlink(fd, path, length, buffer, bufferLength, result));
  }

  @Export(name = "path_remove_directory")
  public static int pathRemoveDirectory(int fd, int path, int length) {
    threads.enter();
    return threads.exit(wasi.path.removeDirectory(fd, path, length));
  }

  @Export(name = "path_rename")
  public static int pathRename(int fd, int oldPath, int oldLength, int newFd, int newPath, int newLength) {
    threads.enter();
    return threads.exit(wasi.path.rename(fd, oldPath, oldLength, newFd, newPath, newLength));
  }

  @Export(name = "path_symlink")
  public static int pathSymlink(int target, int targetLength, int fd, int path, int length) {
    threads.enter();
    return threads.exit(wasi.path.symlink(target, targetLength, fd, path, length));
  }

  @Export(name = "path_unlink_file")
  public static int pathUnlinkFile(int fd, int path, int length) {
    threads.enter();
    return threads.exit(wasi.path.unlinkFile(fd, path, length));
  }

  @Export(name = "poll_oneoff")
  public static int pollOneoff(int in, int out, int count, int result) {
    threads.enter();
    return threads.exit(wasi.poll.oneoff(in, out, count, result));
  }

  @Export(name = "proc_exit")
  public static void procExit(int status) {
    threads.enter();
    wasi.proc.exit(status);
  }

  @Export(name = "proc_raise")
  public static int procRaise(int signal) {
    threads.enter();
    return threads.exit(wasi.proc.raise(signal));
  }

  @Export(name = "sched_yield")
  public static int schedYield() {
    threads.enter();
    return threads.exit(wasi.sched.yield());
  }

  @Export(name = "random_get")
  public static int randomGet(int buffer, int length) {
    threads.enter();
    return threads.exit(wasi.random.get(buffer, length));
  }

  @Export(name = "sock_accept")
  public static int sockAccept(int fd, int flags, int result) {
    threads.enter();
    return threads.exit(wasi.sock.accept(fd, flags, result));
  }

  @Export(name = "sock_recv")
  public static int sockRecv(int fd, int vectors, int count, int flags, int read, int resultFlags) {
    threads.enter();
    return threads.exit(wasi.sock.receive(fd, vectors, count, flags, read, resultFlags));
  }

  @Export(name = "sock_send")
  public static int sockSend(int fd, int vectors, int count, int flags, int written) {
    threads.enter();
    return threads.exit(wasi.sock.send(fd, vectors, count, flags, written));
  }

  @Export(name = "sock_shutdown")
  public static int sockShutdown(int fd, int how) {
    threads.enter();
    return threads.exit(wasi.sock.shutdown(fd, how));
  }

  @Export(name = "sock_open")
  public static int sockOpen(int family, int type, int result) {
    threads.enter();
    return threads.exit(wasi.sockets.open(family, type, result));
  }

  @Export(name = "sock_bind")
  public static int sockBind(int fd, int address, int port) {
    threads.enter();
    return threads.exit(wasi.sockets.bind(fd, address, port));
  }

  @Export(name = "sock_listen")
  public static int sockListen(int fd, int backlog) {
    threads.enter();
    return threads.exit(wasi.sockets.listen(fd, backlog));
  }

  @Export(name = "sock_connect")
  public static int sockConnect(int fd, int address, int port) {
    threads.enter();
    return threads.exit(wasi.sockets.connect(fd, address, port));
  }

  @Export(name = "sock_accept_v1")
  public static int sockAcceptV1(int fd, int result) {
    threads.enter();
    return threads.exit(wasi.sockets.accept(fd, result));
  }

  @Export(name = "sock_getaddrinfo")
  public static int sockGetaddrinfo(int node, int nodeLength, int service, int serviceLength, int hints, int results,
      int most, int count) {
    threads.enter();
    return threads.exit(wasi.sockets.getAddressInfo(node, nodeLength, service, serviceLength, hints, results, most, count));
  }

  @Export(name = "sock_getlocaladdr")
  public static int sockGetlocaladdr(int fd, int address, int port) {
    threads.enter();
    return threads.exit(wasi.sockets.getLocalAddress(fd, address, 0, port));
  }

  @Export(name = "sock_getlocaladdr_v1")
  public static int sockGetlocaladdrV1(int fd, int address, int type, int port) {
    threads.enter();
    return threads.exit(wasi.sockets.getLocalAddress(fd, address, type, port));
  }

  @Export(name = "sock_getpeeraddr")
  public static int sockGetpeeraddr(int fd, int address, int port) {
    threads.enter();
    return threads.exit(wasi.sockets.getPeerAddress(fd, address, 0, port));
  }

  @Export(name = "sock_getpeeraddr_v1")
  public static int sockGetpeeraddrV1(int fd, int address, int type, int port) {
    threads.enter();
    return threads.exit(wasi.sockets.getPeerAddress(fd, address, type, port));
  }

  @Export(name = "sock_getsockopt")
  public static int sockGetsockopt(int fd, int level, int name, int value, int size) {
    threads.enter();
    return threads.exit(wasi.sockets.getOption(fd, level, name, value, size));
  }

  @Export(name = "sock_setsockopt")
  public static int sockSetsockopt(int fd, int level, int name, int value, int size) {
    threads.enter();
    return threads.exit(wasi.sockets.setOption(fd, level, name, value, size));
  }

  @Export(name = "sock_recv_from")
  public static int sockRecvFrom(int fd, int vectors, int count, int address, int flags, int port, int received,
      int resultFlags) {
    threads.enter();
    return threads.exit(wasi.sockets.receiveFrom(fd, vectors, count, address, flags, port, received, resultFlags));
  }

  @Export(name = "sock_send_to")
  public static int sockSendTo(int fd, int vectors, int count, int address, int port, int flags, int sent) {
    threads.enter();
    return threads.exit(wasi.sockets.sendTo(fd, vectors, count, address, port, flags, sent));
  }

  @Export(name = "thread_spawn")
  public static int threadSpawn(int argument) {
    threads.enter();
    return threads.exit(wasi.threads.spawn(argument));
  }
}
