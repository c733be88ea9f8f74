package dev.samovar.web;

import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Export;
import org.teavm.interop.Import;

/** The tunnels of this OS, as kernel-worker.js opens and closes them, and their clock. */
final class Tunnels {
  private static final List<Tunnel> tunnels = new ArrayList<>();
  private static int opened;
  private static long alarm = Long.MAX_VALUE;

  private Tunnels() {}

  /** Milliseconds of the clock that tunnels go by. */
  static long now() {
    return KernelWorker.kernel().host.monotonicNanos() / 1_000_000;
  }

  /**
   * Opens a tunnel to {@code port}. Staged are the relay's address, the bore server's host (nothing for the relay's own
   * machine), and its secret, each ended by a NUL. Answers its number, or 0 if there is no memory; what becomes of it
   * {@code page.tunnel} tells.
   *
   * @param hasSecret 1 if the secret means something
   * @param remotePort the public port, 0 for any
   * @param lifeMillis 0 for ever
   */
  @Export(name = "tunnel_open")
  public static int open(int port, int controlPort, int hasSecret, int remotePort, int maxVisitors, double lifeMillis,
      int length) {
    String texts = Programs.text(KernelWorker.staging(), length);
    int first = texts.indexOf('\0');
    int second = texts.indexOf('\0', first + 1);
    Relay relay = Relay.at(texts.substring(0, first));
    if (relay == null) {
      return 0;
    }
    String secret = hasSecret == 0 ? null : texts.substring(second + 1, texts.length() - 1);
    Tunnel tunnel = new Tunnel(++opened, port, relay, texts.substring(first + 1, second), controlPort, secret, remotePort,
        maxVisitors, (long) lifeMillis);
    tunnels.add(tunnel);
    return opened;
  }

  /** Begins to work on a tunnel that was opened: its number is known now. */
  @Export(name = "tunnel_start")
  public static void start(int number) {
    Tunnel tunnel = find(number);
    if (tunnel != null) {
      tunnel.bore.start();
    }
    settle();
  }

  /** Gives the public port back and sends all visitors away. */
  @Export(name = "tunnel_close")
  public static void close(int number) {
    Tunnel tunnel = find(number);
    if (tunnel != null) {
      tunnel.bore.close();
    }
    settle();
  }

  /** Stages, of each visitor of a tunnel, its number, the bytes that it sent, and those it got. Answers the bytes of that. */
  @Export(name = "tunnel_traffic")
  public static int traffic(int number) {
    Tunnel tunnel = find(number);
    return tunnel == null ? 0 : Programs.stageText(tunnel.traffic());
  }

  /** The time of {@code page.tunnelAlarm} has come. */
  @Export(name = "tunnel_tick")
  public static void tick() {
    alarm = Long.MAX_VALUE;
    Splice.tick(now());
    Dial.tick(now());
    for (int i = tunnels.size() - 1; i >= 0; i--) {
      tunnels.get(i).bore.tick();
    }
    settle();
  }

  /** The network is back: what was lost is tried again at once. */
  @Export(name = "tunnel_retry")
  public static void retry() {
    for (int i = tunnels.size() - 1; i >= 0; i--) {
      tunnels.get(i).bore.retry();
    }
    settle();
  }

  private static Tunnel find(int number) {
    for (Tunnel tunnel : tunnels) {
      if (tunnel.number() == number) {
        return tunnel;
      }
    }
    return null;
  }

  /** To be called whenever anything happened: forgets tunnels that are over, and sets the alarm. */
  static void settle() {
    long next = Math.min(Splice.nextDeadline(), Dial.nextDeadline());
    for (int i = tunnels.size() - 1; i >= 0; i--) {
      Tunnel tunnel = tunnels.get(i);
      if (tunnel.isOver() && tunnel.bore.visitors() == 0) {
        tunnels.remove(i);
      } else {
        next = Math.min(next, tunnel.bore.deadline());
      }
    }
    // One that would ring too early does no harm: it is set anew then.
    if (next < alarm) {
      alarm = next;
      pageAlarm(Math.max(0, next - now()));
    }
  }

  /** Calls {@link #tick} in so many milliseconds, and not at the time that was named before. */
  @Import(module = "page", name = "tunnelAlarm")
  private static native void pageAlarm(double millis);
}
