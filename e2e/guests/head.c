// Prints the first N bytes of its input, and ends without reading on.
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  long left = argc > 1 ? atol(argv[1]) : 10;
  char buffer[4096];
  while (left > 0) {
    ssize_t n = read(0, buffer, left < (long)sizeof buffer ? (size_t)left : sizeof buffer);
    if (n <= 0) {
      return n < 0;
    }
    write(1, buffer, (size_t)n);
    left -= n;
  }
  return 0;
}
