// What a program sees of its terminal: term COMMAND…, each said with a line.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void set(const char *words) {
  int fd = open("/dev/ttyctl", O_WRONLY);
  if (fd < 0 || write(fd, words, strlen(words)) < 0) {
    printf("ttyctl: errno %d\n", errno);
    exit(1);
  }
  close(fd);
}

static void size(void) {
  int rows = 0, cols = 0;
  FILE *file = fopen("/dev/ttyctl", "r");
  if (!file || fscanf(file, "rows %d cols %d", &rows, &cols) != 2) {
    printf("ttyctl: errno %d\n", errno);
    exit(1);
  }
  fclose(file);
  printf("size %d x %d\n", cols, rows);
}

static void show(const char *what, const char *bytes, ssize_t count) {
  printf("%s %d:", what, (int) count);
  for (ssize_t i = 0; i < count; i++) printf(" %02x", (unsigned char) bytes[i]);
  printf("\n");
}

static void read_once(const char *what, int fd) {
  char bytes[256];
  show(what, bytes, read(fd, bytes, sizeof bytes));
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (int i = 1; i < argc; i++) {
    const char *command = argv[i];
    if (!strcmp(command, "isatty")) {
      printf("isatty %d %d %d\n", isatty(0), isatty(1), isatty(2));
    } else if (!strcmp(command, "size")) {
      size();
    } else if (!strcmp(command, "line")) {
      read_once("line", 0);
    } else if (!strcmp(command, "tty")) {
      int fd = open("/dev/tty", O_RDWR);
      if (fd < 0) {
        printf("tty: errno %d (ENXIO is %d)\n", errno, ENXIO);
      } else {
        dprintf(fd, "tty> ");
        read_once("tty", fd);
        close(fd);
      }
    } else if (!strcmp(command, "raw")) {
      // Key by key, to a q.
      set("raw -echo");
      printf("raw\r\n");
      char key = 0;
      while (key != 'q' && read(0, &key, 1) == 1) printf("key %02x\r\n", (unsigned char) key);
      set("sane");
    } else if (!strcmp(command, "poll")) {
      // Not at once, then asleep until there is something; and without waiting, too.
      char byte;
      fcntl(0, F_SETFL, O_NONBLOCK);
      int n = read(0, &byte, 1);
      printf("nothing %d %d\n", n, n < 0 && errno == EAGAIN);
      struct pollfd both = {.fd = 0, .events = POLLIN};
      printf("poll %d\n", poll(&both, 1, 0));
      printf("poll %d\n", poll(&both, 1, -1));
      read_once("polled", 0);
      fcntl(0, F_SETFL, 0);
    } else if (!strcmp(command, "wrong")) {
      int fd = open("/dev/ttyctl", O_WRONLY);
      errno = 0;
      int n = write(fd, "boiled", 6);
      printf("wrong %d %d\n", n, errno == EINVAL);
      close(fd);
    } else {
      printf("%s\n", command);
    }
  }
  return 0;
}
