/* WASI has no working directory: libc starts at "/". The folder that PWD names is entered before CPython makes the path of
 * its script absolute. */

#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) void enter_working_directory(void) {
  const char *folder = getenv("PWD");
  if (folder) chdir(folder);
}
