// Every entry's cookie leads to the next one, in whatever order they are tried; beyond the last there is nothing.
#include "expect.h"

START {
  directory("d");
  char path[] = "d/00";
  for (u32 i = 0; i < 40; i++) {
    path[2] = '0' + i / 10;
    path[3] = '0' + i % 10;
    file(path, "");
  }
  u32 dir = open_flags(ROOT, "d", O_DIR, R_READDIR, 0), used;
  static u8 buffer[4096], again[64];
  OK(fd_readdir(dir, buffer, sizeof buffer, 0, &used));
  u32 offsets[42], count = 0;
  for (u32 at = 0; at < used; at += 24 + ((dirent *)(buffer + at))->namlen) offsets[count++] = at;
  EQUAL(count, 42);
  for (u32 i = 0; i < 41; i++) {
    u32 from = i * 29 % 41, n;
    OK(fd_readdir(dir, again, 24, ((dirent *)(buffer + offsets[from]))->next, &n));
    EQUAL(n, 24);
    TRUE(same(again, buffer + offsets[from + 1], 24));
  }
  u64 last = ((dirent *)(buffer + offsets[41]))->next;
  EXPECT(SUCCESS, fd_readdir(dir, again, 64, last, &used));
  EQUAL(used, 0);
  EXPECT(SUCCESS, fd_readdir(dir, again, 64, last + 1, &used));
  EQUAL(used, 0);
  EXPECT(SUCCESS, fd_readdir(dir, again, 64, ~0ull, &used));
  EQUAL(used, 0);
}
