// fd_filestat_get: the same as by the path, for a file and for a directory.
#include "expect.h"

START {
  directory("d");
  u32 fd = make("f");
  put(fd, "12345");
  filestat s = {0}, p = stat_of(0, "f");
  EXPECT(SUCCESS, fd_filestat_get(fd, &s));
  EQUAL(s.type, REGULAR_FILE);
  EQUAL(s.size, 5);
  EQUAL(s.nlink, 1);
  TRUE(s.ino == p.ino && s.dev == p.dev && s.mtim == p.mtim && s.ctim == p.ctim && s.size == p.size);
  OK(path_link(ROOT, 0, P("f"), ROOT, P("g")));
  EXPECT(SUCCESS, fd_filestat_get(fd, &s));
  EQUAL(s.nlink, 2);
  EQUAL(stat_of(0, "g").ino, s.ino);
  filestat d;
  EXPECT(SUCCESS, fd_filestat_get(open_flags(ROOT, "d", O_DIR, R_STAT, 0), &d));
  EQUAL(d.type, DIRECTORY);
  EQUAL(d.ino, stat_of(0, "d").ino);
  EQUAL(d.dev, s.dev);
  TRUE(d.ino != s.ino);
  EXPECT(BADF, fd_filestat_get(99, &s));
  EXPECT(FAULT, fd_filestat_get(fd, NOWHERE));
}
