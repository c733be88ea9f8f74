// Writing: from several buffers, in the middle, beyond the end; nothing to write changes nothing.
#include "expect.h"

START {
  u32 fd = make("f"), n;
  vec v[] = {{"01234", 5}, {"", 0}, {"56789", 5}};
  EXPECT(SUCCESS, fd_write(fd, v, 3, &n));
  EQUAL(n, 10);
  u64 at;
  OK(fd_seek(fd, 4, SET, &at));
  put(fd, "ab");
  TRUE(holds(fd, 0, "0123ab6789"));
  OK(fd_seek(fd, 2, END, &at));
  EXPECT(SUCCESS, fd_write(fd, v + 1, 1, &n));
  EQUAL(n, 0);
  EQUAL(size_of(fd), 10);
  put(fd, "!");
  EQUAL(size_of(fd), 13);
  OK(fd_tell(fd, &at));
  EQUAL(at, 13);
  char buffer[16];
  OK(fd_pread(fd, &(vec){buffer, 16}, 1, 9, &n));
  TRUE(n == 4 && same(buffer, "9\0\0!", 4));
  EXPECT(NOTCAPABLE, fd_write(ROOT, v, 1, &n));
  EXPECT(BADF, fd_write(99, v, 1, &n));
  EXPECT(BADF, fd_write(~0u, v, 1, &n));
}
