// Names are UTF-8, kept byte for byte.
#include "expect.h"

START {
  file("\xd0\x94\xd0\xb5\xd0\xb9 \xf0\x9f\xab\x96", "tea");
  symlink("\xd0\x94\xd0\xb5\xd0\xb9 \xf0\x9f\xab\x96", "s");
  EQUAL(stat_of(FOLLOW, "s").size, 3);
  char buffer[64];
  u32 used;
  for (u32 size = 0; size < 20; size++) {
    OK(path_readlink(ROOT, P("s"), buffer, size, &used));
    EQUAL(used, size < 11 ? size : 11);
    TRUE(same(buffer, "\xd0\x94\xd0\xb5\xd0\xb9 \xf0\x9f\xab\x96", used));
  }
  static u8 entries[256];
  OK(fd_readdir(ROOT, entries, sizeof entries, 0, &used));
  print_number(used);
  print(" bytes of entries\n");
  EXPECT(NOENT, errno_of_open(0, "\xd0\x94", 0, 0));
}
