/* POSIX sockets over WasmEdge's extension of preview 1, which needs no file to be granted.
 *
 * There is one host, 127.0.0.1. Another host is known by its name only: each name gets an address of 198.18.0.0/15, which
 * is nobody's (RFC 2544), for as long as the process lives; a connection there is made to the name, by /dev/tcp/HOST/PORT,
 * and the descriptor becomes that of the connection. A listener that the process was started with becomes that of who binds its
 * port, by /dev/tcp-listen/PORT. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <wasi/api.h>

int __wasilibc_fd_renumber(int fd, int onto);

/* --- names ---------------------------------------------------------------------------------------------------------- */

enum { NAMES = 4096 };                    /* that many other hosts a process can know */
static char *names[NAMES];
static const uint32_t first_name = 198u << 24 | 18u << 16 | 1;

static int is_this_host(const char *name) {
  return !strcasecmp(name, "localhost") || !strcmp(name, "::1") || !strcmp(name, "ip6-localhost");
}

/* The address by which this process knows a host, or 0 if there are too many. */
static uint32_t address_of(const char *name) {
  for (int i = 0; i < NAMES; i++) {
    if (!names[i] && !(names[i] = strdup(name))) return 0;
    if (!strcasecmp(names[i], name)) return first_name + i;
  }
  return 0;
}

static const char *name_of(uint32_t address) {
  uint32_t i = address - first_name;
  return i < NAMES ? names[i] : NULL;
}

static int fail(int error) {
  errno = error;
  return -1;
}

/* --- the extension, in the types of its second version --------------------------------------------------------------- */

struct kernel_address { uint8_t *bytes; uint32_t size; };

#define IMPORT(name, ...) \
  __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) int kernel_##name(__VA_ARGS__)
IMPORT(sock_open, int family, int type, int *fd);
IMPORT(sock_bind, int fd, const struct kernel_address *address, int port);
IMPORT(sock_listen, int fd, int backlog);
IMPORT(sock_connect, int fd, const struct kernel_address *address, int port);
IMPORT(sock_getlocaladdr, int fd, struct kernel_address *address, int *port);
IMPORT(sock_getpeeraddr, int fd, struct kernel_address *address, int *port);
IMPORT(sock_getsockopt, int fd, int level, int name, int *value, int *size);
IMPORT(sock_setsockopt, int fd, int level, int name, const int *value, int size);

enum { KERNEL_INET4 = 1, KERNEL_STREAM = 2 };
enum { KERNEL_SOL_SOCKET = 0, KERNEL_SO_REUSEADDR = 0, KERNEL_SO_ERROR = 2, KERNEL_SO_ACCEPTCONN = 13 };

static int kernel_option(int fd, int name) {
  int value, size = sizeof value;
  return kernel_sock_getsockopt(fd, KERNEL_SOL_SOCKET, name, &value, &size) ? 0 : value;
}

enum side { LOCAL, PEER };

/* The port of a socket's side, 0 if it has none. */
static int port_of(int fd, enum side side) {
  uint8_t bytes[4];
  struct kernel_address address = { bytes, sizeof bytes };
  int port;
  return (side == LOCAL ? kernel_sock_getlocaladdr : kernel_sock_getpeeraddr)(fd, &address, &port) ? 0 : port;
}

/* --- sockets -------------------------------------------------------------------------------------------------------- */

/* Whether a descriptor is of a socket: -1 and the error if not, 0 if it is neither bound nor connected so far, else 1. */
static int kind(int fd) {
  __wasi_fdstat_t status;
  int error = __wasi_fd_fdstat_get(fd, &status);
  if (error) return fail(error);
  return status.fs_filetype == __WASI_FILETYPE_SOCKET_STREAM ? port_of(fd, LOCAL) != 0 : fail(ENOTSOCK);
}

int socket(int family, int type, int protocol) {
  int flags = type & (SOCK_NONBLOCK | SOCK_CLOEXEC);
  type &= ~flags;
  if (family != AF_INET) return fail(EAFNOSUPPORT);
  if (type != SOCK_STREAM || (protocol != 0 && protocol != IPPROTO_TCP)) return fail(EPROTONOSUPPORT);
  int fd, error = kernel_sock_open(KERNEL_INET4, KERNEL_STREAM, &fd);
  if (!error && flags & SOCK_NONBLOCK) error = __wasi_fd_fdstat_set_flags(fd, __WASI_FDFLAGS_NONBLOCK);
  return error ? fail(error) : fd;
}

/* Takes a POSIX address apart: network order in, host order out. */
static int take(const struct sockaddr *from, socklen_t size, uint32_t *host, int *port) {
  const struct sockaddr_in *in = (const void *) from;
  if (size < sizeof *in) return EINVAL;
  if (in->sin_family != AF_INET) return EAFNOSUPPORT;
  *host = ntohl(in->sin_addr.s_addr);
  *port = ntohs(in->sin_port);
  return 0;
}

static void give(struct sockaddr *to, socklen_t *size, uint32_t host, int port) {
  struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(host) };
  if (!to || !size) return;
  memcpy(to, &in, *size < sizeof in ? *size : sizeof in);
  *size = sizeof in;
}

/* The socket by this name takes the number of a descriptor, which keeps its mode. */
static int become(int fd, const char *path) {
  int flags = fcntl(fd, F_GETFL);
  int named = flags < 0 ? -1 : open(path, O_RDWR | (flags & O_NONBLOCK));
  if (named < 0) return errno == ENOENT ? fail(EHOSTUNREACH) : -1;
  if (__wasilibc_fd_renumber(named, fd) == 0) return 0;
  int error = errno;
  close(named);
  return fail(error);
}

/* Whether the process was started with a listener at a port: LISTEN_FDNAMES has their ports, with colons between. */
static int is_inherited(int port) {
  const char *names = getenv("LISTEN_FDNAMES");
  while (names) {
    if (strtol(names, NULL, 10) == port) return 1;
    names = strchr(names, ':');
    if (names) names++;
  }
  return 0;
}

static struct kernel_address this_host = { (uint8_t[]) { 127, 0, 0, 1 }, 4 };

int bind(int fd, const struct sockaddr *address, socklen_t size) {
  uint32_t host;
  int port, error = take(address, size, &host, &port);
  if (error) return fail(error);
  int is = kind(fd);
  if (is) return is < 0 ? -1 : fail(EINVAL);
  if (host != INADDR_ANY && host >> 24 != 127) return fail(EADDRNOTAVAIL);
  if (port && is_inherited(port)) {
    char path[32];
    snprintf(path, sizeof path, "/dev/tcp-listen/%d", port);
    return become(fd, path);
  }
  error = kernel_sock_bind(fd, &this_host, port);
  return error ? fail(error) : 0;
}

/* As many wait as on Linux, which is one more than was asked for: there are programs that count on it. */
int listen(int fd, int backlog) {
  int error = kernel_sock_listen(fd, backlog + 1);
  return error ? fail(error == EISCONN ? EINVAL : error) : 0;
}

int connect(int fd, const struct sockaddr *address, socklen_t size) {
  uint32_t host;
  int port, error = take(address, size, &host, &port);
  if (error) return fail(error);
  int is = kind(fd);
  if (is < 0) return -1;
  if (host >> 24 == 127 || host == INADDR_ANY) {
    error = kernel_sock_connect(fd, &this_host, port);
    return error ? fail(error) : 0;
  }
  if (is) return fail(port_of(fd, PEER) ? EISCONN : EALREADY);
  struct in_addr in = { htonl(host) };
  char text[16], path[300];
  const char *name = name_of(host) ? name_of(host) : inet_ntop(AF_INET, &in, text, sizeof text);
  if (snprintf(path, sizeof path, "/dev/tcp/%s/%d", name, port) >= (int) sizeof path) return fail(ENAMETOOLONG);
  if (become(fd, path) < 0) return -1;
  /* Without waiting, poll tells when it is there, or has failed. */
  return port_of(fd, PEER) ? 0 : fail(EINPROGRESS);
}

int getsockname(int fd, struct sockaddr *address, socklen_t *size) {
  int is = kind(fd);
  if (is < 0) return -1;
  give(address, size, is ? INADDR_LOOPBACK : INADDR_ANY, is ? port_of(fd, LOCAL) : 0);
  return 0;
}

int getpeername(int fd, struct sockaddr *address, socklen_t *size) {
  int is = kind(fd), port = is > 0 ? port_of(fd, PEER) : 0;
  if (is < 0) return -1;
  if (!port) return fail(ENOTCONN);
  give(address, size, INADDR_LOOPBACK, port);
  return 0;
}

int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags) {
  __wasi_fd_t connection;
  int error = __wasi_sock_accept(fd, flags & SOCK_NONBLOCK ? __WASI_FDFLAGS_NONBLOCK : 0, &connection);
  if (error) return fail(error);
  if (address && size) give(address, size, INADDR_LOOPBACK, port_of(connection, PEER));
  return connection;
}

int accept(int fd, struct sockaddr *address, socklen_t *size) {
  return accept4(fd, address, size, 0);
}

/* Lets one call not wait. Answers the modes to set back, -1 if there is nothing to set back. */
static int without_waiting(int fd, int flags) {
  __wasi_fdstat_t status;
  if (!(flags & MSG_DONTWAIT) || __wasi_fd_fdstat_get(fd, &status) || status.fs_flags & __WASI_FDFLAGS_NONBLOCK) return -1;
  __wasi_fd_fdstat_set_flags(fd, status.fs_flags | __WASI_FDFLAGS_NONBLOCK);
  return status.fs_flags;
}

static ssize_t after(int fd, int modes, int error, size_t count) {
  if (modes >= 0) __wasi_fd_fdstat_set_flags(fd, modes);
  return error ? fail(error) : (ssize_t) count;
}

ssize_t recv(int fd, void *bytes, size_t size, int flags) {
  if (flags & ~(MSG_PEEK | MSG_WAITALL | MSG_DONTWAIT | MSG_NOSIGNAL)) return fail(EOPNOTSUPP);
  __wasi_iovec_t piece = { bytes, size };
  size_t count = 0;
  __wasi_roflags_t more;
  int modes = without_waiting(fd, flags);
  int error = __wasi_sock_recv(fd, &piece, 1, (flags & MSG_PEEK ? __WASI_RIFLAGS_RECV_PEEK : 0)
      | (flags & MSG_WAITALL ? __WASI_RIFLAGS_RECV_WAITALL : 0), &count, &more);
  return after(fd, modes, error, count);
}

ssize_t send(int fd, const void *bytes, size_t size, int flags) {
  if (flags & ~(MSG_DONTWAIT | MSG_NOSIGNAL)) return fail(EOPNOTSUPP);
  __wasi_ciovec_t piece = { bytes, size };
  size_t count = 0;
  int modes = without_waiting(fd, flags);
  int error = __wasi_sock_send(fd, &piece, 1, 0, &count);
  return after(fd, modes, error, count);
}

ssize_t recvfrom(int fd, void *bytes, size_t size, int flags, struct sockaddr *address, socklen_t *address_size) {
  ssize_t count = recv(fd, bytes, size, flags);
  if (count >= 0 && address && address_size) *address_size = 0;         /* a stream's peer is no news */
  return count;
}

ssize_t sendto(int fd, const void *bytes, size_t size, int flags, const struct sockaddr *address, socklen_t address_size) {
  return address && address_size ? fail(EISCONN) : send(fd, bytes, size, flags);
}

/* --- options -------------------------------------------------------------------------------------------------------- */

/* Ports are free as soon as their socket is closed, nothing waits for more before it is sent, and no line can fall silent:
 * what the options ask for is so, whatever they are set to. */
int setsockopt(int fd, int level, int name, const void *value, socklen_t size) {
  if (kind(fd) < 0) return -1;
  if (level != SOL_SOCKET && level != IPPROTO_TCP) return fail(ENOPROTOOPT);
  if (level == SOL_SOCKET && name == SO_REUSEADDR && size >= sizeof(int)) {      /* there are programs that look at it */
    int error = kernel_sock_setsockopt(fd, KERNEL_SOL_SOCKET, KERNEL_SO_REUSEADDR, value, sizeof(int));
    if (error) return fail(error);
  }
  return 0;
}

static int option(int fd, int level, int name) {
  if (level == IPPROTO_TCP) return name == TCP_NODELAY;
  switch (name) {
    case SO_TYPE: return SOCK_STREAM;
    case SO_REUSEADDR: return kernel_option(fd, KERNEL_SO_REUSEADDR);
    case SO_SNDBUF: case SO_RCVBUF: return 65536;
    case SO_ACCEPTCONN: return kernel_option(fd, KERNEL_SO_ACCEPTCONN);
    case SO_ERROR: return kernel_option(fd, KERNEL_SO_ERROR);
    default: return 0;
  }
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *size) {
  if (kind(fd) < 0) return -1;
  if ((level != SOL_SOCKET && level != IPPROTO_TCP) || *size < sizeof(int)) return fail(ENOPROTOOPT);
  *(int *) value = option(fd, level, name);
  *size = sizeof(int);
  return 0;
}

/* --- resolving ------------------------------------------------------------------------------------------------------ */

int h_errno;

static const struct { const char *name; int port; } services[] = {
  { "ftp", 21 }, { "ssh", 22 }, { "telnet", 23 }, { "smtp", 25 }, { "domain", 53 }, { "http", 80 }, { "pop3", 110 },
  { "imap", 143 }, { "https", 443 }, { "http-alt", 8080 },
};
enum { SERVICES = sizeof services / sizeof *services };

static int find_port(const char *service, int numeric, int *port) {
  if (!service || !*service) return *port = 0;
  char *end;
  long number = strtol(service, &end, 10);
  if (!*end) {
    *port = number & 0xffff;
    return 0;
  }
  for (int i = 0; !numeric && i < SERVICES; i++) {
    if (!strcasecmp(services[i].name, service)) {
      *port = services[i].port;
      return 0;
    }
  }
  return numeric ? EAI_NONAME : EAI_SERVICE;
}

static int find_host(const char *node, int flags, uint32_t *host) {
  struct in_addr literal;
  if (!node) *host = flags & AI_PASSIVE ? INADDR_ANY : INADDR_LOOPBACK;
  else if (inet_aton(node, &literal)) *host = ntohl(literal.s_addr);
  else if (!strcmp(node, "::")) *host = INADDR_ANY;
  else if (is_this_host(node)) *host = INADDR_LOOPBACK;
  else if (flags & AI_NUMERICHOST) return EAI_NONAME;
  else if (!*node || strlen(node) > 253 || node[strcspn(node, "/ \t\r\n")]) return EAI_NONAME;
  else if (!(*host = address_of(node))) return EAI_MEMORY;
  return 0;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  static const struct addrinfo any;
  if (!hints) hints = &any;
  if (!node && !service) return EAI_NONAME;
  if (hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET) return EAI_FAMILY;
  int type = hints->ai_socktype ? hints->ai_socktype : SOCK_STREAM;
  uint32_t host;
  int port, error;
  if ((error = find_port(service, hints->ai_flags & AI_NUMERICSERV, &port))) return error;
  if ((error = find_host(node, hints->ai_flags, &host))) return error;
  struct { struct addrinfo info; struct sockaddr_in address; } *answer = calloc(1, sizeof *answer);
  if (!answer) return EAI_MEMORY;
  socklen_t size = sizeof answer->address;
  give((struct sockaddr *) &answer->address, &size, host, port);
  answer->info = (struct addrinfo) {
    .ai_family = AF_INET, .ai_socktype = type, .ai_protocol = type == SOCK_DGRAM ? IPPROTO_UDP : IPPROTO_TCP,
    .ai_addrlen = size, .ai_addr = (struct sockaddr *) &answer->address,
  };
  if (hints->ai_flags & AI_CANONNAME && !(answer->info.ai_canonname = strdup(node ? node : "localhost"))) {
    free(answer);
    return EAI_MEMORY;
  }
  *found = &answer->info;
  return 0;
}

void freeaddrinfo(struct addrinfo *found) {
  free(found->ai_canonname);
  free(found);
}

const char *gai_strerror(int error) {
  switch (error) {
    case EAI_NONAME: return "Name or service not known";
    case EAI_FAMILY: return "ai_family not supported";
    case EAI_SERVICE: return "Servname not supported for ai_socktype";
    case EAI_MEMORY: return "Memory allocation failure";
    case EAI_OVERFLOW: return "Argument buffer overflow";
    default: return "Name resolution failed";
  }
}

static const char *host_name(uint32_t host) {
  return host >> 24 == 127 ? "localhost" : name_of(host);
}

int getnameinfo(const struct sockaddr *address, socklen_t size, char *host, socklen_t host_size, char *service,
                socklen_t service_size, int flags) {
  uint32_t number;
  int port;
  if (take(address, size, &number, &port)) return EAI_FAMILY;
  if (host && host_size) {
    const char *name = flags & NI_NUMERICHOST ? NULL : host_name(number);
    if (!name && flags & NI_NAMEREQD) return EAI_NONAME;
    struct in_addr in = { htonl(number) };
    char text[16];
    if (!name) name = inet_ntop(AF_INET, &in, text, sizeof text);
    if (strlen(name) >= host_size) return EAI_OVERFLOW;
    strcpy(host, name);
  }
  if (service && service_size) {
    struct servent *known = flags & NI_NUMERICSERV ? NULL : getservbyport(htons(port), NULL);
    int length = known ? snprintf(service, service_size, "%s", known->s_name) : snprintf(service, service_size, "%d", port);
    if (length >= (int) service_size) return EAI_OVERFLOW;
  }
  return 0;
}

static struct hostent *entry(const char *name, uint32_t host) {
  static char *none[1], *addresses[2], text[256];
  static uint32_t number;
  static struct hostent answer = { .h_name = text, .h_aliases = none, .h_addrtype = AF_INET, .h_length = 4, .h_addr_list = addresses };
  number = htonl(host);
  addresses[0] = (char *) &number;
  snprintf(text, sizeof text, "%s", name);
  return &answer;
}

struct hostent *gethostbyname(const char *name) {
  uint32_t host;
  if (!find_host(name, 0, &host)) return entry(name, host);
  h_errno = EAI_NONAME;
  return NULL;
}

struct hostent *gethostbyaddr(const void *address, socklen_t size, int family) {
  uint32_t host = 0;
  const char *name = NULL;
  if (family == AF_INET && size == 4) {
    memcpy(&host, address, 4);
    host = ntohl(host);
    name = host == INADDR_ANY ? "localhost" : host_name(host);
  }
  if (name) return entry(name, host);
  h_errno = EAI_NONAME;
  return NULL;
}

const char *hstrerror(int error) {
  return gai_strerror(error);
}

static struct servent *service(int i) {
  static char *none[1];
  static struct servent answer = { .s_aliases = none, .s_proto = "tcp" };
  answer.s_name = (char *) services[i].name;
  answer.s_port = htons(services[i].port);
  return &answer;
}

struct servent *getservbyname(const char *name, const char *protocol) {
  for (int i = 0; i < SERVICES; i++) {
    if (!strcmp(services[i].name, name) && (!protocol || !strcmp(protocol, "tcp"))) return service(i);
  }
  return NULL;
}

struct servent *getservbyport(int port, const char *protocol) {
  for (int i = 0; i < SERVICES; i++) {
    if (services[i].port == ntohs(port) && (!protocol || !strcmp(protocol, "tcp"))) return service(i);
  }
  return NULL;
}

int gethostname(char *name, size_t size) {
  static const char host[] = "localhost";
  if (size < sizeof host) return fail(ENAMETOOLONG);
  memcpy(name, host, sizeof host);
  return 0;
}
