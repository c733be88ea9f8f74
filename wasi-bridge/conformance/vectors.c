// Buffers: too many, too much, out of memory, and as many as there may be.
#include "expect.h"

static vec many[1025];

START {
  u32 fd = make("f"), n = 7;
  char c = 'x';
  for (u32 i = 0; i < 1025; i++) many[i] = (vec){&c, 1};
  EXPECT(SUCCESS, fd_write(fd, many, 1024, &n));
  EQUAL(n, 1024);
  EXPECT(INVAL, fd_write(fd, many, 1025, &n));
  EXPECT(INVAL, fd_read(fd, many, 1025, &n));
  EXPECT(FAULT, fd_write(fd, many, ~0u, &n));
  EXPECT(FAULT, fd_write(fd, NOWHERE, 4, &n));
  EXPECT(FAULT, fd_write(fd, many, 1, NOWHERE));
  many[1] = (vec){&c, ~0u};
  EXPECT(FAULT, fd_write(fd, many, 2, &n));
  EXPECT(FAULT, fd_read(fd, many, 2, &n));
  EXPECT(FAULT, fd_pread(fd, many, 2, 0, &n));
  EXPECT(FAULT, fd_pwrite(fd, many, 2, 0, &n));
  many[1] = (vec){NOWHERE, 16};
  EXPECT(FAULT, fd_write(fd, many, 2, &n));
  // Nothing of a call that fails is done.
  EQUAL(size_of(fd), 1024);
  // An empty buffer may be at the very end of the memory, and not beyond it.
  many[0] = (vec){(void *)(__builtin_wasm_memory_size(0) << 16), 0};
  EXPECT(SUCCESS, fd_write(fd, many, 1, &n));
}
