// A link to a symlink is one to the symlink itself, also if that leads nowhere, unless it is to be followed.
#include "expect.h"

START {
  file("f", "text");
  symlink("f", "s");
  symlink("nowhere", "dangling");
  symlink("loop", "loop");
  EXPECT(SUCCESS, path_link(ROOT, NOFOLLOW, P("s"), ROOT, P("s2")));
  EQUAL(stat_of(NOFOLLOW, "s2").ino, stat_of(NOFOLLOW, "s").ino);
  EXPECT(SUCCESS, path_link(ROOT, NOFOLLOW, P("dangling"), ROOT, P("d2")));
  EQUAL(stat_of(NOFOLLOW, "d2").type, SYMBOLIC_LINK);
  EXPECT(SUCCESS, path_link(ROOT, NOFOLLOW, P("loop"), ROOT, P("l2")));
  EXPECT(EXIST, path_link(ROOT, NOFOLLOW, P("f"), ROOT, P("dangling")));
  EXPECT(NOENT, path_link(ROOT, FOLLOW, P("dangling"), ROOT, P("x")));
  EXPECT(LOOP, path_link(ROOT, FOLLOW, P("loop"), ROOT, P("x")));
  EXPECT(SUCCESS, path_link(ROOT, FOLLOW, P("s"), ROOT, P("x")));
  EQUAL(stat_of(NOFOLLOW, "x").ino, stat_of(0, "f").ino);
}
