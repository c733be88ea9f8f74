// What a preopened directory may be used for, and what may be opened through it.
#include "expect.h"

START {
  u64 base = R_CREATE_DIRECTORY | R_CREATE_FILE | R_LINK_SOURCE | R_LINK_TARGET | R_OPEN | R_READDIR | R_READLINK
      | R_RENAME_SOURCE | R_RENAME_TARGET | R_PATH_STAT | R_PATH_SET_SIZE | R_PATH_SET_TIMES | R_STAT | R_SET_TIMES
      | R_SYMLINK | R_REMOVE_DIRECTORY | R_UNLINK;
  fdstat s;
  OK(fd_fdstat_get(ROOT, &s));
  EQUAL(s.type, DIRECTORY);
  EQUAL(s.flags, 0);
  EQUAL(s.base & base, base);
  EQUAL(s.base & (R_READ | R_WRITE | R_SEEK | R_SET_SIZE), 0);
  EQUAL(s.inheriting & (base | R_FILE), base | R_FILE);

  // Opened again: with what it has, with nothing, to be read; but not to be written.
  u32 fd;
  EXPECT(SUCCESS, path_open(ROOT, 0, P("."), 0, s.base, s.inheriting, 0, &fd));
  fdstat again;
  OK(fd_fdstat_get(fd, &again));
  EQUAL(again.base, s.base);
  EQUAL(again.inheriting, s.inheriting);
  EXPECT(SUCCESS, path_open(ROOT, 0, P("."), 0, 0, 0, 0, &fd));
  EXPECT(SUCCESS, path_open(ROOT, 0, P("."), O_DIR, 0, 0, 0, &fd));
  EXPECT(SUCCESS, path_open(ROOT, 0, P("."), O_DIR, R_READ, 0, 0, &fd));
  EXPECT(ISDIR, path_open(ROOT, 0, P("."), O_DIR, R_READ | R_WRITE, 0, 0, &fd));
  EXPECT(ISDIR, path_open(ROOT, 0, P("."), 0, R_WRITE, 0, 0, &fd));
}
