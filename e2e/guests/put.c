// put FILE TEXT…: opens a file for writing and writes each text to it, one write each. Exits with the errno, 0 for none.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int fd = argc < 3 ? -1 : open(argv[1], O_WRONLY);
    if (fd < 0) {
        perror(argv[1]);
        return errno;
    }
    for (int i = 2; i < argc; i++) {
        if (write(fd, argv[i], strlen(argv[i])) < 0) {
            perror(argv[i]);
            return errno;
        }
    }
    puts("written");
    return 0;
}
