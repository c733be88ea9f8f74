package dev.samovar.web;

import dev.samovar.kernel.Errno;
import dev.samovar.protocol.wisp.CloseReason;
import dev.samovar.protocol.wisp.Wisp;
import dev.samovar.protocol.wisp.WispClient;
import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Export;
import org.teavm.interop.Import;

/** A connection that a program makes to another host, by a stream of a relay. */
final class Dial implements WispClient.Stream, Splice.Owner {
  /** A relay gives up after 10 s, and says so. */
  private static final int PATIENCE_MILLIS = 12_000;

  private static final List<Dial> dials = new ArrayList<>();
  private static int made;

  private final int number = ++made;
  private final long born = Tunnels.now();
  private final Relay relay;
  private final WispClient client;
  private int stream;
  private Splice splice;

  private Dial(Relay relay) {
    this.relay = relay;
    client = relay.client;
  }

  /** When {@link #tick} has something to do, Long.MAX_VALUE for never. */
  static long nextDeadline() {
    return dials.isEmpty() ? Long.MAX_VALUE : dials.get(0).born + PATIENCE_MILLIS;
  }

  /** Time has passed. */
  static void tick(long now) {
    while (nextDeadline() <= now) {
      Dial dial = dials.remove(0);
      dial.client.close(dial.stream, CloseReason.VOLUNTARY);
      dial.relay.suspect(dial.born);
      pageDialled(dial.number, Errno.ETIMEDOUT);
    }
  }

  /**
   * Asks a relay for a connection. Staged are the relay's address, then the host, each ended by a NUL. Answers a number,
   * by which {@code page.dialled} tells what came of it, or a negative errno.
   */
  @Export(name = "dial_begin")
  public static int begin(int port, int length) {
    String texts = Programs.text(KernelWorker.staging(), length);
    int first = texts.indexOf('\0');
    String host = texts.substring(first + 1, texts.length() - 1);
    if (!isName(host)) {
      return -Errno.EHOSTUNREACH;
    }
    Relay relay = Relay.at(texts.substring(0, first));
    if (relay == null) {
      return -Errno.ENOMEM;
    }
    Dial dial = new Dial(relay);
    dial.stream = relay.client.connect(host, port, dial);
    if (dial.stream == 0) {
      return -Errno.EMFILE;
    }
    dials.add(dial);
    Tunnels.settle();
    return dial.number;
  }

  /** What a relay may be asked for: anything else would cost all its streams. */
  private static boolean isName(String host) {
    for (int i = 0; i < host.length(); i++) {
      if (host.charAt(i) <= ' ' || host.charAt(i) >= 127) {
        return false;
      }
    }
    return !host.isEmpty() && host.length() <= Wisp.MAX_HOST;
  }

  /** Joins the connection to the handle that the program's end leads to, see {@link Peers}. */
  @Export(name = "dial_join")
  public static void join(int number, int handle) {
    for (int i = 0; i < dials.size(); i++) {
      Dial dial = dials.get(i);
      if (dial.number == number) {
        dials.remove(i);
        dial.splice = Splice.join(dial, dial.client, dial.stream, handle);
        dial.splice.pump();
        return;
      }
    }
  }

  /** Nobody wants the connection any more. */
  @Export(name = "dial_cancel")
  public static void cancel(int number) {
    for (int i = 0; i < dials.size(); i++) {
      if (dials.get(i).number == number) {
        Dial dial = dials.remove(i);
        dial.client.close(dial.stream, CloseReason.VOLUNTARY);
        return;
      }
    }
  }

  @Override
  public void opened() {
    pageDialled(number, Errno.SUCCESS);
  }

  @Override
  public void received(int address, int length) {
    if (splice != null) {
      splice.received(address, length);
    }
  }

  @Override
  public void ended() {
    if (splice != null) {
      splice.ended();
    }
  }

  @Override
  public void writable() {
    if (splice != null) {
      splice.writable();
    }
  }

  @Override
  public void closed(CloseReason reason) {
    if (splice != null) {
      splice.closed(reason);
      return;
    }
    dials.remove(this);
    pageDialled(number, errno(reason));
  }

  private static int errno(CloseReason reason) {
    switch (reason) {
      case CONNECT_TIMEOUT:
        return Errno.ETIMEDOUT;
      case UNREACHABLE:
        return Errno.EHOSTUNREACH;
      default:
        // What the relay does not allow, and no relay at all, are to a program what a closed port is.
        return Errno.ECONNREFUSED;
    }
  }

  @Override
  public void over(Splice ended, String clause) {
    // The program has found out by its own end.
  }

  /** What came of it: 0, to be answered by {@link #join} or {@link #cancel} at once, or an errno. */
  @Import(module = "page", name = "dialled")
  private static native void pageDialled(int number, int errno);
}
