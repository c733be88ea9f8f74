// Forty symlinks in a row are followed, as in Linux; forty-one are a loop.
#include "expect.h"

START {
  file("00", "end");
  char from[] = "01", to[] = "00";
  for (u32 i = 1; i <= 41; i++) {
    from[0] = '0' + i / 10;
    from[1] = '0' + i % 10;
    to[0] = '0' + (i - 1) / 10;
    to[1] = '0' + (i - 1) % 10;
    symlink(to, from);
  }
  EXPECT(SUCCESS, errno_of_open(FOLLOW, "40", 0, R_READ));
  EXPECT(LOOP, errno_of_open(FOLLOW, "41", 0, R_READ));
}
