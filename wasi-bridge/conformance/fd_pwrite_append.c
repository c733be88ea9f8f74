// With APPEND, pwrite writes at the end all the same, as Linux does, and leaves the offset alone.
#include "expect.h"

START {
  u32 fd = open_flags(ROOT, "f", CREAT, R_FILE, APPEND), n;
  put(fd, "12");
  u64 at;
  OK(fd_seek(fd, 0, SET, &at));
  put(fd, "34");
  EXPECT(SUCCESS, fd_tell(fd, &at));
  EQUAL(at, 4);
  EXPECT(SUCCESS, fd_pwrite(fd, &(vec){"567", 3}, 1, 0, &n));
  EQUAL(n, 3);
  EXPECT(SUCCESS, fd_tell(fd, &at));
  EQUAL(at, 4);
  TRUE(holds(fd, 0, "1234567"));
}
