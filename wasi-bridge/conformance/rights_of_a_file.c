// Each function wants its right; a descriptor without any can be closed.
#include "expect.h"

START {
  file("f", "text");
  u32 fd = open_flags(ROOT, "f", 0, 0, 0);
  char c;
  vec v = {&c, 1};
  u32 n;
  u64 at;
  filestat s;
  EXPECT(NOTCAPABLE, fd_read(fd, &v, 1, &n));
  EXPECT(NOTCAPABLE, fd_write(fd, &v, 1, &n));
  EXPECT(NOTCAPABLE, fd_pread(fd, &v, 1, 0, &n));
  EXPECT(NOTCAPABLE, fd_pwrite(fd, &v, 1, 0, &n));
  EXPECT(NOTCAPABLE, fd_seek(fd, 0, SET, &at));
  EXPECT(NOTCAPABLE, fd_tell(fd, &at));
  EXPECT(NOTCAPABLE, fd_sync(fd));
  EXPECT(NOTCAPABLE, fd_datasync(fd));
  EXPECT(NOTCAPABLE, fd_advise(fd, 0, 0, 0));
  EXPECT(NOTCAPABLE, fd_allocate(fd, 0, 9));
  EXPECT(NOTCAPABLE, fd_fdstat_set_flags(fd, 0));
  EXPECT(NOTCAPABLE, fd_filestat_get(fd, &s));
  EXPECT(NOTCAPABLE, fd_filestat_set_size(fd, 0));
  EXPECT(NOTCAPABLE, fd_filestat_set_times(fd, 0, 0, 0));
  // pread needs both the right to read and the one to seek; seeking by 0 from here is telling.
  u32 reader = open_flags(ROOT, "f", 0, R_READ, 0);
  EXPECT(SUCCESS, fd_read(reader, &v, 1, &n));
  EXPECT(NOTCAPABLE, fd_pread(reader, &v, 1, 0, &n));
  u32 teller = open_flags(ROOT, "f", 0, R_TELL, 0);
  EXPECT(SUCCESS, fd_tell(teller, &at));
  EXPECT(SUCCESS, fd_seek(teller, 0, CUR, &at));
  EXPECT(NOTCAPABLE, fd_seek(teller, 1, CUR, &at));
  EXPECT(SUCCESS, fd_close(fd));
}
