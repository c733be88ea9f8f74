// A regular file is always ready, to read and to write.
#include "expect.h"

START {
  u32 fd = make("f"), n = 0;
  put(fd, "12345");
  u64 at;
  OK(fd_seek(fd, 2, SET, &at));
  subscription s[] = {
    {.userdata = 1, .tag = EVENT_READ, .fd = fd},
    {.userdata = 2, .tag = EVENT_WRITE, .fd = fd},
    {.userdata = 3, .tag = EVENT_CLOCK, .clock = {.id = MONOTONIC, .timeout = 60000000000}},
  };
  event e[3];
  EXPECT(SUCCESS, poll_oneoff(s, e, 3, &n));
  EQUAL(n, 2);
  TRUE(e[0].userdata == 1 && e[0].type == EVENT_READ && e[0].error == SUCCESS);
  EQUAL(e[0].nbytes, 3);
  TRUE(e[1].userdata == 2 && e[1].type == EVENT_WRITE && e[1].error == SUCCESS);
}
