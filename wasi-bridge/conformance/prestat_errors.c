// fd_prestat_*: only for a preopen; a name that does not fit; pointers.
#include "expect.h"

START {
  u32 prestat[2];
  char name[8] = "abcdefg";
  EXPECT(SUCCESS, fd_prestat_get(ROOT, prestat));
  EQUAL(prestat[1], 1);
  EXPECT(NAMETOOLONG, fd_prestat_dir_name(ROOT, name, 0));
  EXPECT(SUCCESS, fd_prestat_dir_name(ROOT, name, 8));
  TRUE(same(name, "/bcdefg", 7));
  EXPECT(FAULT, fd_prestat_get(ROOT, NOWHERE));
  EXPECT(FAULT, fd_prestat_dir_name(ROOT, NOWHERE, 99));
  EXPECT(BADF, fd_prestat_get(0, prestat));
  EXPECT(BADF, fd_prestat_get(1, prestat));
  EXPECT(BADF, fd_prestat_dir_name(1, name, 8));
  EXPECT(BADF, fd_prestat_get(4, prestat));
  u32 dir = open_flags(ROOT, ".", O_DIR, R_OPEN, 0);
  EXPECT(BADF, fd_prestat_get(dir, prestat));
}
