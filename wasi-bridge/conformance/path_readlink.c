// A symlink's target: as much of it as fits, and nothing behind it.
#include "expect.h"

START {
  file("f", "");
  directory("d");
  symlink("target", "s");
  char buffer[12] = "abcdefghijk";
  u32 used;
  EXPECT(SUCCESS, path_readlink(ROOT, P("s"), buffer, 10, &used));
  EQUAL(used, 6);
  TRUE(same(buffer, "targetghijk", 11));
  EXPECT(SUCCESS, path_readlink(ROOT, P("s"), buffer, 4, &used));
  EQUAL(used, 4);
  EXPECT(SUCCESS, path_readlink(ROOT, P("s"), buffer, 0, &used));
  EQUAL(used, 0);
  EXPECT(INVAL, path_readlink(ROOT, P("f"), buffer, 10, &used));
  EXPECT(INVAL, path_readlink(ROOT, P("d"), buffer, 10, &used));
  EXPECT(INVAL, path_readlink(ROOT, P("."), buffer, 10, &used));
  EXPECT(NOENT, path_readlink(ROOT, P("missing"), buffer, 10, &used));
  EXPECT(NOTDIR, path_readlink(ROOT, P("f/x"), buffer, 10, &used));
  EXPECT(BADF, path_readlink(99, P("s"), buffer, 10, &used));
  EXPECT(FAULT, path_readlink(ROOT, P("s"), NOWHERE, 99, &used));
  EXPECT(FAULT, path_readlink(ROOT, P("s"), buffer, 10, NOWHERE));
}
