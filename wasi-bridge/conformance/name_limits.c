// A name has at most 255 bytes, a path 4095.
#include "expect.h"

static char path[5000];

START {
  for (u32 i = 0; i < 300; i++) path[i] = 'n';
  u32 fd;
  EXPECT(SUCCESS, path_open(ROOT, 0, path, 255, CREAT, 0, 0, 0, &fd));
  EXPECT(NAMETOOLONG, path_open(ROOT, 0, path, 256, CREAT, 0, 0, 0, &fd));
  EXPECT(NAMETOOLONG, path_create_directory(ROOT, path, 256));
  for (u32 i = 0; i < 5000; i++) path[i] = i % 2 ? '/' : '.';
  EXPECT(SUCCESS, path_open(ROOT, 0, path, 4095, 0, 0, 0, 0, &fd));
  EXPECT(NAMETOOLONG, path_open(ROOT, 0, path, 4096, 0, 0, 0, 0, &fd));
  EXPECT(NAMETOOLONG, path_open(ROOT, 0, path, 5000, 0, 0, 0, 0, &fd));
  EXPECT(NAMETOOLONG, path_symlink(path, 4096, ROOT, P("s")));
  EXPECT(SUCCESS, path_symlink(path, 4095, ROOT, P("s")));
}
