// Standard streams are moved and replaced like any descriptor.
#include "expect.h"

START {
  print("to the stream\n");
  u32 f = make("f"), g = make("g");
  OK(fd_renumber(1, g));
  fdstat s;
  TRUE(fd_fdstat_get(1, &s) == BADF);
  vec v = {"to the stream, moved\n", 21};
  u32 n;
  OK(fd_write(g, &v, 1, &n));
  OK(fd_renumber(f, 2));
  OK(fd_write(2, &(vec){"to the file", 11}, 1, &n));
  if (!holds(2, 0, "to the file")) {
    proc_exit(2);
  }
}
