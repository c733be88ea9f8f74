// calls NAME COUNT: makes COUNT raw calls of one kind in the working directory, checks what they did and prints
// `name count total_ns ns_per_call ok`, or `… BAD reason`. Without arguments it lists the names.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef uint32_t u32;
typedef uint64_t u64;

// Raw imports under names of their own: libc's functions would be timed with them.
#define PREVIEW1(name, ...) \
    __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) int wasi_##name(__VA_ARGS__)
typedef struct { const void *data; u32 length; } Iovec;
typedef struct { u64 device, inode, type, links, size, atime, mtime, ctime; } Filestat;
typedef struct { u64 next, inode; u32 nameLength, type; } Dirent;
_Static_assert(sizeof(Dirent) == 24, "the layout of a preview 1 directory entry");
PREVIEW1(clock_time_get, u32 clock, u64 precision, u64 *time);
PREVIEW1(fd_close, int fd);
PREVIEW1(fd_pread, int fd, const Iovec *iovs, u32 count, u64 offset, u32 *got);
PREVIEW1(fd_pwrite, int fd, const Iovec *iovs, u32 count, u64 offset, u32 *put);
PREVIEW1(fd_read, int fd, const Iovec *iovs, u32 count, u32 *got);
PREVIEW1(fd_readdir, int fd, void *buffer, u32 length, u64 cookie, u32 *used);
PREVIEW1(fd_seek, int fd, u64 offset, u32 whence, u64 *position);
PREVIEW1(fd_write, int fd, const Iovec *iovs, u32 count, u32 *put);
PREVIEW1(path_filestat_get, int fd, u32 lookup, const char *path, u32 length, Filestat *stat);
PREVIEW1(path_open, int fd, u32 lookup, const char *path, u32 length, u32 oflags, u64 rights, u64 inheriting,
         u32 fdflags, int *opened);
PREVIEW1(path_rename, int fd, const char *from, u32 fromLength, int toFd, const char *to, u32 toLength);
PREVIEW1(path_unlink_file, int fd, const char *path, u32 length);
PREVIEW1(random_get, void *buffer, u32 length);

enum { CLOCK_MONOTONIC_ID = 1, ERRNO_NOENT = 44, OFLAGS_CREAT_EXCL = 1 | 4 };
static const u64 RIGHT_READ = 1 << 1, RIGHT_WRITE = 1 << 6;

enum { BLOCK = 4096, BLOCKS = 1024, WRITE = 65536, WRITES = 256 };
static unsigned char shadow[BLOCK * BLOCKS], block[WRITE];
static char deepName[] = "calls.tmp/b/c/d/e/file";
static int directory, file;
static u64 seed;
static u32 calls;   // as many as asked for
static u32 created; // files with numbers for names

// The first complaint; the loops only note it, and the end tells.
static const char *complaint;

static int failure;

static void require(int condition, const char *otherwise) {
    if (!condition && !complaint) complaint = otherwise;
}
#define REQUIRE(condition) require(condition, "not so: " #condition)

static void succeed(int error, const char *call) {
    if (error && !complaint) failure = error, complaint = call;
}
#define SUCCEED(call) succeed(call, #call)

static u64 now(void) {
    u64 time = 0;
    SUCCEED(wasi_clock_time_get(CLOCK_MONOTONIC_ID, 1, &time));
    return time;
}

static u32 randomBelow(u32 bound) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % bound;
}

static unsigned char byteOf(u64 offset) {
    return offset % 251;
}

static Filestat statOf(const char *path) {
    Filestat stat = {0};
    SUCCEED(wasi_path_filestat_get(directory, 0, path, strlen(path), &stat));
    return stat;
}

static void openFile(int flags) {
    file = openat(directory, "file", flags, 0666);
    require(file >= 0, "calls.tmp/file cannot be opened");
}

/** A file of 4 MiB whose every 32-bit word is its own index. */
static void makeNumberedFile(void) {
    openFile(O_RDWR | O_CREAT | O_TRUNC);
    for (u32 i = 0; i < sizeof shadow / 4; i++) memcpy(shadow + 4 * i, &i, 4);
    require(write(file, shadow, sizeof shadow) == sizeof shadow, "calls.tmp/file cannot be filled");
    lseek(file, 0, SEEK_SET);
}

static void requireNumberedBlock(u32 got, u32 number) {
    const u32 *words = (const u32 *)block;
    u32 perBlock = BLOCK / 4;
    require(got == BLOCK && words[0] == number * perBlock && words[perBlock - 1] == (number + 1) * perBlock - 1,
            "a block holds something else");
}

/** Reads the whole file and compares it with what `expected` says of each offset. */
static void requireContent(u64 size, unsigned char expected(u64)) {
    require(statOf("file").size == size, "the file has another size");
    lseek(file, 0, SEEK_SET);
    u64 at = 0;
    for (ssize_t got; (got = read(file, block, sizeof block)) > 0;) {
        for (ssize_t i = 0; i < got; i++, at++) require(block[i] == expected(at), "the file holds something else");
    }
    require(at == size, "the file ends elsewhere");
}

// Each benchmark: what is made ready, `count` calls from number `i` on, what must be true afterwards.

static u64 earlier;
static void clockLoop(u32 i, u32 count) {
    for (u32 end = i + count; i < end; i++) {
        u64 time = now();
        require(time >= earlier, "the clock went back");
        earlier = time;
    }
}

static void append1Prepare(void) {
    openFile(O_RDWR | O_CREAT | O_TRUNC | O_APPEND);
}
static void append1Loop(u32 i, u32 count) {
    unsigned char byte;
    const Iovec iovec = {&byte, 1};
    for (u32 end = i + count; i < end; i++) {
        u32 put = 0;
        byte = byteOf(i);
        SUCCEED(wasi_fd_write(file, &iovec, 1, &put));
        REQUIRE(put == 1);
    }
}
static void append1Check(u32 count) {
    requireContent(count, byteOf);
}

static void read4kLoop(u32 i, u32 count) {
    const Iovec iovec = {block, BLOCK};
    for (u32 end = i + count; i < end; i++) {
        u64 position;
        u32 got = 0;
        if (i % BLOCKS == 0) SUCCEED(wasi_fd_seek(file, 0, SEEK_SET, &position));
        SUCCEED(wasi_fd_read(file, &iovec, 1, &got));
        requireNumberedBlock(got, i % BLOCKS);
    }
}

static void pread4kLoop(u32 i, u32 count) {
    const Iovec iovec = {block, BLOCK};
    for (u32 end = i + count; i < end; i++) {
        u32 got = 0, number = randomBelow(BLOCKS);
        SUCCEED(wasi_fd_pread(file, &iovec, 1, (u64)number * BLOCK, &got));
        requireNumberedBlock(got, number);
    }
}

static void statLoopOf(const char *path, u32 count) {
    u32 length = strlen(path);
    for (u32 i = 0; i < count; i++) {
        Filestat stat = {0};
        SUCCEED(wasi_path_filestat_get(directory, 0, path, length, &stat));
        REQUIRE(stat.size == sizeof shadow);
        REQUIRE(stat.mtime != 0);
        REQUIRE(stat.links == 1);
    }
}
static void statLoop(u32 i, u32 count) {
    (void)i;
    statLoopOf("file", count);
}

static void stat6Prepare(void) {
    makeNumberedFile();
    char path[sizeof deepName];
    strcpy(path, deepName);
    for (char *slash = strchr(path, '/'); (slash = strchr(slash + 1, '/')); *slash = '/') {
        *slash = 0;
        require(mkdir(path, 0777) == 0, "a directory cannot be made");
    }
    require(rename("calls.tmp/file", deepName) == 0, "calls.tmp/file cannot be moved down");
    close(directory);
    directory = open(".", O_RDONLY | O_DIRECTORY);
}
static void stat6Loop(u32 i, u32 count) {
    (void)i;
    statLoopOf(deepName, count);
}

static void statmissingLoop(u32 i, u32 count) {
    for (u32 end = i + count; i < end; i++) {
        Filestat stat;
        REQUIRE(wasi_path_filestat_get(directory, 0, "nothing", 7, &stat) == ERRNO_NOENT);
    }
}

static void openLoop(u32 i, u32 count) {
    for (u32 end = i + count; i < end; i++) {
        int opened = -1;
        SUCCEED(wasi_path_open(directory, 0, "file", 4, 0, RIGHT_READ, 0, 0, &opened));
        SUCCEED(wasi_fd_close(opened));
    }
}

enum { NAME_LENGTH = 8 };
static void numberedName(u32 number, char *name) {
    for (int digit = NAME_LENGTH; digit--; number /= 10) name[digit] = '0' + number % 10;
}
static void createLoop(u32 i, u32 count) {
    char name[NAME_LENGTH];
    for (u32 end = i + count; i < end; i++) {
        int opened = -1;
        numberedName(i, name);
        SUCCEED(wasi_path_open(directory, 0, name, sizeof name, OFLAGS_CREAT_EXCL, RIGHT_WRITE, 0, 0, &opened));
        SUCCEED(wasi_fd_close(opened));
        created++;
    }
}

/** Where a listing stands: `used` bytes of `block` are filled, those before `at` are done with. */
static struct { u32 at, used, seen; u64 cookie; unsigned char *met; } listing;

static void readdirLoop(u32 i, u32 count) {
    (void)i;
    u32 target = listing.seen + count;
    while (listing.seen < target) {
        Dirent entry;
        u32 left = listing.used - listing.at;
        if (left >= sizeof entry) memcpy(&entry, block + listing.at, sizeof entry);
        if (left < sizeof entry || left - sizeof entry < entry.nameLength) { // cut off, or none left
            if (wasi_fd_readdir(directory, block, BLOCK, listing.cookie, &listing.used) != 0 || listing.used == 0) {
                require(0, "the listing ended early");
                return;
            }
            listing.at = 0;
            continue;
        }
        const char *name = (const char *)block + listing.at + sizeof entry;
        listing.at += sizeof entry + entry.nameLength;
        listing.cookie = entry.next;
        if (*name == '.') continue;
        u32 number = 0;
        for (u32 digit = 0; digit < entry.nameLength; digit++) number = number * 10 + (name[digit] - '0');
        if (entry.nameLength != NAME_LENGTH || number >= calls || listing.met[number]++) {
            require(0, "a name that was never made, or was listed before");
            return;
        }
        listing.seen++;
    }
}
static void readdirPrepare(void) {
    createLoop(0, calls);
    listing = (typeof(listing)){.met = calloc(calls, 1)};
}
static void createCheck(u32 count) {
    listing = (typeof(listing)){.met = calloc(calls, 1)};
    readdirLoop(0, count);
}

/** The file goes from one name to the other and back. */
static const char *const renames[] = {"file", "other"};
static void renameLoop(u32 i, u32 count) {
    for (u32 end = i + count; i < end; i++) {
        const char *from = renames[i & 1], *to = renames[~i & 1];
        SUCCEED(wasi_path_rename(directory, from, strlen(from), directory, to, strlen(to)));
    }
}
static void renameCheck(u32 count) {
    if (count & 1) renameLoop(1, 1);
    REQUIRE(statOf("file").size == sizeof shadow);
    Filestat stat;
    REQUIRE(wasi_path_filestat_get(directory, 0, "other", 5, &stat) == ERRNO_NOENT);
}

static void unlinkLoop(u32 i, u32 count) {
    char name[NAME_LENGTH];
    for (u32 end = i + count; i < end; i++) {
        numberedName(i, name);
        SUCCEED(wasi_path_unlink_file(directory, name, sizeof name));
    }
}
static void unlinkPrepare(void) {
    createLoop(0, calls);
}
static void unlinkCheck(u32 count) {
    (void)count;
    u32 used = 0;
    SUCCEED(wasi_fd_readdir(directory, block, BLOCK, 2, &used)); // 2: after . and ..
    require(used == 0, "names are left");
    created = 0;
}

static void pwrite1Loop(u32 i, u32 count) {
    unsigned char byte;
    const Iovec iovec = {&byte, 1};
    for (u32 end = i + count; i < end; i++) {
        u32 put = 0, offset = randomBelow(sizeof shadow);
        shadow[offset] = byte = byteOf(i);
        SUCCEED(wasi_fd_pwrite(file, &iovec, 1, offset, &put));
        REQUIRE(put == 1);
    }
}
static unsigned char shadowByte(u64 offset) {
    return shadow[offset];
}
static void pwrite1Check(u32 count) {
    (void)count;
    requireContent(sizeof shadow, shadowByte);
}

static void write64kPrepare(void) {
    openFile(O_RDWR | O_CREAT | O_TRUNC);
    for (u32 i = 0; i < sizeof shadow; i++) shadow[i] = byteOf(i);
}
static void write64kLoop(u32 i, u32 count) {
    // 16 MiB, and then the same again; a piece may start anywhere in the period of the pattern.
    Iovec iovec = {0, WRITE};
    for (u32 end = i + count; i < end; i++) {
        u64 position;
        u32 put = 0;
        if (i % WRITES == 0) SUCCEED(wasi_fd_seek(file, 0, SEEK_SET, &position));
        iovec.data = shadow + (u64)(i % WRITES) * WRITE % 251;
        SUCCEED(wasi_fd_write(file, &iovec, 1, &put));
        REQUIRE(put == WRITE);
    }
}
static void write64kCheck(u32 count) {
    requireContent((u64)(count < WRITES ? count : WRITES) * WRITE, byteOf);
}

static u64 anyBits[2], allBits[2] = {~0ull, ~0ull};
static void random16Loop(u32 i, u32 count) {
    for (u32 end = i + count; i < end; i++) {
        u64 bits[2];
        SUCCEED(wasi_random_get(bits, sizeof bits));
        for (int half = 0; half < 2; half++) anyBits[half] |= bits[half], allBits[half] &= bits[half];
    }
}
static void random16Check(u32 count) {
    if (count < 200) return;
    for (int half = 0; half < 2; half++) require(anyBits[half] == ~0ull && allBits[half] == 0, "a bit never changed");
}

static const struct {
    const char *name;
    void (*prepare)(void), (*loop)(u32 i, u32 count), (*check)(u32 count);
} benchmarks[] = {
    {"clock", NULL, clockLoop, NULL},
    {"append1", append1Prepare, append1Loop, append1Check},
    {"read4k", makeNumberedFile, read4kLoop, NULL},
    {"pread4k", makeNumberedFile, pread4kLoop, NULL},
    {"stat", makeNumberedFile, statLoop, NULL},
    {"stat6", stat6Prepare, stat6Loop, NULL},
    {"statmissing", NULL, statmissingLoop, NULL},
    {"open", makeNumberedFile, openLoop, NULL}, // and close
    {"create", NULL, createLoop, createCheck},  // and close, all in one directory
    {"rename", makeNumberedFile, renameLoop, renameCheck},
    {"unlink", unlinkPrepare, unlinkLoop, unlinkCheck},
    {"pwrite1", makeNumberedFile, pwrite1Loop, pwrite1Check},
    {"write64k", write64kPrepare, write64kLoop, write64kCheck},
    {"random16", NULL, random16Loop, random16Check},
    {"readdir", readdirPrepare, readdirLoop, NULL}, // per entry
};

static void removeFiles(void) {
    char name[NAME_LENGTH + 1] = "";
    for (u32 i = 0; i < created; i++) {
        numberedName(i, name);
        unlinkat(directory, name, 0);
    }
    unlink("calls.tmp/file");
    unlink(deepName);
    for (char *slash; (slash = strrchr(deepName, '/'));) {
        *slash = 0;
        rmdir(deepName);
    }
}

int main(int argc, char **argv) {
    for (u32 b = 0; b < sizeof benchmarks / sizeof *benchmarks; b++) {
        const typeof(*benchmarks) *benchmark = benchmarks + b;
        if (argc < 3) puts(benchmark->name);
        else if (strcmp(benchmark->name, argv[1]) == 0) {
            u32 count = calls = strtoul(argv[2], NULL, 10);
            mkdir("calls.tmp", 0777);
            directory = open("calls.tmp", O_RDONLY | O_DIRECTORY);
            require(directory >= 0, "calls.tmp cannot be made");
            if (benchmark->prepare) benchmark->prepare();

            // In pieces: engines swap in optimised code at a function's entry, not inside its loop.
            enum { PIECE = 256 };
            u64 start = now();
            for (u32 i = 0; i < count && !complaint; i += PIECE) {
                benchmark->loop(i, count - i < PIECE ? count - i : PIECE);
            }
            u64 total = now() - start;

            if (benchmark->check && !complaint) benchmark->check(count);
            printf("%s %u %llu %.1f ", benchmark->name, count, total, count ? (double)total / count : 0);
            if (!complaint) puts("ok");
            else if (failure) printf("BAD errno %d from %s\n", failure, complaint);
            else printf("BAD %s\n", complaint);
            removeFiles();
            return complaint != NULL;
        }
    }
    if (argc < 3) return argc > 1 ? 2 : 0;
    fprintf(stderr, "calls: no benchmark %s; without arguments it lists them\n", argv[1]);
    return 2;
}
