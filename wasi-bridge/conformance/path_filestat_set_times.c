// Times by a path: of the link itself, or of what it leads to.
#include "expect.h"

START {
  file("f", "x");
  symlink("f", "link");
  u64 was = stat_of(0, "f").mtim;
  EXPECT(SUCCESS, path_filestat_set_times(ROOT, NOFOLLOW, P("link"), 0, 1234, MTIM));
  EQUAL(stat_of(NOFOLLOW, "link").mtim, 1234);
  EQUAL(stat_of(FOLLOW, "link").mtim, was);
  EXPECT(SUCCESS, path_filestat_set_times(ROOT, FOLLOW, P("link"), 0, 5678, MTIM));
  EQUAL(stat_of(0, "f").mtim, 5678);
  EQUAL(stat_of(NOFOLLOW, "link").mtim, 1234);
  EXPECT(INVAL, path_filestat_set_times(ROOT, 0, P("f"), 0, 0, MTIM | MTIM_NOW));
  EXPECT(INVAL, path_filestat_set_times(ROOT, 0, P("f"), 0, 0, ATIM | ATIM_NOW));
  EXPECT(INVAL, path_filestat_set_times(ROOT, 0, P("f"), 0, 0, 32));
  EQUAL(stat_of(0, "f").mtim, 5678);
  EXPECT(SUCCESS, path_filestat_set_times(ROOT, 0, P("f"), 0, 0, ATIM_NOW | MTIM_NOW));
  TRUE(stat_of(0, "f").mtim > 1600000000ull * 1000000000);
  EXPECT(NOENT, path_filestat_set_times(ROOT, 0, P("missing"), 0, 0, MTIM));
  EXPECT(NOTDIR, path_filestat_set_times(ROOT, 0, P("f/"), 0, 0, MTIM));
  EXPECT(BADF, path_filestat_set_times(99, 0, P("f"), 0, 0, 0));
}
