// What is no socket, and what is not there at all.
#include "expect.h"

START {
  u32 f = make("f"), n;
  char c;
  vec v = {&c, 1};
  u16 flags;
  EXPECT(NOTSOCK, sock_shutdown(1, 1));
  EXPECT(NOTSOCK, sock_shutdown(f, 3));
  EXPECT(NOTSOCK, sock_shutdown(ROOT, 1));
  EXPECT(BADF, sock_shutdown(99, 1));
  EXPECT(NOTSOCK, sock_accept(f, 0, &n));
  EXPECT(BADF, sock_accept(99, 0, &n));
  EXPECT(NOTSOCK, sock_recv(0, &v, 1, 0, &n, &flags));
  EXPECT(BADF, sock_recv(99, &v, 1, 0, &n, &flags));
  EXPECT(NOTSOCK, sock_send(1, &v, 1, 0, &n));
  EXPECT(BADF, sock_send(99, &v, 1, 0, &n));
}
