// The environment, exactly as given, and nothing else.
#include "expect.h"

START {
  u32 count, size;
  OK(environ_sizes_get(&count, &size));
  print_number(count);
  print(" variables, ");
  print_number(size);
  print(" bytes\n");
  const char *environ[16];
  char buffer[256];
  TRUE(count <= 16 && size <= sizeof buffer);
  OK(environ_get(environ, buffer));
  const char *at = buffer;
  for (u32 i = 0; i < count; i++) {
    TRUE(environ[i] == at);
    print("<");
    print(environ[i]);
    print(">\n");
    at += length_of(at) + 1;
  }
  EQUAL(at - buffer, size);
}
