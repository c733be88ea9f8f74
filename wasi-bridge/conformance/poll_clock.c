// Waiting for a clock: for a while, until a moment, until one of several.
#include "expect.h"

START {
  subscription s[2] = {{.userdata = 7, .tag = EVENT_CLOCK, .clock = {.id = MONOTONIC, .timeout = 20000000}}};
  event e[2] = {0};
  u32 n;
  for (u32 id = REALTIME; id <= MONOTONIC; id++) {
    u64 before, after;
    s[0].clock.id = id;
    OK(clock_time_get(MONOTONIC, 0, &before));
    EXPECT(SUCCESS, poll_oneoff(s, e, 1, &n));
    OK(clock_time_get(MONOTONIC, 0, &after));
    EQUAL(n, 1);
    TRUE(e[0].userdata == 7 && e[0].type == EVENT_CLOCK && e[0].error == SUCCESS);
    TRUE(after - before >= 20000000 && after - before < 5000000000);
  }
  // Of two, the one that is due.
  s[1] = (subscription){.userdata = 8, .tag = EVENT_CLOCK, .clock = {.id = MONOTONIC, .timeout = 60000000000}};
  s[0].clock.timeout = 0;
  EXPECT(SUCCESS, poll_oneoff(s, e, 2, &n));
  EQUAL(n, 1);
  EQUAL(e[0].userdata, 7);
  // A moment, which may have passed.
  for (u32 id = REALTIME; id <= MONOTONIC; id++) {
    u64 now, after;
    OK(clock_time_get(id, 0, &now));
    s[0].clock.id = id;
    s[0].clock.flags = 1;
    s[0].clock.timeout = 1;
    EXPECT(SUCCESS, poll_oneoff(s, e, 1, &n));
    s[0].clock.timeout = now + 20000000;
    EXPECT(SUCCESS, poll_oneoff(s, e, 1, &n));
    OK(clock_time_get(id, 0, &after));
    TRUE(after >= now + 19000000);
  }
}
