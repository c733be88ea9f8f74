// A path begins at a directory that is open, and nowhere else.
#include "expect.h"

START {
  u32 f = make("f"), fd;
  EXPECT(NOTDIR, path_open(f, 0, P("x"), CREAT, 0, 0, 0, &fd));
  EXPECT(NOTDIR, path_open(f, 0, P("."), 0, 0, 0, 0, &fd));
  EXPECT(NOTDIR, path_open(1, 0, P("x"), 0, 0, 0, 0, &fd));
  EXPECT(BADF, path_open(99, 0, P("x"), 0, 0, 0, 0, &fd));
  EXPECT(BADF, path_open(~0u, 0, P("x"), 0, 0, 0, 0, &fd));
  OK(fd_close(f));
  EXPECT(BADF, path_open(f, 0, P("x"), 0, 0, 0, 0, &fd));
}
