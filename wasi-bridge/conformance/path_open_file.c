// Every combination of flags on a file that is there.
#include "expect.h"

START {
  file("f", "text");
  EXPECT(SUCCESS, errno_of_open(0, "f", 0, R_READ));
  EXPECT(SUCCESS, errno_of_open(0, "f", CREAT, R_READ));
  EXPECT(EXIST, errno_of_open(0, "f", CREAT | EXCL, R_READ));
  EXPECT(NOTDIR, errno_of_open(0, "f", O_DIR, R_READ));
  EXPECT(NOTDIR, errno_of_open(0, "f", O_DIR, R_READ | R_WRITE));
  EXPECT(INVAL, errno_of_open(0, "f", CREAT | O_DIR, R_READ));
  EXPECT(EXIST, errno_of_open(0, "f", CREAT | EXCL | TRUNC, R_READ));
  EQUAL(stat_of(0, "f").size, 4);
  EXPECT(SUCCESS, errno_of_open(0, "f", EXCL, R_READ));
  EXPECT(SUCCESS, errno_of_open(0, "f", TRUNC, R_WRITE));
  EQUAL(stat_of(0, "f").size, 0);
  file("g", "text");
  EXPECT(SUCCESS, errno_of_open(0, "g", CREAT | TRUNC, R_WRITE));
  EQUAL(stat_of(0, "g").size, 0);
  EXPECT(INVAL, errno_of_open(0, "f", 16, 0));
  u32 fd;
  EXPECT(INVAL, path_open(ROOT, 0, P("f"), 0, 0, 0, 32, &fd));
  EXPECT(FAULT, path_open(ROOT, 0, P("f"), 0, 0, 0, 0, NOWHERE));
}
