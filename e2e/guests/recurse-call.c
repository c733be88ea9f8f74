// recurse-call FILE: recurses until the stack overflows, appending one byte to FILE at every depth.
// recurse-call DIRECTORY open: likewise, creating a file in DIRECTORY at every depth.
// The system calls are raw imports, so that the overflow can happen at their very door.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
typedef struct { const void *data; uint32_t length; } Ciovec;
IMPORT(fd_write) int fd_write(int fd, const Ciovec *iovs, uint32_t count, uint32_t *written);
IMPORT(fd_close) int fd_close(int fd);
IMPORT(path_open) int path_open(int fd, int lookup, const char *path, uint32_t length, int oflags, uint64_t rights,
                                uint64_t inheriting, int fdflags, int *opened);

enum { OFLAGS_CREAT_EXCL = 1 | 4 };
static const uint64_t RIGHT_FD_WRITE = 1 << 6;

static int descriptor;
static const Ciovec oneByte = {"x", 1};
static char name[] = "00000000";
static volatile uint32_t last = UINT32_MAX, result;

static int appendByte(void) {
    static uint32_t written;
    return fd_write(descriptor, &oneByte, 1, &written);
}

static int createNext(void) {
    static int opened;
    for (int digit = sizeof name - 2; ++name[digit] > '9'; digit--) name[digit] = '0';
    int failure = path_open(descriptor, 0, name, sizeof name - 1, OFLAGS_CREAT_EXCL, RIGHT_FD_WRITE, 0, 0, &opened);
    return failure ? failure : fd_close(opened);
}

// The volatile read after the call keeps the compiler from turning the recursion into a loop.
static uint32_t appendDeeper(uint32_t depth) {
    if (depth == last || appendByte() != 0) return depth;
    return appendDeeper(depth + 1) ^ last;
}

static uint32_t createDeeper(uint32_t depth) {
    if (depth == last || createNext() != 0) return depth;
    return createDeeper(depth + 1) ^ last;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: recurse-call FILE | DIRECTORY open\n");
        return 2;
    }
    int creating = argc > 2 && strcmp(argv[2], "open") == 0;
    descriptor = creating ? open(argv[1], O_RDONLY | O_DIRECTORY) : open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (descriptor < 0) {
        perror(argv[1]);
        return 1;
    }
    result = creating ? createDeeper(0) : appendDeeper(0);
    fprintf(stderr, "recurse-call: a system call failed before the stack ended\n");
    return 1;
}
