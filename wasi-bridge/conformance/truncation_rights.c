// Cutting a file while opening it wants the directory's right, not the one to set a file's size.
#include "expect.h"

START {
  file("f", "text");
  u32 dir, fd;
  OK(path_open(ROOT, 0, P("."), O_DIR, R_OPEN | R_PATH_SET_SIZE, R_READ, 0, &dir));
  EXPECT(SUCCESS, path_open(dir, 0, P("f"), TRUNC, 0, 0, 0, &fd));
  EQUAL(stat_of(0, "f").size, 0);
  OK(fd_fdstat_set_rights(dir, R_OPEN, R_READ));
  EXPECT(NOTCAPABLE, path_open(dir, 0, P("f"), TRUNC, 0, 0, 0, &fd));
  EXPECT(SUCCESS, path_open(dir, 0, P("f"), 0, 0, 0, 0, &fd));
}
