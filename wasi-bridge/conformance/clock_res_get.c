// Every clock has a resolution: more than nothing, less than a second. There are four.
#include "expect.h"

START {
  for (u32 id = REALTIME; id <= THREAD_CPUTIME; id++) {
    u64 resolution = 0;
    EXPECT(SUCCESS, clock_res_get(id, &resolution));
    TRUE(resolution > 0 && resolution < 1000000000);
  }
  u64 resolution;
  EXPECT(INVAL, clock_res_get(4, &resolution));
  EXPECT(INVAL, clock_res_get(~0u, &resolution));
  EXPECT(FAULT, clock_res_get(REALTIME, NOWHERE));
  // Address 0 is an address like any other.
  EXPECT(SUCCESS, clock_res_get(MONOTONIC, (void *)0));
}
