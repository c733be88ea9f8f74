// Prints a line every few milliseconds, for ever.
#include <stdio.h>
#include <time.h>

int main(void) {
  for (int i = 0;; i++) {
    printf("%d\n", i);
    fflush(stdout);
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, 0);
  }
}
