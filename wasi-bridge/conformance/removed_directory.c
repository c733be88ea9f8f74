// An open directory that was removed is empty, and takes no new names; its own name is free.
#include "expect.h"

START {
  directory("d");
  u32 dir, used, fd;
  OK(path_open(ROOT, 0, P("d"), O_DIR, R_READDIR | R_OPEN | R_CREATE_FILE | R_CREATE_DIRECTORY | R_STAT, 0, 0, &dir));
  EXPECT(SUCCESS, path_remove_directory(ROOT, P("d")));
  u8 buffer[128];
  EXPECT(SUCCESS, fd_readdir(dir, buffer, 128, 0, &used));
  EXPECT(NOENT, path_open(dir, 0, P("f"), CREAT, 0, 0, 0, &fd));
  EXPECT(NOENT, path_create_directory(dir, P("e")));
  directory("d");
  filestat s;
  OK(fd_filestat_get(dir, &s));
  TRUE(s.ino != stat_of(0, "d").ino);
}
