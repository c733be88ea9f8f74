// Random bytes: as many as asked for, not one more, and different ones each time.
#include "expect.h"

static u8 a[70000], b[70000];

START {
  EXPECT(SUCCESS, random_get(a, 0));
  EQUAL(a[0], 0);
  EXPECT(SUCCESS, random_get(a, 65537));
  u32 zeros = 0;
  for (u32 i = 0; i < 65537; i++) zeros += a[i] == 0;
  TRUE(zeros > 100 && zeros < 500);
  for (u32 i = 65537; i < sizeof a; i++) EQUAL(a[i], 0);
  EXPECT(SUCCESS, random_get(b, 65537));
  TRUE(!same(a, b, 65537));
  EXPECT(FAULT, random_get(NOWHERE, 64));
  EXPECT(FAULT, random_get(a, ~0u));
}
