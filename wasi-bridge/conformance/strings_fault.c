// args_* and environ_* with pointers outside the memory, and a list that does not fit before its end.
#include "expect.h"

START {
  u32 count, size;
  char buffer[256];
  char *edge = (char *)(__builtin_wasm_memory_size(0) << 16) - 2;
  EXPECT(FAULT, args_sizes_get(NOWHERE, &size));
  EXPECT(FAULT, args_sizes_get(&count, NOWHERE));
  EXPECT(FAULT, args_get(NOWHERE, buffer));
  EXPECT(FAULT, args_get(buffer, NOWHERE));
  EXPECT(FAULT, args_get(edge, buffer));
  EXPECT(FAULT, args_get(buffer, edge));
  EXPECT(FAULT, environ_sizes_get(NOWHERE, &size));
  EXPECT(FAULT, environ_sizes_get(&count, NOWHERE));
  EXPECT(FAULT, environ_get(edge, buffer));
  EXPECT(FAULT, environ_get(buffer, edge));
}
