// A file gets another name, whatever had that is gone; a directory is not replaced by it.
#include "expect.h"

START {
  file("a", "from a");
  u64 ino = stat_of(0, "a").ino;
  EXPECT(SUCCESS, path_rename(ROOT, P("a"), ROOT, P("b")));
  EXPECT(NOENT, errno_of_open(0, "a", 0, 0));
  EQUAL(stat_of(0, "b").ino, ino);
  file("c", "another");
  u32 old = make("c");
  EXPECT(SUCCESS, path_rename(ROOT, P("b"), ROOT, P("c")));
  EQUAL(stat_of(0, "c").ino, ino);
  TRUE(holds(old, 0, "another"));
  directory("d");
  EXPECT(ISDIR, path_rename(ROOT, P("c"), ROOT, P("d")));
  EXPECT(SUCCESS, path_rename(ROOT, P("c"), ROOT, P("d/c")));
  EXPECT(SUCCESS, path_rename(open_flags(ROOT, "d", O_DIR, R_RENAME_SOURCE, 0), P("c"), ROOT, P("c")));
  EXPECT(SUCCESS, path_rename(ROOT, P("c"), ROOT, P("c")));
  // Two names of one file: nothing happens.
  OK(path_link(ROOT, 0, P("c"), ROOT, P("e")));
  EXPECT(SUCCESS, path_rename(ROOT, P("c"), ROOT, P("e")));
  EQUAL(stat_of(0, "c").nlink, 2);
  EXPECT(NOENT, path_rename(ROOT, P("missing"), ROOT, P("x")));
  EXPECT(NOENT, path_rename(ROOT, P("c"), ROOT, P("missing/x")));
  EXPECT(NOTDIR, path_rename(ROOT, P("c"), ROOT, P("e/x")));
  EXPECT(NOTDIR, path_rename(ROOT, P("c/"), ROOT, P("x")));
  EXPECT(NOTDIR, path_rename(ROOT, P("c"), ROOT, P("x/")));
  EXPECT(NOTCAPABLE, path_rename(ROOT, P("c"), ROOT, P("../x")));
  EXPECT(NOTCAPABLE, path_rename(ROOT, P("/c"), ROOT, P("x")));
  EXPECT(BADF, path_rename(99, P("c"), ROOT, P("x")));
  EXPECT(BADF, path_rename(ROOT, P("c"), 99, P("x")));
}
