// The arguments, exactly as given, in order, one after the other in the buffer, each ended by a NUL.
#include "expect.h"

START {
  u32 count, size;
  OK(args_sizes_get(&count, &size));
  print_number(count);
  print(" arguments, ");
  print_number(size);
  print(" bytes\n");
  const char *argv[16];
  char buffer[256];
  TRUE(count <= 16 && size <= sizeof buffer);
  OK(args_get(argv, buffer));
  const char *at = buffer;
  for (u32 i = 0; i < count; i++) {
    TRUE(argv[i] == at);
    print("<");
    print(argv[i]);
    print(">\n");
    at += length_of(at) + 1;
  }
  EQUAL(at - buffer, size);
}
