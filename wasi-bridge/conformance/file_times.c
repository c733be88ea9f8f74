// Writing moves the time of modification, and making or removing a name moves the directory's.
#include "expect.h"

START {
  directory("d");
  u32 fd = make("d/f");
  OK(path_filestat_set_times(ROOT, 0, P("d"), 1, 1, ATIM | MTIM));
  OK(fd_filestat_set_times(fd, 1, 1, ATIM | MTIM));
  put(fd, "x");
  TRUE(stat_of(0, "d/f").mtim > 1);
  EQUAL(stat_of(0, "d").mtim, 1);
  OK(fd_filestat_set_times(fd, 1, 1, ATIM | MTIM));
  OK(fd_filestat_set_size(fd, 0));
  TRUE(stat_of(0, "d/f").mtim > 1);
  OK(path_unlink_file(ROOT, P("d/f")));
  TRUE(stat_of(0, "d").mtim > 1);
  OK(path_filestat_set_times(ROOT, 0, P("d"), 1, 1, ATIM | MTIM));
  symlink("x", "d/s");
  TRUE(stat_of(0, "d").mtim > 1);
}
