// A file lives on without a name as long as it is open; the name is free at once.
#include "expect.h"

START {
  u32 fd = make("f");
  put(fd, "still here");
  EXPECT(SUCCESS, path_unlink_file(ROOT, P("f")));
  filestat s;
  OK(fd_filestat_get(fd, &s));
  EQUAL(s.nlink, 0);
  EQUAL(s.size, 10);
  EXPECT(NOENT, errno_of_open(0, "f", 0, 0));
  file("f", "another one");
  TRUE(stat_of(0, "f").ino != s.ino);
  put(fd, "!");
  TRUE(holds(fd, 0, "still here!"));
  EXPECT(SUCCESS, fd_close(fd));
  EQUAL(stat_of(0, "f").size, 11);
}
