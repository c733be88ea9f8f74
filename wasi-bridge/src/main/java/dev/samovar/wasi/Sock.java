package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.net.Sockets;

/** {@code sock_*} of preview 1: what can be done with a socket that a process was given. */
public final class Sock {
  /** {@code riflags}: leave what is received there; wait until the buffers are full. */
  private static final int PEEK = 1;
  private static final int WAIT_ALL = 2;

  private final Kernel kernel;
  private final Call call;
  private final GuestMemory guest;
  private final OpenFiles files;
  private final Sockets sockets;

  Sock(Kernel kernel, Call call) {
    this.kernel = kernel;
    this.call = call;
    guest = kernel.guest;
    files = kernel.openFiles;
    sockets = kernel.sockets;
  }

  /** 0 if the descriptor is a socket that may be used for {@code rights}, or EBADF, ENOTSOCK, ENOTCAPABLE. */
  int check(int file, long rights) {
    if (file != 0 && files.kind(file) != OpenFiles.SOCKET) {
      return Errno.ENOTSOCK;
    }
    return call.check(file, rights);
  }

  boolean isNonBlocking(int file) {
    return (files.flags(file) & OpenFiles.NONBLOCK) != 0;
  }

  /**
   * Accepts a connection and writes its descriptor.
   *
   * @param flags fdflags of the new descriptor; only NONBLOCK makes sense
   */
  public int accept(int fd, int flags, int result) {
    int file = call.file(fd);
    int error = check(file, Rights.SOCK_ACCEPT);
    if (error != Errno.SUCCESS) {
      return error;
    }
    if ((flags & ~OpenFiles.NONBLOCK) != 0) {
      return Errno.EINVAL;
    }
    if (!guest.contains(result, 4)) {
      return Errno.EFAULT;
    }
    int process = kernel.process.threads.process();
    int socket = sockets.accept(files.target(file), kernel.process.processes.pid(process), isNonBlocking(file));
    if (socket < 0) {
      return -socket;
    }
    int connection = files.ofSocket(socket, flags, files.inheriting(file));
    if (connection == 0) {
      return Errno.ENOMEM;
    }
    int opened = kernel.process.descriptors.add(process, connection);
    return opened < 0 ? -opened : putInt(result, opened);
  }

  private int putInt(int pointer, int value) {
    return guest.putInt(pointer, value) ? Errno.SUCCESS : Errno.EFAULT;
  }

  /** Receives and writes how many bytes came, and {@code roflags}, which are always 0. */
  public int receive(int fd, int vectors, int count, int flags, int received, int resultFlags) {
    int file = call.file(fd);
    int error = check(file, Rights.FD_READ);
    if (error != Errno.SUCCESS) {
      return error;
    }
    if ((flags & ~(PEEK | WAIT_ALL)) != 0) {
      return Errno.EINVAL;
    }
    int total = call.copyVectors(vectors, count);
    if (total < 0 || !guest.contains(received, 4) || !guest.contains(resultFlags, 2)) {
      return total < 0 ? -total : Errno.EFAULT;
    }
    int socket = files.target(file);
    int n = (flags & PEEK) != 0 ? sockets.peek(socket, call.vectors(), total, isNonBlocking(file))
        : sockets.receive(socket, call.vectors(), total, isNonBlocking(file));
    if (flags == WAIT_ALL && n > 0 && n < total && !isNonBlocking(file)) {
      n += receiveRest(socket, n, total - n);
    }
    if (n < 0) {
      return -n;
    }
    guest.putByte(resultFlags, 0);
    guest.putByte(resultFlags + 1, 0);
    return putInt(received, n);
  }

  /** Receives the {@code left} bytes that follow {@code done}, or until no more come. Answers how many came. */
  private int receiveRest(int socket, int done, int left) {
    int vectors = call.vectors();
    int n = done;
    int all = 0;
    while (n > 0 && all < left) {
      vectors = call.vectorsAfter(vectors, n);
      n = sockets.receive(socket, vectors, left - all, false);
      all += Math.max(n, 0);
    }
    return all;
  }

  /** Sends and writes how many bytes went. */
  public int send(int fd, int vectors, int count, int flags, int sent) {
    int file = call.file(fd);
    int error = check(file, Rights.FD_WRITE);
    if (error != Errno.SUCCESS) {
      return error;
    }
    if (flags != 0) {
      return Errno.EINVAL;
    }
    int total = call.copyVectors(vectors, count);
    if (total < 0 || !guest.contains(sent, 4)) {
      return total < 0 ? -total : Errno.EFAULT;
    }
    int n = sockets.send(files.target(file), call.vectors(), total, isNonBlocking(file));
    return n < 0 ? -n : putInt(sent, n);
  }

  /** Shuts one way or both: {@code sdflags}, RD 1 and WR 2. */
  public int shutdown(int fd, int how) {
    int file = call.file(fd);
    int error = check(file, Rights.SOCK_SHUTDOWN);
    return error != Errno.SUCCESS ? error : sockets.shutdown(files.target(file), how);
  }
}
