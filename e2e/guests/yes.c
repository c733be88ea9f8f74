// Writes "y" on lines of its own for ever, and looks at no error: what ends it is the signal.
#include <unistd.h>

int main(void) {
  static char lines[4096];
  for (unsigned i = 0; i < sizeof lines; i++) {
    lines[i] = i % 2 ? '\n' : 'y';
  }
  for (;;) {
    if (write(1, lines, sizeof lines) < 0) {
      continue;
    }
  }
}
