// A symlink is renamed, and replaced, itself.
#include "expect.h"

START {
  file("f", "text");
  symlink("f", "s");
  symlink("nowhere", "t");
  EXPECT(SUCCESS, path_rename(ROOT, P("s"), ROOT, P("t")));
  EQUAL(stat_of(NOFOLLOW, "t").type, SYMBOLIC_LINK);
  EQUAL(stat_of(FOLLOW, "t").size, 4);
  EXPECT(NOENT, errno_of_open(NOFOLLOW, "s", 0, 0));
  file("g", "g");
  EXPECT(SUCCESS, path_rename(ROOT, P("g"), ROOT, P("t")));
  EQUAL(stat_of(NOFOLLOW, "t").type, REGULAR_FILE);
  EQUAL(stat_of(0, "f").size, 4);
}
