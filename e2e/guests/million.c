// million FILE: writes a million bytes to FILE with a raw fd_write each, checks the size and prints `ok 1000000`.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct { const void *data; uint32_t length; } Ciovec;
__attribute__((import_module("wasi_snapshot_preview1"), import_name("fd_write")))
int fd_write(int fd, const Ciovec *iovs, uint32_t count, uint32_t *written);

enum { CALLS = 1000000 };

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: million FILE\n");
        return 2;
    }
    int file = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0) {
        perror(argv[1]);
        return 1;
    }
    const Ciovec oneByte = {"x", 1};
    for (int i = 0; i < CALLS; i++) {
        uint32_t written = 0;
        int failure = fd_write(file, &oneByte, 1, &written);
        if (failure || written != 1) {
            fprintf(stderr, "call %d: errno %d, %u written\n", i, failure, written);
            return 1;
        }
    }
    struct stat status;
    if (fstat(file, &status) != 0 || status.st_size != CALLS) {
        fprintf(stderr, "size %lld, not %d\n", (long long)status.st_size, CALLS);
        return 1;
    }
    printf("ok %d\n", CALLS);
    return 0;
}
