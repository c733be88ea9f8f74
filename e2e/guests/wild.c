// Hands every function of preview 1 pointers and lengths outside this memory, all else being valid, and expects EFAULT;
// those that take no pointer get a bad descriptor and must answer EBADF. (proc_exit and proc_raise are left out.)
// Prints a line per failure, then `checked N failed M nosys K`; functions that answer ENOSYS are counted apart.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef uint32_t u32;
typedef uint64_t u64;

#define PREVIEW1(name, ...) \
    __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) u32 wasi_##name(__VA_ARGS__)
PREVIEW1(args_get, u32 argv, u32 buffer);
PREVIEW1(args_sizes_get, u32 count, u32 size);
PREVIEW1(clock_res_get, u32 clock, u32 resolution);
PREVIEW1(clock_time_get, u32 clock, u64 precision, u32 time);
PREVIEW1(environ_get, u32 environ, u32 buffer);
PREVIEW1(environ_sizes_get, u32 count, u32 size);
PREVIEW1(fd_advise, u32 fd, u64 offset, u64 length, u32 advice);
PREVIEW1(fd_allocate, u32 fd, u64 offset, u64 length);
PREVIEW1(fd_close, u32 fd);
PREVIEW1(fd_datasync, u32 fd);
PREVIEW1(fd_fdstat_get, u32 fd, u32 stat);
PREVIEW1(fd_fdstat_set_flags, u32 fd, u32 flags);
PREVIEW1(fd_fdstat_set_rights, u32 fd, u64 base, u64 inheriting);
PREVIEW1(fd_filestat_get, u32 fd, u32 stat);
PREVIEW1(fd_filestat_set_size, u32 fd, u64 size);
PREVIEW1(fd_filestat_set_times, u32 fd, u64 atime, u64 mtime, u32 flags);
PREVIEW1(fd_pread, u32 fd, u32 iovs, u32 count, u64 offset, u32 got);
PREVIEW1(fd_prestat_dir_name, u32 fd, u32 path, u32 length);
PREVIEW1(fd_prestat_get, u32 fd, u32 prestat);
PREVIEW1(fd_pwrite, u32 fd, u32 iovs, u32 count, u64 offset, u32 put);
PREVIEW1(fd_read, u32 fd, u32 iovs, u32 count, u32 got);
PREVIEW1(fd_readdir, u32 fd, u32 buffer, u32 length, u64 cookie, u32 used);
PREVIEW1(fd_renumber, u32 fd, u32 to);
PREVIEW1(fd_seek, u32 fd, u64 offset, u32 whence, u32 position);
PREVIEW1(fd_sync, u32 fd);
PREVIEW1(fd_tell, u32 fd, u32 position);
PREVIEW1(fd_write, u32 fd, u32 iovs, u32 count, u32 put);
PREVIEW1(path_create_directory, u32 fd, u32 path, u32 length);
PREVIEW1(path_filestat_get, u32 fd, u32 lookup, u32 path, u32 length, u32 stat);
PREVIEW1(path_filestat_set_times, u32 fd, u32 lookup, u32 path, u32 length, u64 atime, u64 mtime, u32 flags);
PREVIEW1(path_link, u32 oldFd, u32 lookup, u32 old, u32 oldLength, u32 newFd, u32 new, u32 newLength);
PREVIEW1(path_open, u32 fd, u32 lookup, u32 path, u32 length, u32 oflags, u64 rights, u64 inheriting, u32 fdflags,
         u32 opened);
PREVIEW1(path_readlink, u32 fd, u32 path, u32 length, u32 buffer, u32 size, u32 used);
PREVIEW1(path_remove_directory, u32 fd, u32 path, u32 length);
PREVIEW1(path_rename, u32 oldFd, u32 old, u32 oldLength, u32 newFd, u32 new, u32 newLength);
PREVIEW1(path_symlink, u32 target, u32 targetLength, u32 fd, u32 path, u32 length);
PREVIEW1(path_unlink_file, u32 fd, u32 path, u32 length);
PREVIEW1(poll_oneoff, u32 subscriptions, u32 events, u32 count, u32 occurred);
PREVIEW1(random_get, u32 buffer, u32 length);
PREVIEW1(sched_yield, void);
PREVIEW1(sock_accept, u32 fd, u32 flags, u32 accepted);
PREVIEW1(sock_recv, u32 fd, u32 iovs, u32 count, u32 flags, u32 got, u32 outFlags);
PREVIEW1(sock_send, u32 fd, u32 iovs, u32 count, u32 flags, u32 put);
PREVIEW1(sock_shutdown, u32 fd, u32 how);

enum { OK = 0, BADF = 8, FAULT = 21, NOSYS = 52, NOTSOCK = 57, PAGE = 65536 };

typedef struct { u32 data, length; } Iovec;
typedef struct {
    u64 userdata, tag;
    u32 clock;
    u64 timeout, precision;
    uint16_t flags;
} ClockSubscription;
_Static_assert(sizeof(ClockSubscription) == 48, "the layout of a preview 1 subscription");

static int checked, failed, missing;

static void expect(const char *function, const char *what, u32 wild, u32 got, u32 want, u32 orElse) {
    if (got == NOSYS) {
        missing++;
        return;
    }
    checked++;
    if (got == want || got == orElse) return;
    failed++;
    printf("%s: got %u want %u (%s 0x%x)\n", function, got, want, what, wild);
}

// The file is at its start before each call, so that a read has something to store.
#define EACH(values, name, what, want, orElse, ...) \
    _Pragma("clang loop unroll(disable)") for (size_t i = 0; i < sizeof values / sizeof *values; i++) { \
        u32 wild = values[i]; \
        lseek(file, 0, SEEK_SET); \
        expect(#name, what, wild, wasi_##name(__VA_ARGS__), want, orElse); \
    }
// In the arguments that follow, `wild` is the value that lies outside.
#define POINTER(name, what, ...) EACH(wildPointers, name, what, FAULT, FAULT, __VA_ARGS__)
#define LENGTH(name, what, ...) EACH(wildLengths, name, what, FAULT, FAULT, __VA_ARGS__)
#define COUNT(name, what, ...) EACH(wildCounts, name, what, FAULT, FAULT, __VA_ARGS__)
#define DESCRIPTOR(name, ...) EACH(badDescriptors, name, "fd", BADF, BADF, __VA_ARGS__)
#define NO_SOCKET(name, what, ...) EACH(wildPointers, name, what, FAULT, NOTSOCK, __VA_ARGS__)

#define AT(object) ((u32)(uintptr_t)(object))
#define PATH(literal) AT(literal), sizeof literal - 1

static u32 wildPointers[4], wildLengths[] = {0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
// The second and third, times 8 and times 48, are small again in 32 bits.
static const u32 wildCounts[] = {0x10000000, 0x20000001, 0x15555556, 0x7fffffff, 0xffffffff};
static const u32 badDescriptors[] = {1000, 0x7fffffff, 0x80000000, 0xffffffff};

static char buffer[4096];
static u32 number[4];
static u64 wide;
static int file, directory;

static void vectors(void) {
    static Iovec good, wildData[4], wildLength[4], wildSecond[4][2];
    good = (Iovec){AT(buffer), 16};
    for (int i = 0; i < 4; i++) {
        wildData[i] = (Iovec){wildPointers[i], 16};
        wildLength[i] = (Iovec){AT(buffer), wildLengths[i]};
        wildSecond[i][0] = good;
        wildSecond[i][1] = wildData[i];
    }
#define VECTORS(name, ...) \
    POINTER(name, "iovs", file, wild, 1, ##__VA_ARGS__, AT(number)) \
    COUNT(name, "iovs_len", file, AT(&good), wild, ##__VA_ARGS__, AT(number)) \
    POINTER(name, "buf", file, AT(&wildData[i]), 1, ##__VA_ARGS__, AT(number)) \
    LENGTH(name, "buf_len", file, AT(&wildLength[i]), 1, ##__VA_ARGS__, AT(number)) \
    POINTER(name, "second buf", file, AT(wildSecond[i]), 2, ##__VA_ARGS__, AT(number)) \
    POINTER(name, "result", file, AT(&good), 1, ##__VA_ARGS__, wild) \
    DESCRIPTOR(name, wild, AT(&good), 1, ##__VA_ARGS__, AT(number))
    VECTORS(fd_read)
    VECTORS(fd_write)
    VECTORS(fd_pread, 0)
    VECTORS(fd_pwrite, 0)

    NO_SOCKET(sock_recv, "iovs", file, wild, 1, 0, AT(number), AT(number + 1))
    NO_SOCKET(sock_recv, "buf", file, AT(&wildData[i]), 1, 0, AT(number), AT(number + 1))
    NO_SOCKET(sock_recv, "ro_datalen", file, AT(&good), 1, 0, wild, AT(number + 1))
    NO_SOCKET(sock_recv, "ro_flags", file, AT(&good), 1, 0, AT(number), wild)
    DESCRIPTOR(sock_recv, wild, AT(&good), 1, 0, AT(number), AT(number + 1))
    NO_SOCKET(sock_send, "iovs", file, wild, 1, 0, AT(number))
    NO_SOCKET(sock_send, "buf", file, AT(&wildData[i]), 1, 0, AT(number))
    NO_SOCKET(sock_send, "result", file, AT(&good), 1, 0, wild)
    DESCRIPTOR(sock_send, wild, AT(&good), 1, 0, AT(number))
    NO_SOCKET(sock_accept, "result", file, 0, wild)
    DESCRIPTOR(sock_accept, wild, 0, AT(number))
    DESCRIPTOR(sock_shutdown, wild, 3)
}

static void strings(void) {
    POINTER(args_sizes_get, "argc", wild, AT(number))
    POINTER(args_sizes_get, "size", AT(number), wild)
    POINTER(args_get, "argv", wild, AT(buffer))
    POINTER(args_get, "buf", AT(buffer), wild)
    POINTER(environ_sizes_get, "count", wild, AT(number))
    POINTER(environ_sizes_get, "size", AT(number), wild)
    number[0] = 0;
    if (wasi_environ_sizes_get(AT(number), AT(number + 1)) == OK && number[0] > 0) {
        POINTER(environ_get, "environ", wild, AT(buffer))
        POINTER(environ_get, "buf", AT(buffer), wild)
    }
    POINTER(random_get, "buf", wild, 16)
    LENGTH(random_get, "buf_len", AT(buffer), wild)
}

static void time(void) {
    POINTER(clock_res_get, "result", 1, wild)
    POINTER(clock_time_get, "result", 1, 1, wild)

    static ClockSubscription soon = {.clock = 1};
    POINTER(poll_oneoff, "in", wild, AT(buffer), 1, AT(number))
    POINTER(poll_oneoff, "out", AT(&soon), wild, 1, AT(number))
    COUNT(poll_oneoff, "nsubscriptions", AT(&soon), AT(buffer), wild, AT(number))
    POINTER(poll_oneoff, "result", AT(&soon), AT(buffer), 1, wild)
    expect("sched_yield", "result", 0, wasi_sched_yield(), OK, OK);
}

static void descriptors(void) {
    POINTER(fd_fdstat_get, "result", file, wild)
    POINTER(fd_filestat_get, "result", file, wild)
    POINTER(fd_seek, "result", file, 0, 1, wild)
    POINTER(fd_tell, "result", file, wild)
    POINTER(fd_readdir, "buf", directory, wild, 64, 0, AT(number))
    LENGTH(fd_readdir, "buf_len", directory, AT(buffer), wild, 0, AT(number))
    POINTER(fd_readdir, "result", directory, AT(buffer), 64, 0, wild)

    DESCRIPTOR(fd_fdstat_get, wild, AT(buffer))
    DESCRIPTOR(fd_filestat_get, wild, AT(buffer))
    DESCRIPTOR(fd_seek, wild, 0, 1, AT(&wide))
    DESCRIPTOR(fd_tell, wild, AT(&wide))
    DESCRIPTOR(fd_readdir, wild, AT(buffer), 64, 0, AT(number))
    DESCRIPTOR(fd_prestat_get, wild, AT(buffer))
    DESCRIPTOR(fd_prestat_dir_name, wild, AT(buffer), 1)
    DESCRIPTOR(fd_advise, wild, 0, 1, 0)
    DESCRIPTOR(fd_allocate, wild, 0, 1)
    DESCRIPTOR(fd_close, wild)
    DESCRIPTOR(fd_datasync, wild)
    DESCRIPTOR(fd_fdstat_set_flags, wild, 0)
    DESCRIPTOR(fd_fdstat_set_rights, wild, 0, 0)
    DESCRIPTOR(fd_filestat_set_size, wild, 0)
    DESCRIPTOR(fd_filestat_set_times, wild, 0, 0, 0)
    DESCRIPTOR(fd_renumber, wild, file)
    DESCRIPTOR(fd_sync, wild)

    // Descriptors before the first preopen may be sockets, which have another tag.
    struct { uint8_t tag; u32 nameLength; } prestat;
    for (u32 fd = 3; wasi_fd_prestat_get(fd, AT(&prestat)) != BADF; fd++) {
        if (prestat.tag != 0) continue;
        POINTER(fd_prestat_get, "result", fd, wild)
        // One further on, since the name may be a single byte.
        POINTER(fd_prestat_dir_name, "path", fd, wild + 1, prestat.nameLength)
        break;
    }
}

static void paths(void) {
    // A name of more than one byte, since the last byte of memory is a place for one.
#define NAME(name, what, before, ...) \
    POINTER(name, what, before, wild, 8, ##__VA_ARGS__) \
    LENGTH(name, what "_len", before, AT("wild.new"), wild, ##__VA_ARGS__)
    NAME(path_create_directory, "path", directory)
    NAME(path_remove_directory, "path", directory)
    NAME(path_unlink_file, "path", directory)
    for (u32 lookup = 0; lookup < 2; lookup++) {
        POINTER(path_filestat_get, "path", directory, lookup, wild, 8, AT(buffer))
        LENGTH(path_filestat_get, "path_len", directory, lookup, AT("wild.tmp"), wild, AT(buffer))
        POINTER(path_filestat_get, "result", directory, lookup, PATH("wild.tmp"), wild)
        POINTER(path_filestat_set_times, "path", directory, lookup, wild, 8, 0, 0, 0)
        LENGTH(path_filestat_set_times, "path_len", directory, lookup, AT("wild.tmp"), wild, 0, 0, 0)
        POINTER(path_open, "path", directory, lookup, wild, 8, 0, 2, 0, 0, AT(number))
        LENGTH(path_open, "path_len", directory, lookup, AT("wild.tmp"), wild, 0, 2, 0, 0, AT(number))
        POINTER(path_open, "result", directory, lookup, PATH("wild.tmp"), 0, 2, 0, 0, wild)
    }
    POINTER(path_link, "old_path", directory, 0, wild, 8, directory, PATH("wild.new"))
    LENGTH(path_link, "old_path_len", directory, 0, AT("wild.tmp"), wild, directory, PATH("wild.new"))
    POINTER(path_link, "new_path", directory, 0, PATH("wild.tmp"), directory, wild, 8)
    LENGTH(path_link, "new_path_len", directory, 0, PATH("wild.tmp"), directory, AT("wild.new"), wild)
    POINTER(path_rename, "old_path", directory, wild, 8, directory, PATH("wild.new"))
    LENGTH(path_rename, "old_path_len", directory, AT("wild.tmp"), wild, directory, PATH("wild.new"))
    POINTER(path_rename, "new_path", directory, PATH("wild.tmp"), directory, wild, 8)
    LENGTH(path_rename, "new_path_len", directory, PATH("wild.tmp"), directory, AT("wild.new"), wild)
    POINTER(path_symlink, "old_path", wild, 8, directory, PATH("wild.new"))
    LENGTH(path_symlink, "old_path_len", AT("wild.tmp"), wild, directory, PATH("wild.new"))
    POINTER(path_symlink, "new_path", PATH("wild.tmp"), directory, wild, 8)
    LENGTH(path_symlink, "new_path_len", PATH("wild.tmp"), directory, AT("wild.new"), wild)
    NAME(path_readlink, "path", directory, AT(buffer), 16, AT(number))
    if (wasi_path_symlink(PATH("wild.tmp"), directory, PATH("wild.link")) == OK) {
        POINTER(path_readlink, "buf", directory, PATH("wild.link"), wild, 16, AT(number))
        LENGTH(path_readlink, "buf_len", directory, PATH("wild.link"), AT(buffer), wild, AT(number))
        POINTER(path_readlink, "result", directory, PATH("wild.link"), AT(buffer), 16, wild)
    }

    DESCRIPTOR(path_create_directory, wild, PATH("wild.new"))
    DESCRIPTOR(path_remove_directory, wild, PATH("wild.new"))
    DESCRIPTOR(path_unlink_file, wild, PATH("wild.new"))
    DESCRIPTOR(path_filestat_get, wild, 0, PATH("wild.tmp"), AT(buffer))
    DESCRIPTOR(path_filestat_set_times, wild, 0, PATH("wild.tmp"), 0, 0, 0)
    DESCRIPTOR(path_open, wild, 0, PATH("wild.tmp"), 0, 2, 0, 0, AT(number))
    DESCRIPTOR(path_link, wild, 0, PATH("wild.tmp"), directory, PATH("wild.new"))
    DESCRIPTOR(path_link, directory, 0, PATH("wild.tmp"), wild, PATH("wild.new"))
    DESCRIPTOR(path_rename, wild, PATH("wild.tmp"), directory, PATH("wild.new"))
    DESCRIPTOR(path_rename, directory, PATH("wild.tmp"), wild, PATH("wild.new"))
    DESCRIPTOR(path_symlink, PATH("wild.tmp"), wild, PATH("wild.new"))
    DESCRIPTOR(path_readlink, wild, PATH("wild.link"), AT(buffer), 16, AT(number))
}

static void removeFiles(void) {
    unlink("wild.tmp");
    unlink("wild.link");
    unlink("wild.new");
}

int main(void) {
    removeFiles();
    file = open("wild.tmp", O_RDWR | O_CREAT, 0666);
    directory = open(".", O_RDONLY | O_DIRECTORY);
    if (file < 0 || directory < 0 || write(file, buffer, sizeof buffer) != sizeof buffer) {
        perror("wild.tmp");
        return 1;
    }
    size_t pages = __builtin_wasm_memory_size(0);
    u32 end = pages * PAGE;
    wildPointers[0] = end;
    wildPointers[1] = end - 1; // the first byte inside, the rest outside
    wildPointers[2] = 0x80000000;
    wildPointers[3] = 0xfffffff0;

    strings();
    time();
    descriptors();
    vectors();
    paths();
    removeFiles();
    if (__builtin_wasm_memory_size(0) != pages) {
        failed++;
        puts("wild: the memory grew meanwhile: its end was no end");
    }
    printf("checked %d failed %d nosys %d\n", checked, failed, missing);
    return failed > 0;
}
