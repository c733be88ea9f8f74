// Reads its input in pieces of 64 KiB to the end and prints how many bytes came, and in how many ns since the first.
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(void) {
    static unsigned char buffer[65536];
    double start = 0;
    long long count = 0, wrong = 0;
    for (ssize_t n; (n = read(0, buffer, sizeof buffer)) > 0; count += n) {
        if (count == 0) start = now();
        // flood.wasm's byte at offset n is n modulo 251.
        wrong += buffer[0] != count % 251 || buffer[n - 1] != (count + n - 1) % 251;
    }
    printf("%lld %.0f\n", count, now() - start);
    return wrong != 0;
}
