/* What wasi-libc's <sys/socket.h> leaves out for preview 1; ../../sockets.c has it. */
#ifndef SAMOVAR_SYS_SOCKET_H
#define SAMOVAR_SYS_SOCKET_H

#include_next <sys/socket.h>

#define SOMAXCONN 128
#define SO_REUSEADDR 2
#define SO_ERROR 4
#define SO_BROADCAST 6
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_KEEPALIVE 9
#define SO_LINGER 13
#define SO_ACCEPTCONN 30

#define MSG_DONTWAIT 0x0040
#define MSG_NOSIGNAL 0x4000

int socket(int family, int type, int protocol);
int bind(int fd, const struct sockaddr *address, socklen_t size);
int listen(int fd, int backlog);
int connect(int fd, const struct sockaddr *address, socklen_t size);
int getsockname(int fd, struct sockaddr *address, socklen_t *size);
int getpeername(int fd, struct sockaddr *address, socklen_t *size);
ssize_t recvfrom(int fd, void *bytes, size_t size, int flags, struct sockaddr *address, socklen_t *address_size);
ssize_t sendto(int fd, const void *bytes, size_t size, int flags, const struct sockaddr *address, socklen_t address_size);
int setsockopt(int fd, int level, int name, const void *value, socklen_t size);

#endif
