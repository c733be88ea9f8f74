// Standard streams are no files: what they are, and what they may be used for.
#include "expect.h"

START {
  for (u32 fd = 0; fd < 3; fd++) {
    fdstat s = {0};
    EXPECT(SUCCESS, fd_fdstat_get(fd, &s));
    TRUE(s.type != DIRECTORY && s.type != REGULAR_FILE && s.type != SYMBOLIC_LINK && s.type != BLOCK_DEVICE
         && s.type != SOCKET_DGRAM);
    EQUAL(s.flags, 0);
    u64 needed = (fd == 0 ? R_READ : R_WRITE) | R_POLL;
    EQUAL(s.base & needed, needed);
    EQUAL(s.base & (R_SEEK | R_TELL), 0);
    filestat f = {0};
    EXPECT(SUCCESS, fd_filestat_get(fd, &f));
    EQUAL(f.type, s.type);
    EQUAL(f.size, 0);
  }
  EXPECT(BADF, fd_fdstat_get(99, NOWHERE));
  EXPECT(FAULT, fd_fdstat_get(1, NOWHERE));
}
