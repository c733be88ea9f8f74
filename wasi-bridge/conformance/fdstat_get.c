// fd_fdstat_get: the kind, the flags and exactly the rights with which something was opened.
#include "expect.h"

START {
  fdstat s;
  u32 fd = open_flags(ROOT, "f", CREAT, R_READ | R_TELL, APPEND | SYNC);
  EXPECT(SUCCESS, fd_fdstat_get(fd, &s));
  EQUAL(s.type, REGULAR_FILE);
  EQUAL(s.flags, APPEND | SYNC);
  EQUAL(s.base, R_READ | R_TELL);
  EQUAL(s.inheriting, 0);

  // Of what is asked for, a directory has only what makes sense on one.
  OK(path_open(ROOT, 0, P("."), O_DIR, R_READDIR | R_SEEK | R_OPEN, R_READ | R_SEEK, NONBLOCK, &fd));
  EXPECT(SUCCESS, fd_fdstat_get(fd, &s));
  EQUAL(s.type, DIRECTORY);
  EQUAL(s.flags, NONBLOCK);
  EQUAL(s.base, R_READDIR | R_OPEN);
  EQUAL(s.inheriting, R_READ | R_SEEK);
  EXPECT(FAULT, fd_fdstat_get(fd, NOWHERE));
}
