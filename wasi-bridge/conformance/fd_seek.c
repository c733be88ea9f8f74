// Seeking from the beginning, from here and from the end; beyond the end, but not before the beginning.
#include "expect.h"

START {
  u32 fd = make("f");
  put(fd, "0123456789");
  u64 at = 0;
  EXPECT(SUCCESS, fd_seek(fd, -4, CUR, &at));
  EQUAL(at, 6);
  EXPECT(SUCCESS, fd_seek(fd, -10, END, &at));
  EQUAL(at, 0);
  EXPECT(SUCCESS, fd_seek(fd, 3, SET, &at));
  EQUAL(at, 3);
  EXPECT(SUCCESS, fd_seek(fd, 0, CUR, &at));
  EQUAL(at, 3);
  EXPECT(SUCCESS, fd_seek(fd, 1000, END, &at));
  EQUAL(at, 1010);
  EQUAL(size_of(fd), 10);
  EXPECT(INVAL, fd_seek(fd, -1, SET, &at));
  EXPECT(INVAL, fd_seek(fd, -2000, CUR, &at));
  EXPECT(INVAL, fd_seek(fd, -11, END, &at));
  EXPECT(INVAL, fd_seek(fd, 0, 3, &at));
  EXPECT(INVAL, fd_seek(fd, 0, 255, &at));
  EXPECT(INVAL, fd_seek(fd, INT64_MAX, CUR, &at));
  EXPECT(FAULT, fd_seek(fd, 0, SET, NOWHERE));
  EXPECT(SUCCESS, fd_tell(fd, &at));
  EQUAL(at, 1010);
  EXPECT(SUCCESS, fd_seek(fd, INT64_MAX, SET, &at));
  EXPECT(FAULT, fd_tell(fd, NOWHERE));
  EXPECT(NOTCAPABLE, fd_seek(ROOT, 0, CUR, &at));
  EXPECT(NOTCAPABLE, fd_tell(ROOT, &at));
  EXPECT(BADF, fd_seek(99, 0, SET, &at));
  EXPECT(BADF, fd_tell(99, &at));
}
