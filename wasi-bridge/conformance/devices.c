// Devices are files: what is written to null is gone, zero gives zeros, random gives anything.
#include "expect.h"

START {
  // The second preopen is /dev.
  u32 dev = 4, fd, n;
  char buffer[16] = "abcdefghijklmno";
  vec v = {buffer, 15};
  OK(path_open(dev, 0, P("null"), 0, R_READ | R_WRITE | R_STAT, 0, 0, &fd));
  EXPECT(SUCCESS, fd_write(fd, &v, 1, &n));
  EQUAL(n, 15);
  EXPECT(SUCCESS, fd_read(fd, &v, 1, &n));
  EQUAL(n, 0);
  filestat s;
  OK(fd_filestat_get(fd, &s));
  EQUAL(s.type, CHARACTER_DEVICE);
  OK(path_open(dev, 0, P("zero"), 0, R_READ, 0, 0, &fd));
  EXPECT(SUCCESS, fd_read(fd, &v, 1, &n));
  EQUAL(n, 15);
  for (u32 i = 0; i < 15; i++) EQUAL(buffer[i], 0);
  OK(path_open(dev, 0, P("random"), 0, R_READ, 0, 0, &fd));
  EXPECT(SUCCESS, fd_read(fd, &v, 1, &n));
  EQUAL(n, 15);
}
