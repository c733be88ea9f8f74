// There is nothing to wait for, but the descriptor must be one, and may have to be one that allows it.
#include "expect.h"

START {
  u32 fd = make("f");
  EXPECT(SUCCESS, fd_sync(fd));
  EXPECT(SUCCESS, fd_datasync(fd));
  EXPECT(BADF, fd_sync(99));
  EXPECT(BADF, fd_datasync(99));
  u32 bare = open_flags(ROOT, "f", 0, R_READ, 0);
  EXPECT(NOTCAPABLE, fd_sync(bare));
  EXPECT(NOTCAPABLE, fd_datasync(bare));
}
