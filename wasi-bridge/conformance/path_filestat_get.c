// What a path stands for: with and without following, through links, and with slashes behind.
#include "expect.h"

START {
  directory("d");
  file("d/f", "12345");
  symlink("d/f", "to-file");
  symlink("d", "to-dir");
  symlink("nowhere", "dangling");
  symlink("loop", "loop");
  EQUAL(stat_of(NOFOLLOW, "d/f").size, 5);
  EQUAL(stat_of(FOLLOW, "d/f").type, REGULAR_FILE);
  EQUAL(stat_of(NOFOLLOW, "to-file").type, SYMBOLIC_LINK);
  EQUAL(stat_of(NOFOLLOW, "to-file").size, 3);
  EQUAL(stat_of(FOLLOW, "to-file").ino, stat_of(0, "d/f").ino);
  EQUAL(stat_of(NOFOLLOW, "to-dir").type, SYMBOLIC_LINK);
  EQUAL(stat_of(FOLLOW, "to-dir").type, DIRECTORY);
  EQUAL(stat_of(NOFOLLOW, "to-dir/").type, DIRECTORY);
  EQUAL(stat_of(NOFOLLOW, "to-dir/f").ino, stat_of(0, "d/f").ino);
  EQUAL(stat_of(NOFOLLOW, "dangling").type, SYMBOLIC_LINK);
  filestat s;
  EXPECT(NOENT, path_filestat_get(ROOT, FOLLOW, P("dangling"), &s));
  EXPECT(LOOP, path_filestat_get(ROOT, FOLLOW, P("loop"), &s));
  EXPECT(LOOP, path_filestat_get(ROOT, NOFOLLOW, P("loop/x"), &s));
  EXPECT(SUCCESS, path_filestat_get(ROOT, NOFOLLOW, P("loop"), &s));
  EXPECT(NOENT, path_filestat_get(ROOT, 0, P("missing"), &s));
  EXPECT(NOENT, path_filestat_get(ROOT, 0, P(""), &s));
  EXPECT(NOTDIR, path_filestat_get(ROOT, 0, P("d/f/"), &s));
  EXPECT(NOTDIR, path_filestat_get(ROOT, 0, P("d/f/x"), &s));
  EXPECT(NOTCAPABLE, path_filestat_get(ROOT, 0, P(".."), &s));
  EXPECT(BADF, path_filestat_get(99, 0, P("d"), &s));
  EXPECT(NOTDIR, path_filestat_get(make("x"), 0, P("d"), &s));
  EXPECT(FAULT, path_filestat_get(ROOT, 0, P("d"), NOWHERE));
}
