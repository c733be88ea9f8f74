// A directory takes the place of an empty one, of nothing else, and never goes into itself.
#include "expect.h"

START {
  directory("a");
  file("a/f", "x");
  EXPECT(SUCCESS, path_rename(ROOT, P("a"), ROOT, P("b")));
  EQUAL(stat_of(0, "b/f").size, 1);
  directory("c");
  EXPECT(SUCCESS, path_rename(ROOT, P("b"), ROOT, P("c")));
  EXPECT(NOENT, errno_of_open(0, "b", 0, 0));
  directory("d");
  EXPECT(NOTEMPTY, path_rename(ROOT, P("d"), ROOT, P("c")));
  EXPECT(NOTDIR, path_rename(ROOT, P("d"), ROOT, P("c/f")));
  EXPECT(INVAL, path_rename(ROOT, P("d"), ROOT, P("d/e")));
  directory("d/e");
  EXPECT(INVAL, path_rename(ROOT, P("d"), ROOT, P("d/e/g")));
  EXPECT(NOTEMPTY, path_rename(ROOT, P("d/e"), ROOT, P("d")));
  EXPECT(SUCCESS, path_rename(ROOT, P("d/e"), ROOT, P("c/e")));
  filestat s = stat_of(0, "c/e/..");
  EQUAL(s.ino, stat_of(0, "c").ino);
  EXPECT(BUSY, path_rename(ROOT, P("."), ROOT, P("x")));
  EXPECT(BUSY, path_rename(ROOT, P("d"), ROOT, P("c/..")));
}
