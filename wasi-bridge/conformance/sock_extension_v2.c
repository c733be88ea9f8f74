// Sockets as WasmEdge has them, in the types of its second version: sock_accept is preview 1's, addresses have their family.
#include "expect.h"

#define IMPORT(symbol, name, ...) \
  __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) u32 symbol(__VA_ARGS__)
typedef struct { const void *buf; u32 size; } address;
IMPORT(sock_open, sock_open, u32 family, u32 type, u32 *fd);
IMPORT(sock_bind, sock_bind, u32 fd, const address *a, u32 port);
IMPORT(sock_listen, sock_listen, u32 fd, u32 backlog);
IMPORT(sock_connect, sock_connect, u32 fd, const address *a, u32 port);
IMPORT(sock_getlocaladdr, sock_getlocaladdr, u32 fd, const address *a, u32 *port);
IMPORT(sock_getpeeraddr, sock_getpeeraddr, u32 fd, const address *a, u32 *port);

enum { INET4 = 1, STREAM = 2 };

START {
  u32 listener, client, server, port;
  u8 bytes[128] = {INET4, 0, 127, 0, 0, 1};
  address a = {bytes, 128};
  OK(sock_open(INET4, STREAM, &listener));
  OK(sock_bind(listener, &a, 0));
  OK(sock_listen(listener, 1));
  OK(sock_getlocaladdr(listener, &a, &port));
  TRUE(port >= 49152 && bytes[0] == INET4 && bytes[2] == 127);
  OK(sock_open(INET4, STREAM, &client));
  OK(sock_connect(client, &a, port));
  OK(sock_accept(listener, NONBLOCK, &server));
  fdstat s;
  OK(fd_fdstat_get(server, &s));
  EQUAL(s.flags, NONBLOCK);
  u32 peer;
  OK(sock_getpeeraddr(client, &a, &peer));
  EQUAL(peer, port);
  print("connected\n");
}
