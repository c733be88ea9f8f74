// A directory's entries: itself, its parent, and each name once, with its inode and kind.
#include "expect.h"

START {
  directory("d");
  directory("d/sub");
  file("d/file", "x");
  symlink("nowhere", "d/link");
  u32 dir = open_flags(ROOT, "d", O_DIR, R_READDIR | R_STAT, 0), used;
  u8 buffer[512];
  EXPECT(SUCCESS, fd_readdir(dir, buffer, sizeof buffer, 0, &used));
  TRUE(used < sizeof buffer);
  u32 seen = 0;
  for (u8 *at = buffer; at < buffer + used;) {
    dirent *e = (dirent *)at;
    const char *name = (const char *)(at + 24);
    if (e->namlen == 1 && same(name, ".", 1)) {
      EQUAL(at - buffer, 0);
      TRUE(e->type == DIRECTORY && e->ino == stat_of(0, "d").ino);
      seen |= 1;
    } else if (e->namlen == 2 && same(name, "..", 2)) {
      TRUE(e->type == DIRECTORY && e->ino == stat_of(0, ".").ino);
      seen |= 2;
    } else if (e->namlen == 3 && same(name, "sub", 3)) {
      TRUE(e->type == DIRECTORY && e->ino == stat_of(0, "d/sub").ino);
      seen |= 4;
    } else if (e->namlen == 4 && same(name, "file", 4)) {
      TRUE(e->type == REGULAR_FILE && e->ino == stat_of(0, "d/file").ino);
      seen |= 8;
    } else {
      TRUE(e->namlen == 4 && same(name, "link", 4));
      TRUE(e->type == SYMBOLIC_LINK && e->ino == stat_of(0, "d/link").ino);
      seen |= 16;
    }
    at += 24 + e->namlen;
  }
  EQUAL(seen, 31);
  file("f", "");
  EXPECT(NOTDIR, fd_readdir(open_flags(ROOT, "f", 0, R_READ, 0), buffer, 99, 0, &used));
  EXPECT(BADF, fd_readdir(99, buffer, 99, 0, &used));
  EXPECT(FAULT, fd_readdir(dir, NOWHERE, 99, 0, &used));
  EXPECT(FAULT, fd_readdir(dir, buffer, ~0u, 0, &used));
  EXPECT(FAULT, fd_readdir(dir, buffer, 99, 0, NOWHERE));
}
