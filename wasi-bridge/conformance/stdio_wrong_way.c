// Standard input cannot be written, standard output cannot be read, and none can be sought in.
#include "expect.h"

START {
  char c = 'x';
  vec v = {&c, 1};
  u32 n;
  u64 at;
  EXPECT(NOTCAPABLE, fd_write(0, &v, 1, &n));
  EXPECT(NOTCAPABLE, fd_read(1, &v, 1, &n));
  EXPECT(NOTCAPABLE, fd_read(2, &v, 1, &n));
  EXPECT(SPIPE, fd_seek(0, 0, SET, &at));
  EXPECT(SPIPE, fd_seek(1, 0, CUR, &at));
  EXPECT(SPIPE, fd_tell(1, &at));
  EXPECT(SPIPE, fd_pread(0, &v, 1, 0, &n));
  EXPECT(SPIPE, fd_pwrite(1, &v, 1, 0, &n));
  EXPECT(NOTCAPABLE, fd_filestat_set_size(1, 0));
  EXPECT(NOTCAPABLE, fd_allocate(1, 0, 1));
  EXPECT(NOTDIR, fd_readdir(0, &c, 1, 0, &n));
  EXPECT(NOTDIR, path_create_directory(1, P("d")));
}
