// Every combination of flags on a name that is free.
#include "expect.h"

START {
  EXPECT(NOENT, errno_of_open(0, "a", 0, R_READ));
  EXPECT(NOENT, errno_of_open(0, "a", O_DIR, 0));
  EXPECT(NOENT, errno_of_open(0, "a", TRUNC, R_WRITE));
  EXPECT(NOENT, errno_of_open(0, "a", EXCL, R_WRITE));
  EXPECT(INVAL, errno_of_open(0, "a", CREAT | O_DIR, 0));
  EXPECT(SUCCESS, errno_of_open(0, "a", CREAT, 0));
  EXPECT(SUCCESS, errno_of_open(0, "b", CREAT | EXCL, 0));
  EXPECT(SUCCESS, errno_of_open(0, "c", CREAT | EXCL | TRUNC, R_WRITE));
  EQUAL(stat_of(0, "c").type, REGULAR_FILE);
  EXPECT(NOENT, errno_of_open(0, "missing/a", CREAT, 0));
  EXPECT(NOTDIR, errno_of_open(0, "a/b", CREAT, 0));
  EXPECT(ISDIR, errno_of_open(0, "d/", CREAT, 0));
  EXPECT(NOENT, errno_of_open(0, "d/", 0, 0));
}
