// Sockets by their names: a listener of /dev/tcp-listen, connections of /dev/tcp, both ends here.
#include "expect.h"

enum { DEV = 4, PROC = 5 };
#define BOTH (R_READ | R_WRITE)

static char line[128];
static u32 n;

static u32 net(const char *name, u32 flags, u32 *fd) { return path_open(DEV, 0, name, length_of(name), 0, BOTH, 0, flags, fd); }

static const char *described(u32 fd) {
  char name[] = "self/net/0";
  name[9] = (char)('0' + fd);
  u32 file;
  OK(path_open(PROC, 0, name, sizeof name - 1, 0, R_READ, 0, 0, &file));
  vec v = {line, sizeof line - 1};
  OK(fd_read(file, &v, 1, &n));
  line[n] = 0;
  OK(fd_close(file));
  return line;
}

static u32 send_text(u32 fd, const char *text) {
  vec v = {text, length_of(text)};
  return fd_write(fd, &v, 1, &n);
}

static u32 get(u32 fd) {
  vec v = {line, sizeof line - 1};
  u32 error = fd_read(fd, &v, 1, &n);
  line[error ? 0 : n] = 0;
  return error;
}

static u32 due(u32 fd, u32 type, event *out) {
  subscription all[2] = {{1, type, {.fd = fd}}, {2, EVENT_CLOCK, {.clock = {MONOTONIC, 0, 0, 0}}}};
  event events[2];
  OK(poll_oneoff(all, events, 2, &n));
  for (u32 i = 0; i < n; i++) {
    if (events[i].userdata == 1) {
      *out = events[i];
      return 1;
    }
  }
  return 0;
}

START {
  u32 listener, client, server, fd;
  fdstat s;
  event e;
  EXPECT(CONNREFUSED, net("tcp/localhost/8000", 0, &fd));
  EXPECT(SUCCESS, net("tcp-listen/8000", NONBLOCK, &listener));
  OK(fd_fdstat_get(listener, &s));
  EQUAL(s.type, SOCKET_STREAM);
  EQUAL(s.flags, NONBLOCK);
  print(described(listener));
  EXPECT(ADDRINUSE, net("tcp-listen/8000", 0, &fd));
  EXPECT(AGAIN, sock_accept(listener, 0, &server));
  EQUAL(due(listener, EVENT_READ, &e), 0);
  EXPECT(SUCCESS, net("tcp/localhost/8000", 0, &client));
  EQUAL(due(listener, EVENT_READ, &e), 1);
  EXPECT(SUCCESS, sock_accept(listener, NONBLOCK, &server));
  OK(fd_fdstat_get(server, &s));
  EQUAL(s.type, SOCKET_STREAM);
  EQUAL(s.flags, NONBLOCK);
  EXPECT(AGAIN, get(server));
  EQUAL(due(server, EVENT_READ, &e), 0);
  EQUAL(due(server, EVENT_WRITE, &e), 1);
  EXPECT(SUCCESS, send_text(client, "GET /"));
  EQUAL(due(server, EVENT_READ, &e), 1);
  EQUAL(e.nbytes, 5);
  EXPECT(SUCCESS, get(server));
  print(line), print("\n");
  EXPECT(SUCCESS, sock_shutdown(client, 2));
  EXPECT(SUCCESS, get(server));
  EQUAL(n, 0);
  EXPECT(PIPE, send_text(client, "more"));
  EXPECT(SUCCESS, send_text(server, "200 OK"));
  OK(fd_close(server));
  EXPECT(SUCCESS, get(client));
  print(line), print("\n");
  EXPECT(SUCCESS, get(client));
  EQUAL(n, 0);
  OK(fd_close(client));

  // Every name of this host.
  static const char *hosts[] = {"tcp/127.0.0.1/8000", "tcp/127.1.2.3/8000", "tcp/::1/8000", "tcp/[::1]/8000",
                                "tcp/0.0.0.0/8000", "tcp/::/8000", "tcp//8000", "tcp/LocalHost/8000"};
  for (u32 i = 0; i < sizeof hosts / sizeof *hosts; i++) {
    OK(net(hosts[i], 0, &client));
    OK(sock_accept(listener, 0, &server));
    OK(fd_close(client));
    OK(fd_close(server));
  }

  // What goes with bytes that nobody read is reset.
  OK(net("tcp/localhost/8000", 0, &client));
  OK(sock_accept(listener, 0, &server));
  OK(send_text(client, "never read"));
  OK(fd_close(server));
  EXPECT(CONNRESET, get(client));
  OK(fd_close(client));

  EXPECT(NOENT, net("tcp/localhost/0", 0, &fd));
  EXPECT(NOENT, net("tcp/localhost/65536", 0, &fd));
  EXPECT(NOENT, net("tcp/localhost/080", 0, &fd));
  EXPECT(NOENT, net("tcp/localhost/http", 0, &fd));
  EXPECT(NOENT, net("tcp/no host/80", 0, &fd));
  EXPECT(NOENT, net("tcp-listen/65536", 0, &fd));
  EXPECT(NOENT, net("tcp-listen/localhost:80", 0, &fd));
  EXPECT(NOTCAPABLE, net("tcp/example.com/80", 0, &fd));
  EXPECT(NOTDIR, net("tcp/localhost/80/80", 0, &fd));
  // Every host is there already.
  EXPECT(EXIST, path_create_directory(DEV, P("tcp/new")));

  OK(fd_close(listener));
  EXPECT(CONNREFUSED, net("tcp/localhost/8000", 0, &fd));
  EXPECT(SUCCESS, net("tcp-listen/0", 0, &listener));
  OK(fd_close(listener));
}
