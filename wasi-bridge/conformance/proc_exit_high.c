// Of an exit status the low 8 bits are kept.
#include "expect.h"

START {
  proc_exit(0x3fe);
}
