// Streams: output has room; input that has ended says so, and a read finds the end.
#include "expect.h"

START {
  subscription s[] = {
    {.userdata = 10, .tag = EVENT_READ, .fd = 0},
    {.userdata = 11, .tag = EVENT_WRITE, .fd = 1},
    {.userdata = 12, .tag = EVENT_WRITE, .fd = 2},
    {.userdata = 13, .tag = EVENT_CLOCK, .clock = {.id = MONOTONIC, .timeout = 60000000000}},
  };
  event e[4];
  u32 n = 0;
  EXPECT(SUCCESS, poll_oneoff(s + 1, e, 3, &n));
  EQUAL(n, 2);
  TRUE(e[0].userdata == 11 && e[0].type == EVENT_WRITE && e[0].error == SUCCESS && e[0].nbytes > 0);
  TRUE(e[1].userdata == 12 && e[1].type == EVENT_WRITE && e[1].error == SUCCESS);
  // The input: either is there, or will be, within the minute.
  event r[2];
  subscription in[] = {s[0], s[3]};
  EXPECT(SUCCESS, poll_oneoff(in, r, 2, &n));
  EQUAL(n, 1);
  TRUE(r[0].userdata == 10 && r[0].type == EVENT_READ && r[0].error == SUCCESS);
  char c[8];
  u32 got;
  OK(fd_read(0, &(vec){c, 8}, 1, &got));
  print_bytes(c, got);
  OK(poll_oneoff(in, r, 2, &n));
  TRUE(n == 1 && r[0].userdata == 10);
  OK(fd_read(0, &(vec){c, 8}, 1, &got));
  EQUAL(got, 0);
  // At the end: ready for ever, and hung up.
  OK(poll_oneoff(in, r, 2, &n));
  TRUE(n == 1 && r[0].nbytes == 0 && r[0].flags == 1);
}
