// Recurses until the stack overflows. All its state is in wasm locals, so that the native stack ends before the linear
// memory does.
#include <stdint.h>

static volatile uint32_t last = UINT32_MAX, result;

// The volatile read after the call keeps the compiler from turning the recursion into a loop.
static uint32_t deeper(uint32_t depth) {
    return depth == last ? 0 : deeper(depth + 1) ^ last;
}

int main(void) {
    result = deeper(0);
    return 0;
}
