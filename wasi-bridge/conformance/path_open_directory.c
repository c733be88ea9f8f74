// Every combination of flags on a directory: it is opened, but neither made, cut nor written.
#include "expect.h"

START {
  directory("d");
  EXPECT(SUCCESS, errno_of_open(0, "d", 0, R_READ));
  EXPECT(SUCCESS, errno_of_open(0, "d", O_DIR, R_READ));
  EXPECT(SUCCESS, errno_of_open(0, "d/", O_DIR, 0));
  EXPECT(ISDIR, errno_of_open(0, "d", 0, R_WRITE));
  EXPECT(ISDIR, errno_of_open(0, "d", 0, R_READ | R_WRITE));
  EXPECT(ISDIR, errno_of_open(0, "d", O_DIR, R_READ | R_WRITE));
  EXPECT(ISDIR, errno_of_open(0, "d", CREAT, 0));
  EXPECT(ISDIR, errno_of_open(0, "d/", CREAT, 0));
  EXPECT(EXIST, errno_of_open(0, "d", CREAT | EXCL, 0));
  EXPECT(ISDIR, errno_of_open(0, "d", TRUNC, 0));
  EXPECT(INVAL, errno_of_open(0, "d", CREAT | O_DIR, 0));
  EXPECT(SUCCESS, errno_of_open(0, ".", 0, 0));
  u32 fd;
  EXPECT(SUCCESS, path_open(ROOT, 0, P("."), 0, 0, 0, NONBLOCK, &fd));
}
