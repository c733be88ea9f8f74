// crowd COUNT: in the working directory, COUNT times: makes a file of a name of its own, writes a line, looks at it, gives
// it another name, reads it and removes it. Says what went wrong, if anything did; the names begin with the argument NAME.
// crowd COUNT NAME
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *what) {
    perror(what);
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    int count = atoi(argv[1]);
    for (int i = 0; i < count; i++) {
        char name[64], other[64], line[64], got[64];
        struct stat stat;
        snprintf(name, sizeof name, "%s-%d", argv[2], i);
        snprintf(other, sizeof other, "%s-%d.done", argv[2], i);
        int length = snprintf(line, sizeof line, "line %d of %s\n", i, argv[2]);

        int file = open(name, O_RDWR | O_CREAT | O_EXCL, 0666);
        if (file < 0) return fail("open");
        if (write(file, line, length) != length) return fail("write");
        if (fstatat(AT_FDCWD, name, &stat, 0) != 0) return fail("stat");
        if (stat.st_size != length) return fail("size");
        if (rename(name, other) != 0) return fail("rename");
        if (pread(file, got, sizeof got, 0) != length || memcmp(got, line, length) != 0) return fail("read");
        if (close(file) != 0) return fail("close");
        if (unlink(other) != 0) return fail("unlink");
    }
    return 0;
}
