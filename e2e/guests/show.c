// show FILE…: prints each file's contents, or its name and what was wrong.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int status = 0;
    for (int i = 1; i < argc; i++) {
        static char buffer[65536];
        int fd = open(argv[i], O_RDONLY);
        ssize_t n = fd < 0 ? -1 : 0;
        while (fd >= 0 && (n = read(fd, buffer, sizeof buffer)) > 0) fwrite(buffer, 1, (size_t)n, stdout);
        if (n < 0) {
            printf("%s: %s\n", argv[i], strerror(errno));
            status = 1;
        }
        if (fd >= 0) close(fd);
    }
    return status;
}
