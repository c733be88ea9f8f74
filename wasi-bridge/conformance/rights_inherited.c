// What is opened through a directory has at most the rights that the directory hands on.
#include "expect.h"

START {
  file("f", "text");
  u32 dir, fd;
  OK(path_open(ROOT, 0, P("."), O_DIR, R_OPEN | R_CREATE_FILE, R_READ | R_SEEK, 0, &dir));
  EXPECT(SUCCESS, path_open(dir, 0, P("f"), 0, R_READ, 0, 0, &fd));
  EXPECT(SUCCESS, path_open(dir, 0, P("f"), 0, R_READ, R_READ, 0, &fd));
  EXPECT(NOTCAPABLE, path_open(dir, 0, P("f"), 0, R_READ | R_WRITE, 0, 0, &fd));
  EXPECT(NOTCAPABLE, path_open(dir, 0, P("f"), 0, R_READ, R_WRITE, 0, &fd));
  EXPECT(NOTCAPABLE, path_open(dir, 0, P("new"), CREAT, R_WRITE, 0, 0, &fd));
  EXPECT(NOENT, errno_of_open(0, "new", 0, 0));
  // Less is handed on once it was given up.
  OK(fd_fdstat_set_rights(dir, R_OPEN, R_SEEK));
  EXPECT(NOTCAPABLE, path_open(dir, 0, P("f"), 0, R_READ, 0, 0, &fd));
  EXPECT(SUCCESS, path_open(dir, 0, P("f"), 0, R_SEEK, 0, 0, &fd));
}
