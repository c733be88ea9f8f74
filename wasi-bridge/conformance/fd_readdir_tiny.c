// However small the buffer: what fits of an entry is there, and a buffer filled to its end says that there is more.
#include "expect.h"

START {
  directory("d");
  file("d/name", "");
  u32 dir = open_flags(ROOT, "d", O_DIR, R_READDIR, 0), used;
  u8 whole[128], part[128];
  OK(fd_readdir(dir, whole, sizeof whole, 0, &used));
  u32 all = 25 + 26 + 28;
  EQUAL(used, all);
  for (u32 size = 0; size <= all; size++) {
    for (u32 i = 0; i < sizeof part; i++) part[i] = 0xaa;
    OK(fd_readdir(dir, part, size, 0, &used));
    EQUAL(used, size);
    TRUE(same(part, whole, size));
    EQUAL(part[size], 0xaa);
  }
  // One entry at a time, as libc reads on after a name that was cut off.
  u64 cookie = 0;
  u32 entries = 0;
  for (;;) {
    OK(fd_readdir(dir, part, 28, cookie, &used));
    if (used < 24) {
      break;
    }
    dirent *e = (dirent *)part;
    TRUE(24 + e->namlen <= 28);
    cookie = e->next;
    entries++;
  }
  EQUAL(entries, 3);
  EQUAL(used, 0);
}
