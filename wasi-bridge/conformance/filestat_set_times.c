// Times are set one by one, to a moment or to now; contradictions change nothing.
#include "expect.h"

START {
  u32 fd = make("f");
  filestat s;
  EXPECT(SUCCESS, fd_filestat_set_times(fd, 1000000007, 2000000011, ATIM | MTIM));
  OK(fd_filestat_get(fd, &s));
  EQUAL(s.atim, 1000000007);
  EQUAL(s.mtim, 2000000011);
  TRUE(s.ctim > 1600000000ull * 1000000000);
  EXPECT(SUCCESS, fd_filestat_set_times(fd, 5, 6, ATIM));
  OK(fd_filestat_get(fd, &s));
  EQUAL(s.atim, 5);
  EQUAL(s.mtim, 2000000011);
  EXPECT(SUCCESS, fd_filestat_set_times(fd, 7, 8, 0));
  EXPECT(INVAL, fd_filestat_set_times(fd, 7, 8, ATIM | ATIM_NOW));
  EXPECT(INVAL, fd_filestat_set_times(fd, 7, 8, MTIM | MTIM_NOW));
  EXPECT(INVAL, fd_filestat_set_times(fd, 7, 8, 16));
  OK(fd_filestat_get(fd, &s));
  EQUAL(s.atim, 5);
  EQUAL(s.mtim, 2000000011);
  u64 now;
  OK(clock_time_get(REALTIME, 0, &now));
  EXPECT(SUCCESS, fd_filestat_set_times(fd, 0, 0, MTIM_NOW));
  OK(fd_filestat_get(fd, &s));
  EQUAL(s.atim, 5);
  TRUE(s.mtim >= now);
  EXPECT(SUCCESS, fd_filestat_set_times(ROOT, 9, 10, ATIM | MTIM));
  EXPECT(NOTCAPABLE, fd_filestat_set_times(1, 9, 10, ATIM));
  EXPECT(BADF, fd_filestat_set_times(99, 0, 0, 0));
}
