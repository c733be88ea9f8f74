// fd_allocate: what makes no sense, what is too large, and what is no regular file.
#include "expect.h"

START {
  u32 fd = make("f");
  EXPECT(INVAL, fd_allocate(fd, 0, 0));
  EXPECT(INVAL, fd_allocate(fd, 1ull << 63, 1));
  EXPECT(INVAL, fd_allocate(fd, 0, 1ull << 63));
  EXPECT(FBIG, fd_allocate(fd, (1ull << 63) - 1, 1));
  EXPECT(NOSPC, fd_allocate(fd, 0, 1ull << 50));
  EQUAL(size_of(fd), 0);
  EXPECT(NOTCAPABLE, fd_allocate(ROOT, 0, 1));
  EXPECT(BADF, fd_allocate(99, 0, 1));
  EXPECT(NOTCAPABLE, fd_allocate(open_flags(ROOT, "f", 0, R_WRITE, 0), 0, 1));
}
