// fd_allocate makes a file as long as it takes, never shorter, filled up with zeros; it leaves the offset alone.
#include "expect.h"

START {
  u32 fd = make("f");
  put(fd, "abc");
  EXPECT(SUCCESS, fd_allocate(fd, 0, 100));
  EQUAL(size_of(fd), 100);
  EXPECT(SUCCESS, fd_allocate(fd, 10, 10));
  EQUAL(size_of(fd), 100);
  EXPECT(SUCCESS, fd_allocate(fd, 90, 20));
  EQUAL(size_of(fd), 110);
  char buffer[128];
  vec v = {buffer, 128};
  u32 n;
  OK(fd_pread(fd, &v, 1, 0, &n));
  EQUAL(n, 110);
  TRUE(same(buffer, "abc\0\0\0", 6));
  for (u32 i = 3; i < 110; i++) EQUAL(buffer[i], 0);
  u64 at;
  OK(fd_tell(fd, &at));
  EQUAL(at, 3);
}
