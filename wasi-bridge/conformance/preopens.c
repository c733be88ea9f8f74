// Preopened directories begin at 3, in the order and by the names in which they were given; then comes BADF.
#include "expect.h"

START {
  u32 fd = 3;
  u32 prestat[2];
  for (; fd_prestat_get(fd, prestat) == SUCCESS; fd++) {
    EQUAL(prestat[0], 0);
    char name[64];
    OK(fd_prestat_dir_name(fd, name, prestat[1]));
    print("<");
    print_bytes(name, prestat[1]);
    print(">\n");
    fdstat s;
    OK(fd_fdstat_get(fd, &s));
    EQUAL(s.type, DIRECTORY);
  }
  EXPECT(BADF, fd_prestat_get(fd, prestat));
}
