// serve [PORT]: a web server for a folder of files, the working directory. It listens on PORT (8080), or on a free one if that
// is taken. Pages reload when a file has changed: a script at their end listens to /.changes.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_CONNECTIONS 256
#define MAX_HEAD (16 << 10)
#define PIECE (64 << 10)
// How often files are looked at while a page waits for changes, in ms, and how many of them, and how deep.
#define LOOK_MS 700
#define MAX_FILES 4000
#define MAX_DEPTH 12

static const char SCRIPT[] = "\n<script>new EventSource('/.changes').onmessage = () => location.reload()</script>\n";

static const char *const TYPES[][2] = {
  {"html", "text/html; charset=utf-8"}, {"htm", "text/html; charset=utf-8"}, {"css", "text/css; charset=utf-8"},
  {"js", "text/javascript; charset=utf-8"}, {"mjs", "text/javascript; charset=utf-8"}, {"json", "application/json"},
  {"map", "application/json"}, {"txt", "text/plain; charset=utf-8"}, {"md", "text/markdown; charset=utf-8"},
  {"csv", "text/csv; charset=utf-8"}, {"xml", "application/xml"}, {"svg", "image/svg+xml"}, {"png", "image/png"},
  {"jpg", "image/jpeg"}, {"jpeg", "image/jpeg"}, {"gif", "image/gif"}, {"webp", "image/webp"}, {"avif", "image/avif"},
  {"ico", "image/x-icon"}, {"woff", "font/woff"}, {"woff2", "font/woff2"}, {"ttf", "font/ttf"}, {"otf", "font/otf"},
  {"mp3", "audio/mpeg"}, {"ogg", "audio/ogg"}, {"wav", "audio/wav"}, {"m4a", "audio/mp4"}, {"flac", "audio/flac"},
  {"mp4", "video/mp4"}, {"webm", "video/webm"}, {"pdf", "application/pdf"}, {"wasm", "application/wasm"},
  {"zip", "application/zip"}, {"webmanifest", "application/manifest+json"},
};

enum state { READING, WRITING, WAITING };

struct connection {
  int fd;
  enum state state;
  int closes;
  // The request's head while it comes, then the answer's with what stands in memory.
  char *text;
  size_t length, done;
  // The file behind it, and what comes behind that.
  int file;
  off_t at, left;
  const char *tail;
};

static struct connection connections[MAX_CONNECTIONS];
static int count;

static void end(struct connection *c) {
  if (c->file >= 0) close(c->file);
  close(c->fd);
  free(c->text);
  *c = connections[--count];
}

static void add(struct connection *c, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *more;
  int n = vasprintf(&more, format, args);
  va_end(args);
  if (n < 0) abort();
  c->text = realloc(c->text, c->length + n + 1);
  memcpy(c->text + c->length, more, n + 1);
  c->length += n;
  free(more);
}

static void begin(struct connection *c, const char *status) {
  free(c->text);
  c->text = NULL;
  c->length = c->done = 0;
  c->state = WRITING;
  add(c, "HTTP/1.1 %s\r\nServer: samovar-serve\r\nAccept-Ranges: bytes\r\n%s", status, c->closes ? "Connection: close\r\n" : "");
}

static const char *type_of(const char *path) {
  const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
  for (size_t i = 0; dot && i < sizeof TYPES / sizeof *TYPES; i++) {
    if (strcasecmp(dot + 1, TYPES[i][0]) == 0) return TYPES[i][1];
  }
  return "application/octet-stream";
}

static void page(struct connection *c, int bare, const char *status, const char *more, const char *sentence) {
  begin(c, status);
  char body[1024];
  int n = snprintf(body, sizeof body, "<!doctype html><meta charset=utf-8><title>%s</title>"
                   "<body style='font:16px system-ui;margin:3em'><h1>%s</h1><p>%s</p>%s", status, status, sentence, SCRIPT);
  add(c, "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n%sContent-Length: %d\r\n\r\n%s", more, n, bare ? "" : body);
}

// The value of a field, or NULL.
static char *field(const char *head, const char *name) {
  static char value[512];
  for (const char *line = strstr(head, "\r\n"); line && line[2] != '\r'; line = strstr(line + 2, "\r\n")) {
    size_t n = strlen(name);
    if (strncasecmp(line + 2, name, n) == 0 && line[2 + n] == ':') {
      value[0] = 0;
      sscanf(line + 3 + n, " %511[^\r]", value);
      return value;
    }
  }
  return NULL;
}

static int hex(int c) { return isdigit(c) ? c - '0' : isxdigit(c) ? tolower(c) - 'a' + 10 : -1; }

// The file that a target means, relative to the folder; 0 if it means none: hidden ones and ways out are not there.
static int path_of(const char *target, char *path, size_t room) {
  size_t n = 0;
  for (const char *from = target; *from && *from != '?' && *from != '#'; from++) {
    int c = (unsigned char)*from;
    if (c == '%') {
      int high = hex((unsigned char)from[1]), low = high < 0 ? -1 : hex((unsigned char)from[2]);
      if (low < 0) return 0;
      c = high * 16 + low;
      from += 2;
    }
    // A component that begins with a dot is hidden, or leads away.
    if (c == 0 || c == '\\' || (c == '.' && n > 0 && path[n - 1] == '/') || n + 16 > room) return 0;
    path[n++] = (char)c;
  }
  path[n] = 0;
  return path[0] == '/';
}

static void escape(struct connection *c, const char *text, int in_url) {
  for (; *text; text++) {
    unsigned char byte = (unsigned char)*text;
    if (in_url ? !isalnum(byte) && !strchr("-_~.", byte) : strchr("<>&\"'", byte) != NULL) {
      add(c, in_url ? "%%%02X" : "&#%d;", byte);
    } else {
      add(c, "%c", byte);
    }
  }
}

static void listing(struct connection *c, int bare, const char *path) {
  struct connection body = {.file = -1};
  add(&body, "<!doctype html><meta charset=utf-8><title>");
  escape(&body, path, 0);
  add(&body, "</title><body style='font:16px system-ui;margin:3em'><h1>");
  escape(&body, path, 0);
  add(&body, "</h1><ul>");
  char name[1100];
  snprintf(name, sizeof name, ".%s", path);
  DIR *directory = opendir(name);
  for (struct dirent *entry; directory && (entry = readdir(directory));) {
    if (entry->d_name[0] == '.') continue;
    const char *slash = entry->d_type == DT_DIR ? "/" : "";
    add(&body, "<li><a href='");
    escape(&body, entry->d_name, 1);
    add(&body, "%s'>", slash);
    escape(&body, entry->d_name, 0);
    add(&body, "%s</a>", slash);
  }
  if (directory) closedir(directory);
  add(&body, "</ul>%s", SCRIPT);
  begin(c, "200 OK");
  add(c, "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: %zu\r\n\r\n", body.length);
  if (!bare) add(c, "%s", body.text);
  free(body.text);
}

// Reads `bytes=first-last`. 1: one part; 0: all of it; -1: none of what there is.
static int range(const char *text, off_t size, off_t *first, off_t *last) {
  char *after;
  if (!text || strncmp(text, "bytes=", 6) != 0 || strchr(text, ',')) return 0;
  text += 6;
  if (*text == '-') {
    if (!isdigit((unsigned char)text[1])) return 0;
    long long n = strtoll(text + 1, &after, 10);
    if (*after) return 0;
    *first = n >= size ? 0 : size - n;
    *last = size - 1;
    return n > 0 && size > 0 ? 1 : -1;
  }
  if (!isdigit((unsigned char)*text)) return 0;
  *first = strtoll(text, &after, 10);
  if (*after++ != '-') return 0;
  *last = size - 1;
  if (*after) {
    if (!isdigit((unsigned char)*after)) return 0;
    long long n = strtoll(after, &after, 10);
    if (*after || n < *first) return 0;
    if (n < *last) *last = n;
  }
  return *first < size ? 1 : -1;
}

static void send_file(struct connection *c, int bare, const char *status, const char *path, const struct stat *info, const char *head) {
  int file = open(path, O_RDONLY);
  if (file < 0) {
    page(c, bare, "404 Not Found", "", "This file cannot be read.");
    return;
  }
  const char *type = type_of(path);
  int html = strncmp(type, "text/html", 9) == 0;
  off_t first = 0, last = info->st_size - 1;
  char tag[64];
  snprintf(tag, sizeof tag, "\"%llx-%llx%09lx\"", (long long)info->st_size, (long long)info->st_mtim.tv_sec, (long)info->st_mtim.tv_nsec);
  char *known = field(head, "If-None-Match");
  if (strcmp(status, "200 OK") == 0 && known && (strstr(known, tag) || strcmp(known, "*") == 0)) {
    close(file);
    begin(c, "304 Not Modified");
    add(c, "ETag: %s\r\nCache-Control: %s\r\n\r\n", tag, html ? "no-store" : "no-cache");
    return;
  }
  char *condition = field(head, "If-Range");
  int fits = !condition || strcmp(condition, tag) == 0;
  int part = html || !fits || strcmp(status, "200 OK") != 0 ? 0 : range(field(head, "Range"), info->st_size, &first, &last);
  if (part < 0) {
    char more[64];
    snprintf(more, sizeof more, "Content-Range: bytes */%lld\r\n", (long long)info->st_size);
    close(file);
    page(c, bare, "416 Range Not Satisfiable", more, "The file is shorter than that.");
    return;
  }
  if (!part) {
    first = 0;
    last = info->st_size - 1;
  }
  begin(c, part ? "206 Partial Content" : status);
  off_t length = last - first + 1;
  add(c, "Content-Type: %s\r\nETag: %s\r\nCache-Control: %s\r\nContent-Length: %lld\r\n", type, tag, html ? "no-store" : "no-cache",
      (long long)length + (html ? (long long)sizeof SCRIPT - 1 : 0));
  if (part) add(c, "Content-Range: bytes %lld-%lld/%lld\r\n", (long long)first, (long long)last, (long long)info->st_size);
  add(c, "\r\n");
  if (bare) {
    close(file);
    return;
  }
  c->file = file;
  c->at = first;
  c->left = length;
  c->tail = html ? SCRIPT : NULL;
}

static void answer(struct connection *c) {
  static char path[1024], full[1100], target[MAX_HEAD];
  char method[16], version[16];
  char *head = c->text;
  c->text = NULL;
  c->closes = 1;
  if (sscanf(head, "%15s %16383s %15[^\r]", method, target, version) != 3 || strncmp(version, "HTTP/1.", 7) != 0) {
    page(c, 0, "400 Bad Request", "", "This is no request of HTTP/1.1.");
    free(head);
    return;
  }
  int bare = strcmp(method, "HEAD") == 0;
  char *connection = field(head, "Connection");
  // Content that nobody asked for would be taken for the next request.
  c->closes = (connection && strcasestr(connection, "close")) || strcmp(version, "HTTP/1.0") == 0 || field(head, "Content-Length")
              || field(head, "Transfer-Encoding");
  struct stat info;
  if (!bare && strcmp(method, "GET") != 0) {
    page(c, 0, "405 Method Not Allowed", "Allow: GET, HEAD\r\n", "Files can only be read here.");
  } else if (strcmp(target, "/.changes") == 0) {
    begin(c, "200 OK");
    add(c, "Content-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n: waiting\n\n");
    c->closes = 2;
  } else if (!path_of(target, path, sizeof path)) {
    page(c, bare, "404 Not Found", "", "There is no such file here.");
  } else {
    snprintf(full, sizeof full, ".%s", path);
    size_t length = strlen(full);
    if (length > 2 && full[length - 1] == '/') full[length - 1] = 0;
    int there = stat(full, &info) == 0;
    if (there && S_ISDIR(info.st_mode) && path[strlen(path) - 1] != '/') {
      begin(c, "301 Moved Permanently");
      // Relative, so that no path can make a host of it.
      const char *name = strrchr(target, '/') + 1;
      add(c, "Location: %.*s/\r\nContent-Length: 0\r\n\r\n", (int)strcspn(name, "?#"), name);
    } else if (there && S_ISDIR(info.st_mode)) {
      strncat(full, "/index.html", sizeof full - strlen(full) - 1);
      if (stat(full, &info) == 0 && S_ISREG(info.st_mode)) send_file(c, bare, "200 OK", full, &info, head);
      else listing(c, bare, path);
    } else if (there && S_ISREG(info.st_mode) && path[strlen(path) - 1] != '/') {
      send_file(c, bare, "200 OK", full, &info, head);
    } else if (stat("./404.html", &info) == 0 && S_ISREG(info.st_mode)) {
      send_file(c, bare, "404 Not Found", "./404.html", &info, head);
    } else {
      page(c, bare, "404 Not Found", "", "There is no such file here.");
    }
  }
  free(head);
}

// Reads on: -1 once the connection is over.
static int take(struct connection *c) {
  if (c->state != READING) {
    // Whoever waits says nothing; what comes is the end.
    char byte;
    return c->state == WAITING && read(c->fd, &byte, 1) <= 0 && errno != EAGAIN ? -1 : 0;
  }
  c->text = realloc(c->text, MAX_HEAD + 1);
  ssize_t n = read(c->fd, c->text + c->length, MAX_HEAD - c->length);
  if (n <= 0) return n < 0 && errno == EAGAIN ? 0 : -1;
  c->length += n;
  c->text[c->length] = 0;
  char *stop = strstr(c->text, "\r\n\r\n");
  if (stop) {
    // A client that sends the next request before its answer has to say it again.
    int more = stop + 4 - c->text < (ssize_t)c->length;
    stop[4] = 0;
    answer(c);
    if (c->closes != 2) c->closes |= more;
  } else if (c->length == MAX_HEAD || memchr(c->text, 0, c->length)) {
    c->closes = 1;
    page(c, 0, "431 Request Header Fields Too Large", "", "The head of the request is too long.");
  }
  return 0;
}

// Writes on as far as there is room: -1 once the connection is over.
static int give(struct connection *c) {
  static char buffer[PIECE];
  for (;;) {
    if (c->done == c->length && c->left > 0) {
      ssize_t n = pread(c->file, buffer, c->left < PIECE ? (size_t)c->left : PIECE, c->at);
      if (n <= 0) return -1;
      ssize_t sent = write(c->fd, buffer, n);
      if (sent < 0) return errno == EAGAIN ? 0 : -1;
      c->at += sent;
      c->left -= sent;
      continue;
    }
    if (c->done == c->length && c->tail) {
      c->length = c->done = 0;
      add(c, "%s", c->tail);
      c->tail = NULL;
    }
    if (c->done == c->length) break;
    ssize_t sent = write(c->fd, c->text + c->done, c->length - c->done);
    if (sent < 0) return errno == EAGAIN ? 0 : -1;
    c->done += sent;
  }
  if (c->file >= 0) close(c->file);
  c->file = -1;
  free(c->text);
  c->text = NULL;
  c->length = c->done = 0;
  c->state = c->closes == 2 ? WAITING : READING;
  return c->closes == 1 ? -1 : 0;
}

static int serve(struct connection *c) {
  if (c->state != WRITING && take(c) < 0) return -1;
  return c->state == WRITING ? give(c) : 0;
}

static void mix(uint64_t *sum, const void *data, size_t length) {
  for (const unsigned char *byte = data; length-- > 0; byte++) *sum = (*sum ^ *byte) * 1099511628211u;
}

// What the files look like: names, sizes and times in one number.
static uint64_t look(const char *path, int depth, int *files) {
  uint64_t sum = 14695981039346656037u;
  DIR *directory = opendir(path);
  for (struct dirent *entry; directory && (entry = readdir(directory));) {
    if (entry->d_name[0] == '.' || strcmp(entry->d_name, "node_modules") == 0 || ++*files > MAX_FILES) continue;
    char name[1024];
    struct stat info;
    snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
    if (stat(name, &info) != 0) continue;
    mix(&sum, name, strlen(name));
    mix(&sum, &info.st_size, sizeof info.st_size);
    mix(&sum, &info.st_mtim, sizeof info.st_mtim);
    if (S_ISDIR(info.st_mode) && depth < MAX_DEPTH) sum += look(name, depth + 1, files);
  }
  if (directory) closedir(directory);
  return sum;
}

static int listen_on(const char *port) {
  char name[64];
  snprintf(name, sizeof name, "/dev/tcp-listen/%s", port);
  return open(name, O_RDWR);
}

int main(int argc, char **argv) {
  const char *port = argc > 1 ? argv[1] : "8080";
  int listener = listen_on(port);
  if (listener < 0 && errno == EADDRINUSE) listener = listen_on("0");
  if (listener < 0) {
    fprintf(stderr, "serve: cannot listen on port %s: %s\n", port, strerror(errno));
    return 1;
  }
  printf("Serving the files of this folder. They are read anew at each request; pages reload when a file changes.\n");
  fflush(stdout);
  static struct pollfd polled[MAX_CONNECTIONS + 1];
  uint64_t seen = 0;
  for (int waited = 0;;) {
    int waiting = 0;
    for (int i = 0; i < count; i++) {
      waiting |= connections[i].state == WAITING;
      polled[i + 1] = (struct pollfd){connections[i].fd, connections[i].state == WRITING ? POLLOUT : POLLIN, 0};
    }
    polled[0] = (struct pollfd){listener, count < MAX_CONNECTIONS ? POLLIN : 0, 0};
    if (waiting && !waited) {
      int files = 0;
      seen = look(".", 0, &files);
    }
    waited = waiting;
    int polls = count + 1, ready = poll(polled, polls, waiting ? LOOK_MS : -1);
    if (ready < 0) {
      perror("serve: poll");
      return 1;
    }
    if (waiting && ready == 0) {
      int files = 0;
      uint64_t now = look(".", 0, &files);
      for (int i = count - 1; now != seen && i >= 0; i--) {
        struct connection *c = &connections[i];
        if (c->state == WAITING) {
          add(c, "data: changed\n\n");
          c->state = WRITING;
        }
      }
      seen = now;
      continue;
    }
    for (int i = polls - 1; i > 0; i--) {
      struct connection *c = &connections[i - 1];
      if (polled[i].revents && serve(c) < 0) end(c);
    }
    if (polled[0].revents) {
      int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
      if (fd >= 0) connections[count++] = (struct connection){.fd = fd, .file = -1};
    }
  }
}
