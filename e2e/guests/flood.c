// flood MIB: writes that many MiB to standard output in pieces of 64 KiB. The byte at offset n is n modulo 251.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PIECE = 65536, PERIOD = 251 };

int main(int argc, char **argv) {
    // A piece may start anywhere in the period.
    static unsigned char pattern[PIECE + PERIOD];
    for (int i = 0; i < PIECE + PERIOD; i++) pattern[i] = i % PERIOD;

    long long end = (argc > 1 ? atoll(argv[1]) : 1) << 20;
    for (long long at = 0, n; at < end; at += n) {
        n = write(STDOUT_FILENO, pattern + at % PERIOD, PIECE - at % PIECE);
        if (n <= 0) {
            perror("write");
            return 1;
        }
    }
    return 0;
}
