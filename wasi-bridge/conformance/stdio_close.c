// Standard streams can be closed like any descriptor, and the next one opened gets their number.
#include "expect.h"

START {
  EXPECT(SUCCESS, fd_close(0));
  EXPECT(BADF, fd_close(0));
  EQUAL(make("f"), 0);
  OK(fd_close(2));
  EQUAL(make("g"), 2);
  EQUAL(make("h"), 4);
}
