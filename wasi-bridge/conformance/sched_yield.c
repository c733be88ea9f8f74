// sched_yield succeeds.
#include "expect.h"

START {
  EXPECT(SUCCESS, sched_yield());
}
