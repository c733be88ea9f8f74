// Opening a symlink: followed, it is what it leads to; not followed, it is in the way.
#include "expect.h"

START {
  file("f", "text");
  directory("d");
  symlink("f", "to-file");
  symlink("d", "to-dir");
  symlink("nowhere", "dangling");
  symlink("loop", "loop");
  EXPECT(LOOP, errno_of_open(NOFOLLOW, "to-file", 0, R_READ));
  EXPECT(SUCCESS, errno_of_open(FOLLOW, "to-file", 0, R_READ));
  EXPECT(NOTDIR, errno_of_open(NOFOLLOW, "to-file", O_DIR, 0));
  EXPECT(NOTDIR, errno_of_open(FOLLOW, "to-file", O_DIR, 0));
  EXPECT(LOOP, errno_of_open(NOFOLLOW, "to-dir", 0, 0));
  EXPECT(NOTDIR, errno_of_open(NOFOLLOW, "to-dir", O_DIR, 0));
  EXPECT(SUCCESS, errno_of_open(FOLLOW, "to-dir", O_DIR, 0));
  EXPECT(SUCCESS, errno_of_open(NOFOLLOW, "to-dir/", O_DIR, 0));
  EXPECT(LOOP, errno_of_open(NOFOLLOW, "dangling", 0, R_READ));
  EXPECT(NOTDIR, errno_of_open(NOFOLLOW, "dangling", O_DIR, 0));
  EXPECT(LOOP, errno_of_open(NOFOLLOW, "dangling", CREAT, 0));
  EXPECT(EXIST, errno_of_open(FOLLOW, "dangling", CREAT | EXCL, 0));
  EXPECT(NOENT, errno_of_open(FOLLOW, "dangling", 0, 0));
  EXPECT(LOOP, errno_of_open(FOLLOW, "loop", 0, 0));
  EXPECT(LOOP, errno_of_open(NOFOLLOW, "loop", 0, 0));
  EXPECT(EXIST, errno_of_open(FOLLOW, "to-file", CREAT | EXCL, 0));
  // A file is made where the link leads.
  EXPECT(SUCCESS, errno_of_open(FOLLOW, "dangling", CREAT, 0));
  EQUAL(stat_of(0, "nowhere").type, REGULAR_FILE);
}
