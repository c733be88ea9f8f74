// A preopen can be replaced like any descriptor.
#include "expect.h"

START {
  directory("d");
  u32 dir = open_flags(ROOT, "d", O_DIR, R_STAT | R_OPEN, 0);
  filestat before, after;
  OK(fd_filestat_get(dir, &before));
  EXPECT(SUCCESS, fd_renumber(dir, ROOT));
  EXPECT(SUCCESS, fd_filestat_get(ROOT, &after));
  EQUAL(after.ino, before.ino);
  EXPECT(BADF, fd_filestat_get(dir, &after));
}
