package dev.samovar.wasi;

import dev.samovar.kernel.Errno;

/**
 * {@code sock_*}. No descriptor stands for a socket yet: each is answered as POSIX answers for one that does not,
 * EBADF or ENOTSOCK.
 */
public final class Sock {
  private final Call call;

  Sock(Call call) {
    this.call = call;
  }

  public int accept(int fd) {
    return refuse(fd);
  }

  public int receive(int fd) {
    return refuse(fd);
  }

  public int send(int fd) {
    return refuse(fd);
  }

  public int shutdown(int fd) {
    return refuse(fd);
  }

  private int refuse(int fd) {
    return call.file(fd) == 0 ? Errno.EBADF : Errno.ENOTSOCK;
  }
}
