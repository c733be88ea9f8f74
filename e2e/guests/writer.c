// writer FILE [COUNT [MS]]: appends `line 00000001`, `line 00000002`, … with one write each, COUNT of them or without
// end (COUNT absent or 0), pausing MS milliseconds after each.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: writer FILE [COUNT [MS]]\n");
        return 2;
    }
    long count = argc > 2 ? atol(argv[2]) : 0;
    long ms = argc > 3 ? atol(argv[3]) : 0;
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    int file = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (file < 0) {
        perror(argv[1]);
        return 1;
    }
    for (long i = 1; count == 0 || i <= count; i++) {
        char line[32];
        int length = snprintf(line, sizeof line, "line %08ld\n", i);
        if (write(file, line, length) != length) {
            perror(argv[1]);
            return 1;
        }
        if (ms > 0) nanosleep(&pause, NULL);
    }
    return 0;
}
