// A thousand names through a buffer of 256 bytes: each once.
#include "expect.h"

START {
  directory("d");
  char path[] = "d/file-0000";
  for (u32 i = 0; i < 1000; i++) {
    path[7] = '0' + i / 1000;
    path[8] = '0' + i / 100 % 10;
    path[9] = '0' + i / 10 % 10;
    path[10] = '0' + i % 10;
    OK(fd_close(open_flags(ROOT, path, CREAT, 0, 0)));
  }
  u32 dir = open_flags(ROOT, "d", O_DIR, R_READDIR, 0), used, total = 0;
  u8 buffer[256];
  u64 cookie = 0;
  do {
    OK(fd_readdir(dir, buffer, sizeof buffer, cookie, &used));
    for (u32 at = 0; at + 24 <= used && at + 24 + ((dirent *)(buffer + at))->namlen <= used;) {
      dirent *e = (dirent *)(buffer + at);
      cookie = e->next;
      at += 24 + e->namlen;
      total++;
    }
  } while (used == sizeof buffer);
  EQUAL(total, 1002);
}
