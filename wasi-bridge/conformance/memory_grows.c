// The kernel sees a memory that has grown, at once and to its new end.
#include "expect.h"

START {
  u32 fd = make("f"), n;
  u32 old = __builtin_wasm_memory_size(0) << 16;
  char *beyond = (char *)old;
  EXPECT(FAULT, fd_write(fd, &(vec){beyond - 4, 8}, 1, &n));
  TRUE(__builtin_wasm_memory_grow(0, 3) != ~0u);
  beyond[0] = 'x';
  EXPECT(SUCCESS, fd_write(fd, &(vec){beyond - 4, 8}, 1, &n));
  EQUAL(n, 8);
  EXPECT(SUCCESS, random_get(beyond, 3 << 16));
  EXPECT(FAULT, random_get(beyond, (3 << 16) + 1));
}
