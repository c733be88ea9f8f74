// What the guests of the conformance suite are written with: the functions of preview 1 as they are, no libc, and
// expectations. A guest says what it saw, a line a call, and exits with 1 at the first thing that is not as expected.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

// --- wasi_snapshot_preview1.witx ------------------------------------------------------------------------------------

enum { SUCCESS, E2BIG, ACCES, ADDRINUSE, AGAIN = 6, BADF = 8, BUSY = 10, CONNREFUSED = 14, CONNRESET, EXIST = 20, FAULT, FBIG, ILSEQ = 25, INVAL = 28, IO, ISDIR = 31,
       LOOP, MFILE, MLINK, NAMETOOLONG = 37, NOENT = 44, NOMEM = 48, NOPROTOOPT = 50, NOSPC, NOSYS, NOTCONN, NOTDIR, NOTEMPTY,
       NOTSOCK = 57, NOTSUP, OVERFLOW = 61, PERM = 63, PIPE, SPIPE = 70, XDEV = 75, NOTCAPABLE };

enum { UNKNOWN, BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, REGULAR_FILE, SOCKET_DGRAM, SOCKET_STREAM, SYMBOLIC_LINK };
enum { APPEND = 1, DSYNC = 2, NONBLOCK = 4, RSYNC = 8, SYNC = 16 };
enum { CREAT = 1, O_DIR = 2, EXCL = 4, TRUNC = 8 };
enum { NOFOLLOW = 0, FOLLOW = 1 };
enum { ATIM = 1, ATIM_NOW = 2, MTIM = 4, MTIM_NOW = 8 };
enum { SET, CUR, END };
enum { REALTIME, MONOTONIC, PROCESS_CPUTIME, THREAD_CPUTIME };
enum { EVENT_CLOCK, EVENT_READ, EVENT_WRITE };

#define R_DATASYNC (1ull << 0)
#define R_READ (1ull << 1)
#define R_SEEK (1ull << 2)
#define R_SET_FLAGS (1ull << 3)
#define R_SYNC (1ull << 4)
#define R_TELL (1ull << 5)
#define R_WRITE (1ull << 6)
#define R_ADVISE (1ull << 7)
#define R_ALLOCATE (1ull << 8)
#define R_CREATE_DIRECTORY (1ull << 9)
#define R_CREATE_FILE (1ull << 10)
#define R_LINK_SOURCE (1ull << 11)
#define R_LINK_TARGET (1ull << 12)
#define R_OPEN (1ull << 13)
#define R_READDIR (1ull << 14)
#define R_READLINK (1ull << 15)
#define R_RENAME_SOURCE (1ull << 16)
#define R_RENAME_TARGET (1ull << 17)
#define R_PATH_STAT (1ull << 18)
#define R_PATH_SET_SIZE (1ull << 19)
#define R_PATH_SET_TIMES (1ull << 20)
#define R_STAT (1ull << 21)
#define R_SET_SIZE (1ull << 22)
#define R_SET_TIMES (1ull << 23)
#define R_SYMLINK (1ull << 24)
#define R_REMOVE_DIRECTORY (1ull << 25)
#define R_UNLINK (1ull << 26)
#define R_POLL (1ull << 27)
#define R_FILE (R_DATASYNC | R_READ | R_SEEK | R_SET_FLAGS | R_SYNC | R_TELL | R_WRITE | R_ADVISE | R_ALLOCATE | R_STAT \
                | R_SET_SIZE | R_SET_TIMES | R_POLL)

typedef struct { const void *buf; u32 len; } vec;
typedef struct { u8 type; u16 flags; u64 base, inheriting; } fdstat;
typedef struct { u64 dev, ino; u8 type; u64 nlink, size, atim, mtim, ctim; } filestat;
typedef struct { u64 next, ino; u32 namlen; u8 type; } dirent;
typedef struct { u64 userdata; u8 tag; union { struct { u32 id; u64 timeout, precision; u16 flags; } clock; u32 fd; }; } subscription;
typedef struct { u64 userdata; u16 error; u8 type; u64 nbytes; u16 flags; } event;
_Static_assert(sizeof(fdstat) == 24 && sizeof(filestat) == 64 && sizeof(dirent) == 24 && sizeof(subscription) == 48
               && sizeof(event) == 32, "layouts of preview 1");

#define WASI(name, ...) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) u32 name(__VA_ARGS__)
WASI(args_get, void *argv, void *buffer);
WASI(args_sizes_get, void *count, void *size);
WASI(environ_get, void *environ, void *buffer);
WASI(environ_sizes_get, void *count, void *size);
WASI(clock_res_get, u32 id, void *result);
WASI(clock_time_get, u32 id, u64 precision, void *result);
WASI(fd_advise, u32 fd, u64 offset, u64 length, u32 advice);
WASI(fd_allocate, u32 fd, u64 offset, u64 length);
WASI(fd_close, u32 fd);
WASI(fd_datasync, u32 fd);
WASI(fd_fdstat_get, u32 fd, void *result);
WASI(fd_fdstat_set_flags, u32 fd, u32 flags);
WASI(fd_fdstat_set_rights, u32 fd, u64 base, u64 inheriting);
WASI(fd_filestat_get, u32 fd, void *result);
WASI(fd_filestat_set_size, u32 fd, u64 size);
WASI(fd_filestat_set_times, u32 fd, u64 atim, u64 mtim, u32 flags);
WASI(fd_pread, u32 fd, const void *vecs, u32 count, u64 offset, void *result);
WASI(fd_prestat_get, u32 fd, void *result);
WASI(fd_prestat_dir_name, u32 fd, void *name, u32 length);
WASI(fd_pwrite, u32 fd, const void *vecs, u32 count, u64 offset, void *result);
WASI(fd_read, u32 fd, const void *vecs, u32 count, void *result);
WASI(fd_readdir, u32 fd, void *buffer, u32 length, u64 cookie, void *result);
WASI(fd_renumber, u32 fd, u32 to);
WASI(fd_seek, u32 fd, int64_t delta, u32 whence, void *result);
WASI(fd_sync, u32 fd);
WASI(fd_tell, u32 fd, void *result);
WASI(fd_write, u32 fd, const void *vecs, u32 count, void *result);
WASI(path_create_directory, u32 fd, const void *path, u32 length);
WASI(path_filestat_get, u32 fd, u32 lookup, const void *path, u32 length, void *result);
WASI(path_filestat_set_times, u32 fd, u32 lookup, const void *path, u32 length, u64 atim, u64 mtim, u32 flags);
WASI(path_link, u32 fd, u32 lookup, const void *path, u32 length, u32 to, const void *name, u32 nameLength);
WASI(path_open, u32 fd, u32 lookup, const void *path, u32 length, u32 oflags, u64 base, u64 inheriting, u32 flags,
     void *result);
WASI(path_readlink, u32 fd, const void *path, u32 length, void *buffer, u32 size, void *result);
WASI(path_remove_directory, u32 fd, const void *path, u32 length);
WASI(path_rename, u32 fd, const void *path, u32 length, u32 to, const void *name, u32 nameLength);
WASI(path_symlink, const void *target, u32 targetLength, u32 fd, const void *path, u32 length);
WASI(path_unlink_file, u32 fd, const void *path, u32 length);
WASI(poll_oneoff, const void *subscriptions, void *events, u32 count, void *result);
WASI(proc_raise, u32 signal);
WASI(sched_yield, void);
WASI(random_get, void *buffer, u32 length);
WASI(sock_accept, u32 fd, u32 flags, void *result);
WASI(sock_recv, u32 fd, const void *vecs, u32 count, u32 flags, void *result, void *outFlags);
WASI(sock_send, u32 fd, const void *vecs, u32 count, u32 flags, void *result);
WASI(sock_shutdown, u32 fd, u32 how);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"), noreturn)) void proc_exit(u32 status);

// --- saying what is seen --------------------------------------------------------------------------------------------

static u32 length_of(const char *text) {
  u32 n = 0;
  while (text[n]) n++;
  return n;
}

static int same(const void *a, const void *b, u32 n) {
  for (u32 i = 0; i < n; i++) {
    if (((const u8 *)a)[i] != ((const u8 *)b)[i]) return 0;
  }
  return 1;
}

static void print_bytes(const void *bytes, u32 n) {
  vec v = {bytes, n};
  u32 written;
  fd_write(1, &v, 1, &written);
}

static void print(const char *text) { print_bytes(text, length_of(text)); }

static void print_number(u64 value) {
  char digits[20];
  u32 at = 20;
  do {
    digits[--at] = '0' + value % 10;
  } while (value /= 10);
  print_bytes(digits + at, 20 - at);
}

static const char *name_of(u32 errno) {
  static const char *const names[] = {"SUCCESS", "2BIG", "ACCES", "ADDRINUSE", 0, 0, "AGAIN", 0, "BADF", 0, "BUSY", 0, 0, 0, "CONNREFUSED", "CONNRESET", 0,
    0, 0, 0, "EXIST", "FAULT", "FBIG", 0, 0, "ILSEQ", 0, 0, "INVAL", "IO", 0, "ISDIR", "LOOP", "MFILE", "MLINK", 0, 0,
    "NAMETOOLONG", 0, 0, 0, 0, 0, 0, "NOENT", 0, 0, 0, "NOMEM", 0, "NOPROTOOPT", "NOSPC", "NOSYS", "NOTCONN", "NOTDIR", "NOTEMPTY", 0,
    "NOTSOCK", "NOTSUP", 0, 0, "OVERFLOW", 0, "PERM", "PIPE", 0, 0, 0, 0, 0, "SPIPE", 0, 0, 0, 0, "XDEV", "NOTCAPABLE"};
  return errno < sizeof names / sizeof *names && names[errno] ? names[errno] : "an errno that is not expected anywhere";
}

static __attribute__((noreturn)) void fail(const char *what, u32 line) {
  print("FAILED in line ");
  print_number(line);
  print(": ");
  print(what);
  print("\n");
  proc_exit(1);
}

static void expect_errno(u32 got, u32 expected, const char *call, u32 line) {
  print(call);
  print(": ");
  print(name_of(got));
  print("\n");
  if (got != expected) {
    print("expected ");
    print(name_of(expected));
    print("; ");
    fail(call, line);
  }
}

static void expect_number(u64 got, u64 expected, const char *what, u32 line) {
  if (got != expected) {
    print("got ");
    print_number(got);
    print(", expected ");
    print_number(expected);
    print("; ");
    fail(what, line);
  }
}

/// Calls a function, which must answer this errno.
#define EXPECT(errno, call) expect_errno(call, errno, #call, __LINE__)
/// Likewise, for the steps on the way, of which nothing is said as long as they succeed.
#define OK(call) expect_number(call, SUCCESS, #call, __LINE__)
#define EQUAL(got, expected) expect_number(got, expected, #got, __LINE__)
#define TRUE(condition) do { if (!(condition)) fail(#condition, __LINE__); } while (0)
/// A path as a function takes it: where it is, and its length.
#define P(text) (text), sizeof(text) - 1
/// An address outside any memory of a guest.
#define NOWHERE ((void *)0xfffffff0u)

#define START __attribute__((export_name("_start"))) void _start(void)

// --- what many guests do first --------------------------------------------------------------------------------------

/// The first preopen: every guest that uses files has a directory there, and the preopen is called /.
#define ROOT 3u

static u32 open_flags(u32 dir, const char *path, u32 oflags, u64 rights, u32 flags) {
  u32 fd;
  u32 errno = path_open(dir, NOFOLLOW, path, length_of(path), oflags, rights, 0, flags, &fd);
  if (errno != SUCCESS) {
    print("open ");
    print(path);
    print(": ");
    fail(name_of(errno), 0);
  }
  return fd;
}

/// Opens a file with all rights of one, and makes it if it is not there.
static inline u32 make(const char *path) { return open_flags(ROOT, path, CREAT, R_FILE, 0); }

static inline u32 put(u32 fd, const char *text) {
  vec v = {text, length_of(text)};
  u32 n;
  OK(fd_write(fd, &v, 1, &n));
  return n;
}

/// Makes a file that holds this text.
static inline void file(const char *path, const char *text) {
  u32 fd = make(path);
  put(fd, text);
  OK(fd_close(fd));
}

static inline void directory(const char *path) { OK(path_create_directory(ROOT, path, length_of(path))); }

static inline void symlink(const char *target, const char *path) {
  OK(path_symlink(target, length_of(target), ROOT, path, length_of(path)));
}

static inline u32 errno_of_open(u32 lookup, const char *path, u32 oflags, u64 rights) {
  u32 fd = 0;
  u32 errno = path_open(ROOT, lookup, path, length_of(path), oflags, rights, 0, 0, &fd);
  if (errno == SUCCESS) {
    fd_close(fd);
  }
  return errno;
}

/// Whether the file at this offset holds exactly this text, up to its end.
static inline int holds(u32 fd, u64 offset, const char *text) {
  char buffer[256];
  vec v = {buffer, sizeof buffer};
  u32 n = 0;
  OK(fd_pread(fd, &v, 1, offset, &n));
  return n == length_of(text) && same(buffer, text, n);
}

static inline filestat stat_of(u32 lookup, const char *path) {
  filestat s = {0};
  OK(path_filestat_get(ROOT, lookup, path, length_of(path), &s));
  return s;
}

static inline u64 size_of(u32 fd) {
  filestat s = {0};
  OK(fd_filestat_get(fd, &s));
  return s.size;
}
