// Reads what the host has put there, and leaves what the host will look for.
#include "expect.h"

START {
  u32 fd = open_flags(ROOT, "in/greeting.txt", 0, R_READ | R_SEEK, 0);
  TRUE(holds(fd, 0, "good day"));
  TRUE(stat_of(FOLLOW, "link").size == 8);
  file("out.txt", "and good night");
  OK(path_unlink_file(ROOT, P("gone.txt")));
  directory("made");
}
