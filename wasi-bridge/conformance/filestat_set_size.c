// A file is cut, or filled up with zeros; the offset stays.
#include "expect.h"

START {
  u32 fd = make("f");
  put(fd, "0123456789");
  EXPECT(SUCCESS, fd_filestat_set_size(fd, 4));
  TRUE(holds(fd, 0, "0123"));
  EXPECT(SUCCESS, fd_filestat_set_size(fd, 8));
  char buffer[16];
  vec v = {buffer, 16};
  u32 n;
  OK(fd_pread(fd, &v, 1, 0, &n));
  EQUAL(n, 8);
  TRUE(same(buffer, "0123\0\0\0\0", 8));
  u64 at;
  OK(fd_tell(fd, &at));
  EQUAL(at, 10);
  EXPECT(SUCCESS, fd_filestat_set_size(fd, 1ull << 40));
  EQUAL(size_of(fd), 1ull << 40);
  EXPECT(SUCCESS, fd_filestat_set_size(fd, 0));
  EQUAL(size_of(fd), 0);
  EXPECT(FBIG, fd_filestat_set_size(fd, 1ull << 63));
  EXPECT(NOTCAPABLE, fd_filestat_set_size(ROOT, 0));
  EXPECT(BADF, fd_filestat_set_size(99, 0));
}
