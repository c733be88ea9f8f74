// flood MIB [PIECE]: writes that many MiB to standard output in pieces of PIECE bytes, 64 KiB if it is not given and at
// most. The byte at offset n is n modulo 251.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LARGEST = 65536, PERIOD = 251 };

int main(int argc, char **argv) {
    // A piece may start anywhere in the period.
    static unsigned char pattern[LARGEST + PERIOD];
    for (int i = 0; i < LARGEST + PERIOD; i++) pattern[i] = i % PERIOD;

    int piece = argc > 2 ? atoi(argv[2]) : LARGEST;
    if (piece < 1 || piece > LARGEST) return 2;
    long long end = (argc > 1 ? atoll(argv[1]) : 1) << 20;
    for (long long at = 0, n; at < end; at += n) {
        n = write(STDOUT_FILENO, pattern + at % PERIOD, piece - at % piece);
        if (n <= 0) {
            perror("write");
            return 1;
        }
    }
    return 0;
}
