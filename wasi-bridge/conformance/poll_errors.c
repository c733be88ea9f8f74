// Nothing to wait for, what is no event, bad descriptors, and pointers.
#include "expect.h"

START {
  subscription s[] = {
    {.userdata = 1, .tag = EVENT_READ, .fd = 99},
    {.userdata = 2, .tag = EVENT_WRITE, .fd = ~0u},
    {.userdata = 3, .tag = EVENT_WRITE, .fd = 0},
    {.userdata = 4, .tag = EVENT_READ, .fd = 1},
  };
  event e[4];
  u32 n = 77;
  EXPECT(INVAL, poll_oneoff(s, e, 0, &n));
  EXPECT(INVAL, poll_oneoff(NOWHERE, NOWHERE, 0, &n));
  EXPECT(SUCCESS, poll_oneoff(s, e, 4, &n));
  EQUAL(n, 4);
  for (u32 i = 0; i < 4; i++) {
    EQUAL(e[i].userdata, i + 1);
    EQUAL(e[i].error, BADF);
    EQUAL(e[i].type, s[i].tag);
  }
  s[0].tag = 3;
  EXPECT(INVAL, poll_oneoff(s, e, 1, &n));
  EXPECT(FAULT, poll_oneoff(NOWHERE, e, 1, &n));
  EXPECT(FAULT, poll_oneoff(s, NOWHERE, 1, &n));
  EXPECT(FAULT, poll_oneoff(s, e, 1, NOWHERE));
  EXPECT(FAULT, poll_oneoff(s, e, ~0u, &n));
  s[0] = (subscription){.tag = EVENT_READ, .fd = open_flags(ROOT, "f", CREAT, R_READ, 0)};
  EXPECT(SUCCESS, poll_oneoff(s, e, 1, &n));
  TRUE(n == 1 && e[0].error == NOTCAPABLE);
}
