// A closed number is nobody's, until it is the lowest one free.
#include "expect.h"

START {
  u32 a = make("a"), b = make("b"), c = make("c");
  EQUAL(b, a + 1);
  EQUAL(c, a + 2);
  EXPECT(SUCCESS, fd_close(b));
  EXPECT(BADF, fd_close(b));
  EXPECT(SUCCESS, fd_close(a));
  EQUAL(make("d"), a);
  EQUAL(make("e"), b);
  EQUAL(make("f"), c + 1);
  EXPECT(BADF, fd_close(99));
  EXPECT(BADF, fd_close(~0u));
}
