// Standard output and error: all of it, in order, from several buffers, more than a pipe holds.
#include "expect.h"

static char block[50000];

START {
  for (u32 i = 0; i < sizeof block; i++) block[i] = i % 50 == 49 ? '\n' : 'a' + i % 50 % 26;
  vec v[] = {{"one ", 4}, {"", 0}, {"two\n", 4}};
  u32 n;
  OK(fd_write(1, v, 3, &n));
  EQUAL(n, 8);
  for (u32 i = 0; i < 6; i++) {
    vec b = {block, sizeof block};
    OK(fd_write(1, &b, 1, &n));
    EQUAL(n, sizeof block);
  }
  OK(fd_write(2, v, 3, &n));
  OK(fd_write(1, v, 0, &n));
  EQUAL(n, 0);
}
