// Names that stay are seen exactly once, whatever else is made and removed while reading.
#include "expect.h"

static char path[] = "d/a000";

static void name(char kind, u32 i) {
  path[2] = kind;
  path[3] = '0' + i / 100;
  path[4] = '0' + i / 10 % 10;
  path[5] = '0' + i % 10;
}

START {
  directory("d");
  for (u32 i = 0; i < 200; i++) {
    name('s', i);
    file(path, "");
    name('g', i);
    file(path, "");
  }
  u32 dir = open_flags(ROOT, "d", O_DIR, R_READDIR, 0), used, round = 0;
  static u8 seen[200];
  u8 buffer[256];
  u64 cookie = 0;
  do {
    OK(fd_readdir(dir, buffer, sizeof buffer, cookie, &used));
    for (u32 at = 0; at + 24 <= used;) {
      dirent *e = (dirent *)(buffer + at);
      if (at + 24 + e->namlen > used) {
        break;
      }
      char *n = (char *)buffer + at + 24;
      if (n[0] == 's') seen[(n[1] - '0') * 100 + (n[2] - '0') * 10 + n[3] - '0']++;
      cookie = e->next;
      at += 24 + e->namlen;
    }
    if (round < 200) {
      name('g', round);
      OK(path_unlink_file(ROOT, path, 6));
      name('n', round);
      file(path, "");
      round++;
    }
  } while (used == sizeof buffer);
  for (u32 i = 0; i < 200; i++) EQUAL(seen[i], 1);
}
