// The clocks go, none goes back, and the realtime one knows the century.
#include "expect.h"

START {
  for (u32 id = REALTIME; id <= THREAD_CPUTIME; id++) {
    u64 before = 0, after = 0;
    EXPECT(SUCCESS, clock_time_get(id, 0, &before));
    for (u32 i = 0; i < 1000; i++) {
      OK(clock_time_get(id, 1, &after));
      TRUE(after >= before);
      before = after;
    }
  }
  u64 now;
  OK(clock_time_get(REALTIME, 0, &now));
  TRUE(now > 1600000000ull * 1000000000 && now < 4000000000ull * 1000000000);
  EXPECT(INVAL, clock_time_get(4, 0, &now));
  EXPECT(INVAL, clock_time_get(~0u, 0, &now));
  EXPECT(FAULT, clock_time_get(REALTIME, 0, NOWHERE));
}
