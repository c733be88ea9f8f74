// sleep MS: sleeps that many milliseconds, checks by the monotonic clock that it did, and prints `done`.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
    long ms = argc > 1 ? atol(argv[1]) : 0;
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    double start = now();
    if (nanosleep(&pause, NULL) != 0) {
        perror("nanosleep");
        return 1;
    }
    double slept = now() - start;
    if (slept < ms) {
        fprintf(stderr, "woke after %.3f ms of %ld\n", slept, ms);
        return 1;
    }
    puts("done");
    return 0;
}
