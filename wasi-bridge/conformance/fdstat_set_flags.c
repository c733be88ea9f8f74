// APPEND goes on and off while a file is open; the flags belong to the descriptor.
#include "expect.h"

START {
  u32 fd = open_flags(ROOT, "f", CREAT, R_FILE, APPEND);
  u64 at;
  put(fd, "one");
  OK(fd_seek(fd, 0, SET, &at));
  put(fd, "two");
  TRUE(holds(fd, 0, "onetwo"));
  OK(fd_tell(fd, &at));
  EQUAL(at, 6);
  EXPECT(SUCCESS, fd_fdstat_set_flags(fd, 0));
  OK(fd_seek(fd, 0, SET, &at));
  put(fd, "ONE");
  TRUE(holds(fd, 0, "ONEtwo"));
  EXPECT(SUCCESS, fd_fdstat_set_flags(fd, APPEND | NONBLOCK));
  put(fd, "three");
  TRUE(holds(fd, 0, "ONEtwothree"));
  fdstat s;
  OK(fd_fdstat_get(fd, &s));
  EQUAL(s.flags, APPEND | NONBLOCK);
  u32 other = open_flags(ROOT, "f", 0, R_FILE, 0);
  OK(fd_fdstat_get(other, &s));
  EQUAL(s.flags, 0);
  EXPECT(INVAL, fd_fdstat_set_flags(fd, 32));
  EXPECT(INVAL, fd_fdstat_set_flags(fd, ~0u));
  EXPECT(BADF, fd_fdstat_set_flags(99, 0));
  EXPECT(NOTCAPABLE, fd_fdstat_set_flags(open_flags(ROOT, "f", 0, R_READ, 0), 0));
}
