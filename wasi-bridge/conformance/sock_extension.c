// Sockets as WasmEdge has them, in the types of its first version: sock_accept without flags, addresses with their type.
#include "expect.h"

#define IMPORT(symbol, name, ...) \
  __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) u32 symbol(__VA_ARGS__)
typedef struct { const void *buf; u32 size; } address;
typedef struct { u16 flags; u8 family, type, protocol; u32 length; void *address; char *name; u32 name_length; void *next; } info;
typedef struct { u8 family; u32 length; u8 *data; } sockaddr;
_Static_assert(sizeof(info) == 28 && sizeof(sockaddr) == 12, "layouts of WasmEdge");
IMPORT(sock_open, sock_open, u32 family, u32 type, u32 *fd);
IMPORT(sock_bind, sock_bind, u32 fd, const address *a, u32 port);
IMPORT(sock_listen, sock_listen, u32 fd, u32 backlog);
IMPORT(sock_connect, sock_connect, u32 fd, const address *a, u32 port);
IMPORT(sock_accept_1, sock_accept, u32 fd, u32 *result);
IMPORT(sock_getaddrinfo, sock_getaddrinfo, const char *node, u32 n, const char *service, u32 s, const info *hints, info **list, u32 most,
       u32 *count);
IMPORT(sock_getlocaladdr, sock_getlocaladdr, u32 fd, const address *a, u32 *type, u32 *port);
IMPORT(sock_getpeeraddr, sock_getpeeraddr, u32 fd, const address *a, u32 *type, u32 *port);
IMPORT(sock_getsockopt, sock_getsockopt, u32 fd, u32 level, u32 name, void *value, u32 *size);
IMPORT(sock_setsockopt, sock_setsockopt, u32 fd, u32 level, u32 name, const void *value, u32 size);
IMPORT(sock_recv_from, sock_recv_from, u32 fd, const vec *v, u32 count, const address *a, u32 flags, u32 *port, u32 *n, u16 *out);
IMPORT(sock_send_to, sock_send_to, u32 fd, const vec *v, u32 count, const address *a, u32 port, u32 flags, u32 *n);

enum { ALREADY = 7, INPROGRESS = 26 };
enum { INET4 = 1, INET6 = 2, DGRAM = 1, STREAM = 2 };

START {
  u32 listener, client, server, fd, type, port, n, value, size = 4;
  u16 out;
  u8 bytes[128];
  address local = {(u8[]){127, 0, 0, 1}, 4}, any = {(u8[16]){0}, 16}, room = {bytes, 16}, elsewhere = {(u8[]){192, 0, 2, 1}, 4};
  EXPECT(NOTSUP, sock_open(INET4, DGRAM, &fd));
  EXPECT(INVAL, sock_open(INET4, 7, &fd));
  EXPECT(FAULT, sock_open(INET4, STREAM, NOWHERE));
  EXPECT(SUCCESS, sock_open(INET6, STREAM, &listener));
  EXPECT(SUCCESS, sock_setsockopt(listener, 0, 0, &(u32){1}, 4));
  EXPECT(SUCCESS, sock_getsockopt(listener, 0, 0, &value, &size));
  EQUAL(value, 1);
  EXPECT(FAULT, sock_bind(listener, NOWHERE, 8000));
  EXPECT(INVAL, sock_bind(listener, &(address){bytes, 5}, 8000));
  EXPECT(SUCCESS, sock_bind(listener, &any, 8000));
  EXPECT(INVAL, sock_bind(listener, &any, 8001));
  EXPECT(SUCCESS, sock_listen(listener, 10));
  EXPECT(SUCCESS, sock_getsockopt(listener, 0, 13, &value, &size));
  EQUAL(value, 1);

  EXPECT(SUCCESS, sock_open(INET4, STREAM, &client));
  EXPECT(SUCCESS, sock_connect(client, &local, 8000));
  EXPECT(SUCCESS, sock_accept_1(listener, &server));
  EXPECT(SUCCESS, sock_getpeeraddr(client, &room, &type, &port));
  EQUAL(type, 4);
  EQUAL(port, 8000);
  TRUE(same(bytes, local.buf, 4));
  EXPECT(SUCCESS, sock_getlocaladdr(client, &room, &type, &port));
  TRUE(port >= 49152);
  u32 ephemeral = port;
  EXPECT(SUCCESS, sock_send_to(client, &(vec){"tea", 3}, 1, &local, 9, 0, &n));
  EQUAL(n, 3);
  char got[8];
  EXPECT(SUCCESS, sock_recv_from(server, &(vec){got, 8}, 1, &(address){bytes, 128}, 0, &port, &n, &out));
  EQUAL(n, 3);
  EQUAL(port, ephemeral);
  TRUE(same(got, "tea", 3) && bytes[0] == INET4 && bytes[1] == 0 && same(bytes + 2, local.buf, 4));
  EXPECT(SUCCESS, sock_getsockopt(client, 0, 2, &value, &size));
  EQUAL(value, 0);
  EXPECT(SUCCESS, sock_getsockopt(client, 0, 1, &value, &size));
  EQUAL(value, STREAM);
  EXPECT(NOPROTOOPT, sock_setsockopt(client, 0, 11, &(u64[2]){1, 0}, 16));
  EXPECT(SUCCESS, sock_setsockopt(client, 6, 1, &(u32){1}, 4));
  OK(fd_close(client));
  OK(fd_close(server));

  // A full queue: who does not wait is told by poll when there is room.
  u32 later;
  EXPECT(SUCCESS, sock_listen(listener, 1));
  EXPECT(SUCCESS, sock_open(INET4, STREAM, &client));
  EXPECT(SUCCESS, sock_connect(client, &local, 8000));
  EXPECT(SUCCESS, sock_open(INET4, STREAM, &later));
  OK(fd_fdstat_set_flags(later, NONBLOCK));
  EXPECT(INPROGRESS, sock_connect(later, &local, 8000));
  EXPECT(ALREADY, sock_connect(later, &local, 8000));
  EXPECT(NOTCONN, sock_getpeeraddr(later, &room, &type, &port));
  subscription both[2] = {{1, EVENT_WRITE, {.fd = later}}, {2, EVENT_CLOCK, {.clock = {MONOTONIC, 1000000, 0, 0}}}};
  event happened[2];
  OK(poll_oneoff(both, happened, 2, &n));
  TRUE(n == 1 && happened[0].userdata == 2);
  EXPECT(SUCCESS, sock_accept_1(listener, &server));
  OK(fd_close(server));
  OK(poll_oneoff(both, happened, 1, &n));
  TRUE(n == 1 && happened[0].userdata == 1 && happened[0].error == SUCCESS);
  EXPECT(SUCCESS, sock_getsockopt(later, 0, 2, &value, &size));
  EQUAL(value, 0);
  EXPECT(SUCCESS, sock_getpeeraddr(later, &room, &type, &port));
  OK(fd_close(client));
  OK(fd_close(later));

  EXPECT(SUCCESS, sock_open(INET4, STREAM, &client));
  EXPECT(CONNREFUSED, sock_connect(client, &local, 8001));
  EXPECT(NOTCAPABLE, sock_connect(client, &elsewhere, 80));
  EXPECT(NOTCONN, sock_getpeeraddr(client, &room, &type, &port));
  OK(fd_close(client));
  EXPECT(NOTSOCK, sock_connect(1, &local, 8000));
  EXPECT(BADF, sock_bind(99, &local, 8000));

  u8 data[26];
  sockaddr found = {0, 14, data};
  info result = {.address = &found}, hints = {0}, *list = &result;
  EXPECT(SUCCESS, sock_getaddrinfo("localhost", 10, "8000", 5, &hints, &list, 1, &n));
  EQUAL(n, 1);
  EQUAL(result.family, INET4);
  EQUAL(found.family, INET4);
  TRUE(data[0] == 8000 >> 8 && data[1] == (8000 & 255) && same(data + 2, local.buf, 4));
  EXPECT(FAULT, sock_getaddrinfo("localhost", 10, "8000", 5, &hints, NOWHERE, 1, &n));
  EQUAL(sock_getaddrinfo("example.com", 12, "80", 3, &hints, &list, 1, &n), 84);
}
