// Symlinks lead nowhere outside either: up and out, by an absolute target, or in the middle of a path.
#include "expect.h"

START {
  directory("d");
  symlink("..", "d/up");
  symlink("../..", "d/out");
  symlink("../../etc", "d/out2");
  filestat s;
  EXPECT(SUCCESS, path_filestat_get(ROOT, FOLLOW, P("d/up"), &s));
  EQUAL(s.ino, stat_of(0, ".").ino);
  EXPECT(SUCCESS, path_filestat_get(ROOT, 0, P("d/up/d"), &s));
  EXPECT(NOTCAPABLE, path_filestat_get(ROOT, FOLLOW, P("d/out"), &s));
  EXPECT(NOTCAPABLE, path_filestat_get(ROOT, 0, P("d/out/x"), &s));
  EXPECT(NOTCAPABLE, errno_of_open(FOLLOW, "d/out2", 0, 0));
  // Made by the host: its target is absolute.
  EQUAL(stat_of(NOFOLLOW, "absolute").type, SYMBOLIC_LINK);
  EXPECT(NOTCAPABLE, errno_of_open(FOLLOW, "absolute", 0, 0));
  EXPECT(NOTCAPABLE, errno_of_open(NOFOLLOW, "absolute/x", 0, 0));
  // Below d, its parent is out.
  u32 dir;
  OK(path_open(ROOT, 0, P("d"), O_DIR, R_OPEN | R_PATH_STAT, R_READ, 0, &dir));
  EXPECT(NOTCAPABLE, path_filestat_get(dir, FOLLOW, P("up"), &s));
  EXPECT(NOTCAPABLE, path_filestat_get(dir, FOLLOW, P("../d"), &s));
}
