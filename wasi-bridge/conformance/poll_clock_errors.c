// A clock that cannot be waited for, or that there is not, is an event with an error.
#include "expect.h"

START {
  subscription s = {.userdata = 1, .tag = EVENT_CLOCK, .clock = {.id = PROCESS_CPUTIME, .timeout = 1}};
  event e = {0};
  u32 n = 0;
  EXPECT(SUCCESS, poll_oneoff(&s, &e, 1, &n));
  TRUE(n == 1 && e.error == NOTSUP && e.userdata == 1);
  s.clock.id = 4;
  EXPECT(SUCCESS, poll_oneoff(&s, &e, 1, &n));
  TRUE(n == 1 && e.error == INVAL);
}
