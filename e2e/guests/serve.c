// A server for many at once: what begins with "GET " is a request for /, /bytes/N or /events; to what begins with "END " it
// ends its own side at once, and prints how many bytes came when the other side has ended; anything else is sent back as it
// came, with the number of bytes behind it once the other side has ended. `serve PORT`.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 300, BUFFER = 32768, EVENTS = 5 };

struct visitor {
  int fd, length, sent, ended, events;
  enum { NEW, ECHO, BYTES, EVENT_STREAM, COUNT } mode;
  long long count, left, next;
  char *buffer;
};

static struct visitor visitors[MOST];

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static void leave(struct visitor *v) {
  close(v->fd);
  free(v->buffer);
  v->fd = 0;
}

static void answer(struct visitor *v) {
  v->buffer[v->length] = 0;
  if (strncmp(v->buffer, "GET ", v->length < 4 ? v->length : 4) != 0) {
    v->mode = ECHO;
    if (strncmp(v->buffer, "END ", v->length < 4 ? v->length : 4) == 0) {
      v->mode = COUNT;
      shutdown(v->fd, SHUT_WR);
      v->length = 0;
    }
    return;
  }
  if (!strstr(v->buffer, "\r\n\r\n")) return;
  const char *path = v->buffer + 4;
  v->mode = BYTES;
  v->left = 0;
  if (strncmp(path, "/bytes/", 7) == 0) {
    v->left = atoll(path + 7);
    v->length = sprintf(v->buffer, "HTTP/1.1 200 OK\r\nContent-Length: %lld\r\nConnection: close\r\n\r\n", v->left);
  } else if (strncmp(path, "/events ", 8) == 0) {
    v->mode = EVENT_STREAM;
    v->next = now();
    v->length = sprintf(v->buffer, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
  } else if (strncmp(path, "/ ", 2) == 0) {
    v->length = sprintf(v->buffer, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\nhello there");
  } else {
    v->length = sprintf(v->buffer, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }
  v->sent = 0;
}

// Puts what is to be sent next into the empty buffer. Answers 0 if there is nothing more.
static int refill(struct visitor *v) {
  v->sent = v->length = 0;
  if (v->mode == BYTES) {
    int n = v->left < BUFFER ? v->left : BUFFER;
    for (int i = 0; i < n; i++) v->buffer[i] = (v->count + i) * 2654435761u >> 24;
    v->count += n;
    v->left -= n;
    v->length = n;
    return n;
  }
  if (v->mode == EVENT_STREAM && v->events < EVENTS) {
    if (now() >= v->next) {
      v->length = sprintf(v->buffer, "data: %d\n\n", ++v->events);
      v->next += 50;
    }
    return 1;
  }
  if (v->mode == ECHO && v->ended == 1) {
    v->length = sprintf(v->buffer, "[%lld]", v->count);
    v->ended = 2;
    return 1;
  }
  return v->mode == ECHO && v->ended == 0;
}

static void take(struct visitor *v) {
  ssize_t n = read(v->fd, v->buffer + v->length, BUFFER - v->length);
  if (n < 0 && errno == EAGAIN) return;
  if (n < 0) {
    leave(v);
    return;
  }
  if (n == 0) v->ended = 1;
  v->count += v->mode == BYTES ? 0 : n;
  v->length += n;
  if (v->mode == NEW && n > 0) answer(v);
  if (v->mode == NEW && n == 0) v->mode = ECHO;
  if (v->mode == BYTES) v->count = 0;
  if (v->mode == COUNT) v->length = 0;
  if (v->mode == COUNT && n == 0) {
    printf("%lld came\n", v->count);
    fflush(stdout);
    leave(v);
  }
}

static void give(struct visitor *v) {
  if (v->sent == v->length && !refill(v)) {
    leave(v);
    return;
  }
  if (v->sent < v->length) {
    ssize_t n = write(v->fd, v->buffer + v->sent, v->length - v->sent);
    if (n < 0 && errno != EAGAIN) {
      leave(v);
    } else if (n > 0 && (v->sent += n) == v->length) {
      v->sent = v->length = 0;
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  char path[40];
  snprintf(path, sizeof path, "/dev/tcp-listen/%s", argv[1]);
  int listener = open(path, O_RDWR);
  if (listener < 0) {
    perror(path);
    return 1;
  }
  puts("listening");
  fflush(stdout);
  fcntl(listener, F_SETFL, O_NONBLOCK);
  for (;;) {
    struct pollfd polled[MOST + 1] = {{.fd = listener, .events = POLLIN}};
    int which[MOST + 1], n = 1, wait = -1;
    for (int i = 0; i < MOST; i++) {
      struct visitor *v = &visitors[i];
      if (!v->fd) continue;
      int writes = v->mode != NEW && (v->sent < v->length || v->mode == BYTES || v->ended);
      if (v->mode == EVENT_STREAM && v->sent == v->length) {
        writes = now() >= v->next || v->events == EVENTS;
        wait = 10;
      }
      which[n] = i;
      polled[n++] = (struct pollfd){.fd = v->fd, .events = writes ? POLLOUT : POLLIN};
    }
    if (poll(polled, n, wait) < 0) {
      perror("poll");
      return 1;
    }
    for (int k = 1; k < n; k++) {
      struct visitor *v = &visitors[which[k]];
      if (!polled[k].revents) continue;
      if (polled[k].events == POLLIN) take(v);
      else give(v);
    }
    for (int i = 0; i < MOST && polled[0].revents; i++) {
      if (visitors[i].fd) continue;
      int fd = accept(listener, 0, 0);
      if (fd < 0) break;
      fcntl(fd, F_SETFL, O_NONBLOCK);
      visitors[i] = (struct visitor){.fd = fd, .buffer = malloc(BUFFER + 1)};
    }
  }
}
