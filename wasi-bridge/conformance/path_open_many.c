// A thousand descriptors and more in a row; so many at once that there are no more, and then again.
#include "expect.h"

START {
  file("f", "");
  for (u32 i = 0; i < 3000; i++) OK(fd_close(open_flags(ROOT, "f", 0, R_READ, 0)));
  u32 fd, errno, last = 0;
  while ((errno = path_open(ROOT, 0, P("f"), 0, R_READ, 0, 0, &fd)) == SUCCESS) last = fd;
  EQUAL(errno, MFILE);
  TRUE(last >= 255);
  EXPECT(MFILE, path_open(ROOT, 0, P("new"), CREAT, 0, 0, 0, &fd));
  EXPECT(SUCCESS, fd_close(100));
  EXPECT(SUCCESS, path_open(ROOT, 0, P("f"), 0, R_READ, 0, 0, &fd));
  EQUAL(fd, 100);
}
