// Standard input: what was given, in pieces as the buffers are, then the end, again and again.
#include "expect.h"

START {
  char a[3], b[64];
  vec v[] = {{a, 3}, {b, 4}};
  u32 n;
  OK(fd_read(0, v, 2, &n));
  EQUAL(n, 7);
  TRUE(same(a, "one", 3) && same(b, " two", 4));
  v[1].len = 0;
  EXPECT(SUCCESS, fd_read(0, v + 1, 1, &n));
  EQUAL(n, 0);
  v[1].len = 64;
  EXPECT(SUCCESS, fd_read(0, v + 1, 1, &n));
  print_bytes(b, n);
  for (u32 i = 0; i < 2; i++) {
    EXPECT(SUCCESS, fd_read(0, v + 1, 1, &n));
    EQUAL(n, 0);
  }
}
