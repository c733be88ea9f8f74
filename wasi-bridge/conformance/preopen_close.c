// A preopen can be closed; what was opened through it stays open.
#include "expect.h"

START {
  u32 dir = open_flags(ROOT, ".", O_DIR, R_OPEN, 0);
  fdstat s;
  u32 prestat[2];
  EXPECT(SUCCESS, fd_close(ROOT));
  EXPECT(BADF, fd_fdstat_get(ROOT, &s));
  EXPECT(BADF, fd_prestat_get(ROOT, prestat));
  EXPECT(BADF, path_create_directory(ROOT, P("d")));
  EXPECT(SUCCESS, fd_fdstat_get(dir, &s));
  EQUAL(s.type, DIRECTORY);
}
