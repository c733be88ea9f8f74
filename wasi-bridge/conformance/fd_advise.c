// All six kinds of advice are taken, and change nothing; what makes no sense is refused.
#include "expect.h"

START {
  u32 fd = make("f");
  put(fd, "0123456789");
  for (u32 advice = 0; advice < 6; advice++) EXPECT(SUCCESS, fd_advise(fd, 2, 50, advice));
  EXPECT(SUCCESS, fd_advise(fd, 0, 0, 0));
  EQUAL(size_of(fd), 10);
  EXPECT(INVAL, fd_advise(fd, 0, 0, 6));
  EXPECT(INVAL, fd_advise(fd, 0, 0, 255));
  EXPECT(INVAL, fd_advise(fd, 0, 1ull << 63, 0));
  EXPECT(BADF, fd_advise(ROOT, 0, 0, 0));
  EXPECT(BADF, fd_advise(99, 0, 0, 0));
  EXPECT(NOTCAPABLE, fd_advise(open_flags(ROOT, "f", 0, R_READ, 0), 0, 0, 0));
}
