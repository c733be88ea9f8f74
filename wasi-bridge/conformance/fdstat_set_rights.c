// Rights can be given up, and not be taken back.
#include "expect.h"

START {
  u32 fd = open_flags(ROOT, "f", CREAT, R_READ | R_WRITE | R_SEEK | R_TELL, 0);
  put(fd, "text");
  fdstat s;
  EXPECT(NOTCAPABLE, fd_fdstat_set_rights(fd, R_READ | R_WRITE | R_SEEK | R_TELL | R_STAT, 0));
  EXPECT(NOTCAPABLE, fd_fdstat_set_rights(fd, R_READ, R_READ));
  EXPECT(SUCCESS, fd_fdstat_set_rights(fd, R_SEEK | R_TELL, 0));
  OK(fd_fdstat_get(fd, &s));
  EQUAL(s.base, R_SEEK | R_TELL);
  char c;
  vec v = {&c, 1};
  u32 n;
  u64 at;
  EXPECT(NOTCAPABLE, fd_read(fd, &v, 1, &n));
  EXPECT(NOTCAPABLE, fd_write(fd, &v, 1, &n));
  EXPECT(SUCCESS, fd_seek(fd, 0, SET, &at));
  EXPECT(NOTCAPABLE, fd_fdstat_set_rights(fd, R_READ | R_SEEK | R_TELL, 0));
  EXPECT(SUCCESS, fd_fdstat_set_rights(fd, R_SEEK | R_TELL, 0));
  EXPECT(SUCCESS, fd_fdstat_set_rights(fd, 0, 0));
  EXPECT(NOTCAPABLE, fd_seek(fd, 0, SET, &at));
  EXPECT(BADF, fd_fdstat_set_rights(99, 0, 0));
}
