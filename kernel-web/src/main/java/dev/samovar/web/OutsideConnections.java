package dev.samovar.web;

import dev.samovar.kernel.net.Outside;
import org.teavm.interop.Export;
import org.teavm.interop.Import;

/**
 * Connections to other hosts that programs ask for. Each request is answered once, by {@link #grant} or {@link #refuse},
 * also if it was abandoned; then it is gone.
 */
final class OutsideConnections {
  private OutsideConnections() {}

  private static Outside outside() {
    return KernelWorker.kernel().sockets.outside();
  }

  /** Stages the host's name. Answers its bytes. */
  @Export(name = "outside_host")
  public static int host(int request) {
    return Programs.stageText(outside().host(request));
  }

  @Export(name = "outside_port")
  public static int port(int request) {
    return outside().port(request);
  }

  /** The pid that asks. */
  @Export(name = "outside_owner")
  public static int owner(int request) {
    return outside().owner(request);
  }

  /** Whether nobody waits any more: 1 or 0. */
  @Export(name = "outside_abandoned")
  public static int isAbandoned(int request) {
    return outside().isAbandoned(request) ? 1 : 0;
  }

  /** Makes the connection. Answers the handle of its other end, see {@link Peers}; 0 if it was abandoned, or -ENOMEM. */
  @Export(name = "outside_grant")
  public static int grant(int request) {
    int socket = KernelWorker.kernel().sockets.grant(request);
    return socket <= 0 ? socket : Peers.hold(socket);
  }

  /** Says why it cannot be made: the program gets the errno, and the audit a line. */
  @Export(name = "outside_refuse")
  public static void refuse(int request, int errno) {
    KernelWorker.kernel().process.network.refuseOutside(request, errno);
  }

  /** Somebody asks for a connection, or has given up. */
  @Import(module = "page", name = "outside")
  static native void pageOutside(int request);
}
