// Asks the HTTP proxy that http_proxy names for a URL, and prints the whole answer: proxied URL [METHOD].
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const char *proxy = getenv("http_proxy");
  if (argc < 2 || !proxy || strncmp(proxy, "http://127.0.0.1:", 17) != 0) {
    fprintf(stderr, "no http_proxy\n");
    return 1;
  }
  char name[64], request[4096], answer[4096];
  snprintf(name, sizeof name, "/dev/tcp/127.0.0.1/%s", proxy + 17);
  int fd = open(name, O_RDWR);
  if (fd < 0) {
    perror(name);
    return 1;
  }
  int length = snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: x\r\n\r\n", argc > 2 ? argv[2] : "GET", argv[1]);
  if (write(fd, request, length) != length) return 1;
  for (ssize_t n; (n = read(fd, answer, sizeof answer)) > 0;) fwrite(answer, 1, n, stdout);
  return 0;
}
