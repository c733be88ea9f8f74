// One number takes the other's place; both must be open.
#include "expect.h"

START {
  u32 a = make("a"), b = make("b");
  put(a, "first");
  fdstat s;
  EXPECT(SUCCESS, fd_renumber(a, b));
  EXPECT(BADF, fd_fdstat_get(a, &s));
  EXPECT(BADF, fd_close(a));
  TRUE(holds(b, 0, "first"));
  u64 at;
  OK(fd_tell(b, &at));
  EQUAL(at, 5);
  EXPECT(BADF, fd_renumber(a, b));
  EXPECT(BADF, fd_renumber(b, a));
  EXPECT(BADF, fd_renumber(b, 127));
  EXPECT(BADF, fd_renumber(b, ~0u));
  EXPECT(BADF, fd_renumber(~0u, b));
  EXPECT(SUCCESS, fd_renumber(b, b));
  TRUE(holds(b, 0, "first"));
  EXPECT(SUCCESS, fd_renumber(0, 0));
  // Thousands of times: what was replaced is closed.
  for (u32 i = 0; i < 3000; i++) {
    u32 next = open_flags(ROOT, "a", 0, R_READ, 0);
    OK(fd_renumber(b, next));
    b = next;
  }
}
