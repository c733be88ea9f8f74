// Reading and writing at an offset leave the file's own alone, and reach beyond the end as POSIX says.
#include "expect.h"

START {
  u32 fd = make("f"), n;
  char buffer[16] = {0};
  put(fd, "0123456789");
  vec v[] = {{buffer, 2}, {buffer + 2, 3}};
  EXPECT(SUCCESS, fd_pread(fd, v, 2, 4, &n));
  EQUAL(n, 5);
  TRUE(same(buffer, "45678", 5));
  EXPECT(SUCCESS, fd_pread(fd, v, 2, 8, &n));
  EQUAL(n, 2);
  EXPECT(SUCCESS, fd_pread(fd, v, 2, 10, &n));
  EQUAL(n, 0);
  EXPECT(SUCCESS, fd_pread(fd, v, 2, 1ull << 40, &n));
  EQUAL(n, 0);
  vec w[] = {{"ab", 2}, {"", 0}, {"c", 1}};
  EXPECT(SUCCESS, fd_pwrite(fd, w, 3, 1, &n));
  EQUAL(n, 3);
  EXPECT(SUCCESS, fd_pwrite(fd, w, 3, 12, &n));
  EQUAL(size_of(fd), 15);
  OK(fd_pread(fd, &(vec){buffer, 16}, 1, 0, &n));
  EQUAL(n, 15);
  TRUE(same(buffer, "0abc456789\0\0abc", 15));
  EXPECT(SUCCESS, fd_pwrite(fd, w + 1, 1, 99, &n));
  EQUAL(size_of(fd), 15);
  u64 at;
  OK(fd_tell(fd, &at));
  EQUAL(at, 10);
  EXPECT(INVAL, fd_pread(fd, v, 2, 1ull << 63, &n));
  EXPECT(INVAL, fd_pwrite(fd, w, 3, 1ull << 63, &n));
  EXPECT(NOTCAPABLE, fd_pread(ROOT, v, 1, 0, &n));
  EXPECT(NOTCAPABLE, fd_pwrite(ROOT, v, 1, 0, &n));
  EXPECT(BADF, fd_pread(99, v, 1, 0, &n));
  EXPECT(BADF, fd_pwrite(99, v, 1, 0, &n));
}
