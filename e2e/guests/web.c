// A small HTTP/1.1 server for tests: web [PORT]. It listens on /dev/tcp-listen/PORT (8000) and waits with poll; a request, once
// it has begun, is answered in one go. What a path does stands in serve().
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CONNECTIONS 300
#define MAX_HEAD (80 << 10)

enum state { IDLE, EVENTS, HANGING, WEBSOCKET };

struct connection {
  int fd;
  enum state state;
  int requests;
  size_t length;
  char *data;
};

static struct connection connections[MAX_CONNECTIONS];
static int count, accepted;
static char buffer[1 << 16];

static int put(int fd, const void *from, size_t length) {
  for (const char *at = from; length > 0;) {
    ssize_t n = write(fd, at, length);
    if (n <= 0) return -1;
    at += n;
    length -= n;
  }
  return 0;
}

static int say(int fd, const char *text) { return put(fd, text, strlen(text)); }

static void fill(struct connection *c) {
  ssize_t n = read(c->fd, c->data + c->length, MAX_HEAD - c->length);
  if (n <= 0) c->length = MAX_HEAD + 1;
  else c->length += n;
}

static void take(struct connection *c, size_t n) {
  memmove(c->data, c->data + n, c->length - n);
  c->length -= n;
}

// The value of a field in the head, or "".
static const char *field(const char *head, const char *name) {
  static char value[256];
  value[0] = 0;
  for (const char *line = strstr(head, "\r\n"); line && line[2]; line = strstr(line + 2, "\r\n")) {
    size_t n = strlen(name);
    if (strncasecmp(line + 2, name, n) == 0 && line[2 + n] == ':') {
      sscanf(line + 3 + n, " %255[^\r]", value);
      break;
    }
  }
  return value;
}

static int answer(struct connection *c, const char *type, const char *more, const char *body, size_t length) {
  char head[1024];
  int n = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\nX-Connection: %d\r\n%s\r\n",
                   type, length, c->requests, more);
  return put(c->fd, head, n) || put(c->fd, body, length) ? -1 : 1;
}

static int text(struct connection *c, const char *body) { return answer(c, "text/plain", "", body, strlen(body)); }

static int pattern(struct connection *c, long total, int chunked) {
  char head[128];
  for (size_t i = 0; i < sizeof buffer; i++) buffer[i] = (char)(i * 31 >> 3);
  int n = chunked ? snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                  : snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %ld\r\n\r\n", total);
  if (put(c->fd, head, n)) return -1;
  for (long done = 0; done < total;) {
    long piece = chunked ? 1 + done * 7 % 9973 : (long)sizeof buffer;
    // Every piece begins with the pattern's beginning, whatever its size.
    if (piece > total - done) piece = total - done;
    if (chunked) {
      n = snprintf(head, sizeof head, "%lx;e=1\r\n", piece);
      if (put(c->fd, head, n)) return -1;
    }
    if (put(c->fd, buffer, piece) || (chunked && say(c->fd, "\r\n"))) return -1;
    done += piece;
  }
  return chunked && say(c->fd, "0\r\nX-Trailer: yes\r\n\r\n") ? -1 : 1;
}

// Reads the body and answers its length, the sum of its bytes and how it came; or, if `echo`, itself.
static int body(struct connection *c, const char *head, int echo) {
  const char *length = field(head, "Content-Length");
  char how[64];
  snprintf(how, sizeof how, "%s", *length ? "length" : "chunked");
  long left = *length ? atol(length) : 0, total = 0;
  unsigned sum = 0;
  char *kept = NULL;
  for (int last = *length != 0; left > 0 || !last;) {
    if (left == 0) {
      char *end;
      while (!(end = memmem(c->data, c->length, "\r\n", 2))) {
        fill(c);
        if (c->length > MAX_HEAD) return -1;
      }
      left = strtol(c->data, NULL, 16);
      last = left == 0;
      take(c, end + 2 - c->data);
      left += 2;
    }
    while (c->length == 0) {
      fill(c);
      if (c->length > MAX_HEAD) return -1;
    }
    long n = (long)c->length < left ? (long)c->length : left;
    long content = *length ? n : left <= 2 ? 0 : n < left - 2 ? n : left - 2;
    if (echo) {
      kept = realloc(kept, total + content + 1);
      memcpy(kept + total, c->data, content);
    }
    for (long i = 0; i < content; i++) sum = sum * 31 + (unsigned char)c->data[i];
    total += content;
    left -= n;
    take(c, n);
    if (last && left == 0) break;
  }
  int result;
  if (echo) {
    result = answer(c, "application/octet-stream", "", kept, total);
  } else {
    char line[128];
    snprintf(line, sizeof line, "%ld %u %s", total, sum, how);
    result = text(c, line);
  }
  free(kept);
  return result;
}

// Takes a body of a known length and does nothing with it: for benchmarks.
static int drain(struct connection *c, const char *head) {
  long left = atol(field(head, "Content-Length")) - (long)c->length;
  c->length = 0;
  while (left > 0) {
    ssize_t n = read(c->fd, buffer, left < (long)sizeof buffer ? (size_t)left : sizeof buffer);
    if (n <= 0) return -1;
    left -= n;
  }
  return text(c, "taken");
}

static size_t decode(char *text) {
  char *to = text;
  for (char *from = text; *from; from++) {
    unsigned value;
    if (*from == '%' && sscanf(from + 1, "%2x", &value) == 1) {
      *to++ = (char)value;
      from += 2;
    } else {
      *to++ = *from;
    }
  }
  return to - text;
}

static uint32_t rotated(uint32_t x, int n) { return x << n | x >> (32 - n); }

// SHA-1 of a short text, as WebSocket's handshake has it.
static void sha1(const char *text, unsigned char *digest) {
  uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}, w[80];
  unsigned char block[128] = {0};
  size_t length = strlen(text), blocks = length < 56 ? 1 : 2;
  memcpy(block, text, length);
  block[length] = 0x80;
  block[blocks * 64 - 2] = (unsigned char)(length * 8 >> 8);
  block[blocks * 64 - 1] = (unsigned char)(length * 8);
  for (size_t b = 0; b < blocks; b++) {
    for (int i = 0; i < 16; i++) {
      unsigned char *p = block + b * 64 + i * 4;
      w[i] = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
    }
    for (int i = 16; i < 80; i++) w[i] = rotated(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    uint32_t v[5];
    memcpy(v, h, sizeof v);
    for (int i = 0; i < 80; i++) {
      uint32_t f = i < 20 ? (v[1] & v[2]) | (~v[1] & v[3]) : i < 40 || i >= 60 ? v[1] ^ v[2] ^ v[3]
                 : (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3]);
      uint32_t k = i < 20 ? 0x5A827999 : i < 40 ? 0x6ED9EBA1 : i < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
      uint32_t next = rotated(v[0], 5) + f + v[4] + k + w[i];
      v[4] = v[3];
      v[3] = v[2];
      v[2] = rotated(v[1], 30);
      v[1] = v[0];
      v[0] = next;
    }
    for (int i = 0; i < 5; i++) h[i] += v[i];
  }
  for (int i = 0; i < 20; i++) digest[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
}

static int upgrade(struct connection *c, const char *head) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char key[128], out[512], accept[29];
  unsigned char digest[21] = {0};
  snprintf(key, sizeof key, "%.64s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", field(head, "Sec-WebSocket-Key"));
  sha1(key, digest);
  for (int i = 0; i < 7; i++) {
    unsigned v = digest[3 * i] << 16 | digest[3 * i + 1] << 8 | digest[3 * i + 2];
    for (int j = 0; j < 4; j++) accept[4 * i + j] = digits[v >> (18 - 6 * j) & 63];
  }
  accept[27] = '=';
  accept[28] = 0;
  const char *protocol = field(head, "Sec-WebSocket-Protocol");
  char chosen[128] = "";
  if (*protocol) snprintf(chosen, sizeof chosen, "Sec-WebSocket-Protocol: %.*s\r\n", (int)strcspn(protocol, ", "), protocol);
  int n = snprintf(out, sizeof out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Accept: %s\r\n%s\r\n", strstr(head, "/ws-wrong") ? "wrong" : accept, chosen);
  c->state = WEBSOCKET;
  return put(c->fd, out, n) ? -1 : 0;
}

static int frame(int fd, int first, const void *data, size_t length) {
  unsigned char head[10] = {(unsigned char)first};
  int n = 2;
  if (length < 126) {
    head[1] = (unsigned char)length;
  } else if (length < 65536) {
    head[1] = 126;
    n = 4;
  } else {
    head[1] = 127;
    n = 10;
  }
  for (int i = 2; i < n; i++) head[i] = (unsigned char)((uint64_t)length >> 8 * (n - 1 - i));
  return put(fd, head, n) || put(fd, data, length) ? -1 : 0;
}

// Echoes frames as they come; the text "!hex" is written as these bytes, outside any frame.
static int websocket(struct connection *c) {
  for (;;) {
    if (c->length < 2) return 0;
    unsigned char *p = (unsigned char *)c->data;
    if (!(p[1] & 0x80)) return -1;
    uint64_t length = p[1] & 0x7f;
    size_t head = 2;
    if (length == 126) head = 4;
    if (length == 127) head = 10;
    if (c->length < head + 4) return 0;
    if (head > 2) {
      length = 0;
      for (size_t i = 2; i < head; i++) length = length << 8 | p[i];
    }
    unsigned char key[4];
    memcpy(key, p + head, 4);
    int first = p[0];
    take(c, head + 4);
    char *payload = malloc(length + 1);
    for (size_t got = 0; got < length;) {
      if (c->length == 0) fill(c);
      if (c->length > MAX_HEAD) return -1;
      size_t n = c->length < length - got ? c->length : length - got;
      for (size_t i = 0; i < n; i++) payload[got + i] = c->data[i] ^ key[(got + i) & 3];
      got += n;
      take(c, n);
    }
    int result;
    if ((first & 15) == 1 && length > 0 && payload[0] == '!') {
      payload[length] = 0;
      size_t n = 0;
      for (size_t i = 1; i + 1 < length; i += 2) {
        unsigned v;
        sscanf(payload + i, "%2x", &v);
        payload[n++] = (char)v;
      }
      result = put(c->fd, payload, n);
    } else {
      result = (first & 15) == 10 ? 0 : frame(c->fd, (first & 15) == 9 ? 0x8a : first, payload, length);
    }
    free(payload);
    if (result || (first & 15) == 8) return -1;
  }
}

// Answers a request. 1: the connection is kept; 0: it is in another state; -1: it is closed.
static int serve(struct connection *c, char *head) {
  static char path[MAX_HEAD];
  char method[16];
  c->requests++;
  if (sscanf(head, "%15s %81919s", method, path) != 2) return -1;
  char *query = strchr(path, '?');
  if (query) *query++ = 0;
  else query = path + strlen(path);
  int bare = strcmp(method, "HEAD") == 0;
  if (strcmp(path, "/") == 0) {
    return bare ? (say(c->fd, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n") ? -1 : 1) : text(c, "hello\n");
  }
  if (strcmp(path, "/big") == 0) return pattern(c, atol(query), 0);
  if (strcmp(path, "/chunked") == 0) return pattern(c, atol(query), 1);
  if (strcmp(path, "/echo") == 0) return body(c, head, 1);
  if (strcmp(path, "/sum") == 0) return body(c, head, 0);
  if (strcmp(path, "/drain") == 0) return drain(c, head);
  if (strcmp(path, "/head") == 0) return answer(c, "text/plain", "", head, strlen(head));
  if (strcmp(path, "/cookies") == 0) {
    return answer(c, "text/plain", "Set-Cookie: seen=1; Path=/\r\nSet-Cookie: hidden=2; HttpOnly\r\n", field(head, "Cookie"),
                  strlen(field(head, "Cookie")));
  }
  if (strcmp(path, "/raw") == 0) {
    put(c->fd, query, decode(query));
    return -1;
  }
  if (strcmp(path, "/kept-raw") == 0) return put(c->fd, query, decode(query)) ? -1 : 1;
  if (strcmp(path, "/hang") == 0) {
    c->state = HANGING;
    return 0;
  }
  if (strcmp(path, "/die") == 0) {
    say(c->fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    exit(3);
  }
  if (strcmp(path, "/events") == 0) {
    c->state = EVENTS;
    return say(c->fd, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: first\n\n") ? -1 : 0;
  }
  if (strcmp(path, "/tick") == 0) {
    int told = 0;
    for (int i = 0; i < count; i++) {
      if (connections[i].state == EVENTS && say(connections[i].fd, "data: tick\n\n") == 0) told++;
    }
    char line[16];
    snprintf(line, sizeof line, "%d", told);
    return text(c, line);
  }
  if (strcmp(path, "/connections") == 0) {
    char line[32];
    snprintf(line, sizeof line, "%d open, %d ever", count, accepted);
    return text(c, line);
  }
  if (strncmp(path, "/ws", 3) == 0) return upgrade(c, head);
  return say(c->fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") ? -1 : 1;
}

static int ready(struct connection *c) {
  fill(c);
  if (c->length > MAX_HEAD) return -1;
  if (c->state == WEBSOCKET) return websocket(c);
  while (c->state == IDLE) {
    char *end = memmem(c->data, c->length, "\r\n\r\n", 4);
    if (!end) return 1;
    size_t length = end + 4 - c->data;
    char *head = malloc(length + 1);
    memcpy(head, c->data, length);
    head[length] = 0;
    take(c, length);
    int result = serve(c, head);
    free(head);
    if (result < 0) return -1;
  }
  return c->state == WEBSOCKET ? websocket(c) : 1;
}

int main(int argc, char **argv) {
  char name[64];
  snprintf(name, sizeof name, "/dev/tcp-listen/%s", argc > 1 ? argv[1] : "8000");
  int listener = open(name, O_RDWR);
  if (listener < 0) {
    perror(name);
    return 1;
  }
  puts("listening");
  fflush(stdout);
  static struct pollfd polled[MAX_CONNECTIONS + 1];
  for (;;) {
    polled[0] = (struct pollfd){listener, POLLIN, 0};
    for (int i = 0; i < count; i++) polled[i + 1] = (struct pollfd){connections[i].fd, POLLIN, 0};
    int polls = count + 1;
    if (poll(polled, polls, -1) < 0) {
      perror("poll");
      return 1;
    }
    for (int i = polls - 1; i > 0; i--) {
      struct connection *c = &connections[i - 1];
      if (polled[i].revents && ready(c) < 0) {
        close(c->fd);
        free(c->data);
        *c = connections[--count];
      }
    }
    if (polled[0].revents && count < MAX_CONNECTIONS) {
      int fd = accept(listener, NULL, NULL);
      if (fd >= 0) {
        accepted++;
        connections[count++] = (struct connection){fd, IDLE, 0, 0, malloc(MAX_HEAD)};
      }
    }
  }
}
