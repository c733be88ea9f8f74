// Grows its memory 16 pages at a time until that fails, uses each piece, and prints the pages it has at last.
// grow.wasm declares no maximum; grow-256mib.wasm declares one of 256 MiB, 4096 pages.
#include <stdio.h>

enum { PAGE = 65536, STEP = 16 };

int main(void) {
    size_t before;
    while ((before = __builtin_wasm_memory_grow(0, STEP)) != (size_t)-1) {
        volatile char *first = (volatile char *)(before * PAGE);
        volatile char *last = first + STEP * PAGE - 1;
        if (*first != 0 || *last != 0) {
            fprintf(stderr, "page %zu is not zero\n", before);
            return 1;
        }
        *first = *last = 1;
    }
    printf("%zu pages\n", __builtin_wasm_memory_size(0));
    return 0;
}
