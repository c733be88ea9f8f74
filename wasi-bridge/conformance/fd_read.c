// Reading: into several buffers, up to the end; a file is shared by all who have it open.
#include "expect.h"

START {
  u32 writer = make("f"), fd = open_flags(ROOT, "f", 0, R_READ | R_TELL, 0), n;
  char a[4], b[8];
  vec v[] = {{a, 4}, {b, 0}, {b, 8}};
  EXPECT(SUCCESS, fd_read(fd, v, 3, &n));
  EQUAL(n, 0);
  put(writer, "0123456789");
  EXPECT(SUCCESS, fd_read(fd, v, 3, &n));
  EQUAL(n, 10);
  TRUE(same(a, "0123", 4) && same(b, "456789", 6));
  EXPECT(SUCCESS, fd_read(fd, v, 3, &n));
  EQUAL(n, 0);
  put(writer, "x");
  EXPECT(SUCCESS, fd_read(fd, v, 3, &n));
  EQUAL(n, 1);
  EQUAL(a[0], 'x');
  EXPECT(SUCCESS, fd_read(fd, v, 0, &n));
  EQUAL(n, 0);
  u64 at;
  OK(fd_tell(fd, &at));
  EQUAL(at, 11);
  EXPECT(NOTCAPABLE, fd_read(ROOT, v, 1, &n));
  EXPECT(BADF, fd_read(99, v, 1, &n));
}
