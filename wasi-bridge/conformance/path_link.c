// A second name for a file is as good as the first; directories and what is there already are refused.
#include "expect.h"

START {
  file("f", "text");
  directory("d");
  EXPECT(SUCCESS, path_link(ROOT, 0, P("f"), ROOT, P("d/g")));
  EQUAL(stat_of(0, "d/g").ino, stat_of(0, "f").ino);
  EQUAL(stat_of(0, "f").nlink, 2);
  EXPECT(SUCCESS, path_unlink_file(ROOT, P("f")));
  EQUAL(stat_of(0, "d/g").nlink, 1);
  EXPECT(SUCCESS, path_link(ROOT, 0, P("d/g"), open_flags(ROOT, "d", O_DIR, R_LINK_TARGET, 0), P("h")));
  EXPECT(EXIST, path_link(ROOT, 0, P("d/g"), ROOT, P("d/h")));
  EXPECT(EXIST, path_link(ROOT, 0, P("d/g"), ROOT, P("d/g")));
  EXPECT(EXIST, path_link(ROOT, 0, P("d/g"), ROOT, P("d")));
  EXPECT(PERM, path_link(ROOT, 0, P("d"), ROOT, P("e")));
  EXPECT(NOENT, path_link(ROOT, 0, P("d/g"), ROOT, P("e/")));
  EXPECT(NOTDIR, path_link(ROOT, 0, P("d/g/"), ROOT, P("e")));
  EXPECT(NOENT, path_link(ROOT, 0, P("missing"), ROOT, P("e")));
  EXPECT(NOENT, path_link(ROOT, 0, P("d/g"), ROOT, P("missing/e")));
  EXPECT(NOTCAPABLE, path_link(ROOT, 0, P("d/g"), ROOT, P("../e")));
  EXPECT(NOTCAPABLE, path_link(ROOT, 0, P("/d/g"), ROOT, P("e")));
  EXPECT(BADF, path_link(99, 0, P("d/g"), ROOT, P("e")));
  EXPECT(BADF, path_link(ROOT, 0, P("d/g"), 99, P("e")));
}
