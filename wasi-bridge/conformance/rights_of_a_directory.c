// Each path function wants its right on the directory at which the path begins.
#include "expect.h"

START {
  file("f", "text");
  symlink("f", "s");
  u32 fd = open_flags(ROOT, ".", O_DIR, 0, 0), n;
  char c;
  filestat s;
  EXPECT(NOTCAPABLE, path_create_directory(fd, P("d")));
  EXPECT(NOTCAPABLE, path_filestat_get(fd, 0, P("f"), &s));
  EXPECT(NOTCAPABLE, path_filestat_set_times(fd, 0, P("f"), 0, 0, 0));
  EXPECT(NOTCAPABLE, path_link(fd, 0, P("f"), ROOT, P("g")));
  EXPECT(NOTCAPABLE, path_link(ROOT, 0, P("f"), fd, P("g")));
  EXPECT(NOTCAPABLE, path_open(fd, 0, P("f"), 0, 0, 0, 0, &n));
  EXPECT(NOTCAPABLE, path_readlink(fd, P("s"), &c, 1, &n));
  EXPECT(NOTCAPABLE, path_remove_directory(fd, P("d")));
  EXPECT(NOTCAPABLE, path_rename(fd, P("f"), ROOT, P("g")));
  EXPECT(NOTCAPABLE, path_rename(ROOT, P("f"), fd, P("g")));
  EXPECT(NOTCAPABLE, path_symlink(P("f"), fd, P("t")));
  EXPECT(NOTCAPABLE, path_unlink_file(fd, P("f")));
  EXPECT(NOTCAPABLE, fd_readdir(fd, &c, 1, 0, &n));
  EXPECT(NOTCAPABLE, fd_filestat_get(fd, &s));
  EXPECT(NOTCAPABLE, fd_filestat_set_times(fd, 0, 0, 0));
  // Making a file, and cutting one, want more than opening.
  OK(path_open(ROOT, 0, P("."), O_DIR, R_OPEN, R_READ, 0, &fd));
  EXPECT(SUCCESS, path_open(fd, 0, P("f"), 0, R_READ, 0, 0, &n));
  EXPECT(NOTCAPABLE, path_open(fd, 0, P("new"), CREAT, 0, 0, 0, &n));
  EXPECT(NOTCAPABLE, path_open(fd, 0, P("f"), TRUNC, 0, 0, 0, &n));
  TRUE(stat_of(0, "f").size == 4);
}
