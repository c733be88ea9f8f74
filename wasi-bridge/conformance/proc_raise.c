// A signal that ends the process leaves 128 and its number; what is no signal is refused.
#include "expect.h"

START {
  EXPECT(INVAL, proc_raise(77));
  EXPECT(INVAL, proc_raise(~0u));
  proc_raise(6);
  print("still here\n");
}
