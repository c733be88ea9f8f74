// Symlinks are made to whatever is said, if it is relative; where a name is taken, none is made.
#include "expect.h"

START {
  EXPECT(SUCCESS, path_symlink(P("f"), ROOT, P("s")));
  EXPECT(SUCCESS, path_symlink(P("../../x"), ROOT, P("up")));
  EXPECT(SUCCESS, path_symlink(P("a//b/./c/"), ROOT, P("odd")));
  char buffer[16];
  u32 used;
  OK(path_readlink(ROOT, P("odd"), buffer, 16, &used));
  TRUE(used == 9 && same(buffer, "a//b/./c/", 9));
  file("f", "text");
  EQUAL(stat_of(FOLLOW, "s").size, 4);
  directory("d");
  EXPECT(EXIST, path_symlink(P("x"), ROOT, P("f")));
  EXPECT(EXIST, path_symlink(P("x"), ROOT, P("d")));
  EXPECT(EXIST, path_symlink(P("x"), ROOT, P("d/")));
  EXPECT(EXIST, path_symlink(P("x"), ROOT, P("s")));
  EXPECT(NOTDIR, path_symlink(P("x"), ROOT, P("f/")));
  EXPECT(NOENT, path_symlink(P("x"), ROOT, P("new/")));
  EXPECT(NOENT, path_symlink(P("x"), ROOT, P("missing/s")));
  EXPECT(NOENT, path_symlink(P(""), ROOT, P("t")));
  EXPECT(NOTCAPABLE, path_symlink(P("/"), ROOT, P("t")));
  EXPECT(NOTCAPABLE, path_symlink(P("/etc/passwd"), ROOT, P("t")));
  EXPECT(NOTCAPABLE, path_symlink(P("x"), ROOT, P("../t")));
  EXPECT(BADF, path_symlink(P("x"), 99, P("t")));
  EXPECT(FAULT, path_symlink(NOWHERE, 99, ROOT, P("t")));
}
