// A program whose _start returns has exited with 0.
#include "expect.h"

START {
  print("done\n");
}
