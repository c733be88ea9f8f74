package dev.samovar.web;

import org.teavm.interop.Export;
import org.teavm.interop.Import;

/** The ports on which programs listen, for the page. */
final class Ports {
  private Ports() {}

  /** The first port greater than {@code port} that somebody listens on, 0 if there is none. */
  @Export(name = "ports_next")
  public static int next(int port) {
    return KernelWorker.kernel().sockets.nextListening(port);
  }

  /** The pid that opened the listener that {@link #next} found last; 1 for the kernel's own. */
  @Export(name = "ports_owner")
  public static int owner() {
    return KernelWorker.kernel().sockets.foundOwner();
  }

  /** Ports were opened or closed. */
  @Import(module = "page", name = "ports")
  static native void pagePorts();
}
