// proc_exit ends the process at once, with that status; nothing after it is run.
#include "expect.h"

START {
  print("before\n");
  proc_exit(33);
  print("after\n");
}
