// pingpong ROUNDS: starts itself as a child with two pipes, sends a byte back and forth, and prints the ns of one wake-up
// (half a round), the median of ten tenths. `pingpong echo` is the child.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TENTHS = 10 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

static int byNumber(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static int end(int pid, const char *name, int flags) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    return open(path, flags);
}

int main(int argc, char **argv) {
    char byte = 0;
    if (argc > 1 && strcmp(argv[1], "echo") == 0) {
        while (read(0, &byte, 1) == 1) write(1, &byte, 1);
        return 0;
    }
    int rounds = (argc > 1 ? atoi(argv[1]) : 1000) / TENTHS;
    int spawn = open("/dev/spawn", O_RDWR);
    static const char request[] = "{\"program\":\"./pingpong.wasm\",\"args\":[\"echo\"],\"stdin\":\"pipe\",\"stdout\":\"pipe\"}\n";
    char answer[256] = "";
    if (spawn < 0 || write(spawn, request, strlen(request)) < 0 || read(spawn, answer, sizeof answer - 1) < 0
        || strncmp(answer, "{\"pid\":", 7) != 0) {
        fprintf(stderr, "spawn: %s\n", answer);
        return 1;
    }
    int pid = atoi(answer + 7), in = end(pid, "stdin", O_WRONLY), out = end(pid, "stdout", O_RDONLY);
    double wakes[TENTHS];
    for (int tenth = -1; tenth < TENTHS; tenth++) {
        double start = now();
        for (int i = 0; i < rounds; i++) {
            if (write(in, &byte, 1) != 1 || read(out, &byte, 1) != 1) return 2;
        }
        if (tenth >= 0) wakes[tenth] = (now() - start) / rounds / 2;
    }
    close(in);
    qsort(wakes, TENTHS, sizeof *wakes, byNumber);
    printf("%.0f\n", wakes[TENTHS / 2]);
    return 0;
}
