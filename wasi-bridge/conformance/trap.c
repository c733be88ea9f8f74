// A trap is an abort: 134.
#include "expect.h"

START {
  print("before\n");
  __builtin_trap();
}
