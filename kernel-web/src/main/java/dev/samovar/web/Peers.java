package dev.samovar.web;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.fs.Pipes;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.net.Sockets;
import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Export;
import org.teavm.interop.Import;

/**
 * The kernel worker's own sockets: its ends of connections to programs, and listeners of its own. A handle is the
 * socket's address, good until {@link #close}. Bytes are copied by the script, once, out of the ring and into it. Nothing
 * here waits: {@code page.peer} says when there may be something to do. Where nothing else is said, a function answers 0
 * or a negative errno.
 */
final class Peers {
  /** The kind of watch that concerns a handle. */
  static final int WATCH_PEER = 65;
  /** The kind of watch that concerns a {@link Splice}. */
  static final int WATCH_SPLICE = 66;
  /** Who the owner of these sockets is. */
  private static final int KERNEL_PID = 1;
  /** {@link #available}: the other end has sent its last byte, and all was read. */
  static final int END = -1;

  private static final int BACKLOG = 128;

  private static final List<Integer> held = new ArrayList<>();

  private Peers() {}

  private static Sockets sockets() {
    return KernelWorker.kernel().sockets;
  }

  private static Pipes pipes() {
    return KernelWorker.kernel().pipes;
  }

  static void checkHeld(Ledger ledger) {
    for (int socket : held) {
      sockets().checkHeld(socket, ledger);
    }
  }

  /** Connects to a port of this OS. Answers a handle, or -ECONNREFUSED, -EAGAIN while too many wait at the listener, -ENOMEM. */
  @Export(name = "peer_connect")
  public static int connect(int port) {
    if (sockets().nextListening(port - 1) == port && sockets().foundOwner() == KERNEL_PID) {
      // One worker cannot be both ends: it would never hear of itself.
      return -Errno.ECONNREFUSED;
    }
    int socket = sockets().create(KERNEL_PID);
    if (socket == 0) {
      return -Errno.ENOMEM;
    }
    int error = sockets().connectFromOutside(socket, port);
    if (error != Errno.SUCCESS) {
      sockets().close(socket);
      return -error;
    }
    return hold(socket);
  }

  static int hold(int socket) {
    pipes().watchReading(sockets().receivePipe(socket), WATCH_PEER, socket);
    pipes().watchWriting(sockets().sendPipe(socket), WATCH_PEER, socket);
    held.add(socket);
    return socket;
  }

  /** Has both ways of a connection say {@code kind} and {@code subject} from now on. Look at it once after that. */
  static void watch(int handle, int kind, int subject) {
    int receive = sockets().receivePipe(handle);
    int send = sockets().sendPipe(handle);
    pipes().unwatch(receive);
    pipes().unwatch(send);
    pipes().watchReading(receive, kind, subject);
    pipes().watchWriting(send, kind, subject);
  }

  /** Bytes that were written, and the other end has not read yet. */
  static int unread(int handle) {
    int pipe = sockets().sendPipe(handle);
    return pipe == 0 ? 0 : pipes().available(pipe);
  }

  /** Listens on a port, 0 for a free one. Answers a handle, or -EADDRINUSE, -ENOMEM. */
  @Export(name = "peer_listen")
  public static int listen(int port) {
    int socket = sockets().create(KERNEL_PID);
    if (socket == 0) {
      return -Errno.ENOMEM;
    }
    sockets().watchAccepting(socket, WATCH_PEER, socket);
    int error = sockets().bind(socket, port);
    if (error == Errno.SUCCESS) {
      error = sockets().listen(socket, BACKLOG);
    }
    if (error != Errno.SUCCESS) {
      sockets().close(socket);
      return -error;
    }
    held.add(socket);
    return socket;
  }

  /** Takes the connection that has waited longest at a listener. Answers a handle, or -EAGAIN. */
  @Export(name = "peer_accept")
  public static int accept(int listener) {
    int socket = sockets().accept(listener, KERNEL_PID, true);
    return socket < 0 ? socket : hold(socket);
  }

  /** Gives a connection whose rings are full larger ones, up to so many bytes. */
  @Export(name = "peer_grow")
  public static void grow(int handle, int most) {
    for (int way = 0; way < 2; way++) {
      int pipe = way == 0 ? sockets().receivePipe(handle) : sockets().sendPipe(handle);
      if (pipe != 0 && pipes().room(pipe) == 0) {
        pipes().grow(pipe, most);
      }
    }
  }

  @Export(name = "peer_local_port")
  public static int localPort(int handle) {
    return sockets().localPort(handle);
  }

  /** The pid at the other end of a connection that was accepted. */
  @Export(name = "peer_owner")
  public static int owner(int handle) {
    return sockets().peerOwner(handle);
  }

  /** Bytes that can be read in one piece, 0 if there are none yet, {@link #END}, or -ECONNRESET. */
  @Export(name = "peer_available")
  public static int available(int handle) {
    int pipe = sockets().receivePipe(handle);
    // Read before looking into the ring: what was written before the end must not be missed.
    boolean open = pipes().hasWriters(pipe);
    int length = pipes().peekLength(pipe);
    if (length > 0 || open) {
      return length;
    }
    return pipes().wasReset(pipe) ? -Errno.ECONNRESET : END;
  }

  /** Bytes that can be read, in one piece or two. */
  @Export(name = "peer_total")
  public static int total(int handle) {
    return pipes().available(sockets().receivePipe(handle));
  }

  /** The address of the bytes to be read next. */
  @Export(name = "peer_address")
  public static int address(int handle) {
    return pipes().peek(sockets().receivePipe(handle));
  }

  /** Says that bytes have been read. */
  @Export(name = "peer_consume")
  public static void consume(int handle, int count) {
    pipes().consume(sockets().receivePipe(handle), count);
  }

  /** Bytes that can be written in one piece, 0 while there is no room, or -EPIPE once nobody reads any more. */
  @Export(name = "peer_room")
  public static int room(int handle) {
    int pipe = sockets().sendPipe(handle);
    return pipe == 0 || !pipes().hasReaders(pipe) ? -Errno.EPIPE : pipes().vacantLength(pipe);
  }

  /** Where the bytes go that are written next. */
  @Export(name = "peer_room_address")
  public static int roomAddress(int handle) {
    return pipes().vacant(sockets().sendPipe(handle));
  }

  /** Says that bytes have been written there. */
  @Export(name = "peer_commit")
  public static void commit(int handle, int count) {
    pipes().commit(sockets().sendPipe(handle), count);
  }

  /** Says that nothing more is written; what the other end sends can still be read. */
  @Export(name = "peer_shutdown")
  public static void shutdown(int handle) {
    int pipe = sockets().sendPipe(handle);
    if (pipe != 0) {
      pipes().unwatch(pipe);
      sockets().shutdown(handle, Sockets.SHUT_WRITE);
    }
  }

  /** Closes a connection, which is reset if something was sent that was not read, or a listener. */
  @Export(name = "peer_close")
  public static void close(int handle) {
    held.remove(Integer.valueOf(handle));
    if (sockets().state(handle) == Sockets.LISTENING) {
      sockets().unwatchAccepting(handle);
    } else {
      pipes().unwatch(sockets().receivePipe(handle));
      if (sockets().sendPipe(handle) != 0) {
        pipes().unwatch(sockets().sendPipe(handle));
      }
    }
    sockets().close(handle);
  }

  /** Closes a connection so that the other end finds ECONNRESET. */
  @Export(name = "peer_reset")
  public static void reset(int handle) {
    if (sockets().sendPipe(handle) != 0) {
      pipes().reset(sockets().sendPipe(handle));
    }
    close(handle);
  }

  /** Something happened at a handle: bytes came, there is room, the other end has gone, or a connection waits. */
  @Import(module = "page", name = "peer")
  static native void pagePeer(int handle);
}
