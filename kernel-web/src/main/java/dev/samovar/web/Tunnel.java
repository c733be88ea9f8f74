package dev.samovar.web;

import dev.samovar.kernel.Errno;
import dev.samovar.protocol.bore.BoreClient;
import dev.samovar.protocol.bore.BoreNetwork;
import dev.samovar.protocol.wisp.CloseReason;
import dev.samovar.protocol.wisp.WispClient;
import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Import;

/** A port of this OS that a bore server makes public: the bore client, the relay it speaks through, the visitors. */
final class Tunnel implements BoreNetwork, Splice.Owner {
  private static final String NO_SERVER = "the relay's machine runs no bore server; have it run with --bore-server, or name "
      + "another one";

  final BoreClient bore;
  private final int number;
  private final int port;
  private final Relay relay;
  /** The server; empty for one on the relay's own machine. */
  private final String host;
  private final int controlPort;
  private final List<Splice> visitors = new ArrayList<>();

  Tunnel(int number, int port, Relay relay, String host, int controlPort, String secret, int remotePort, int maxVisitors,
      long lifeMillis) {
    this.number = number;
    this.port = port;
    this.relay = relay;
    this.host = host;
    this.controlPort = controlPort;
    bore = new BoreClient(this, secret, remotePort, maxVisitors, lifeMillis);
  }

  int number() {
    return number;
  }

  boolean isOver() {
    return bore.state() == BoreClient.State.REFUSED || bore.state() == BoreClient.State.CLOSED;
  }

  private void dismiss() {
    for (Splice visitor : new ArrayList<>(visitors)) {
      visitor.abort(CloseReason.VOLUNTARY);
    }
  }

  /** Bytes that each visitor has sent and received, in the order they came: text for a person's eye. */
  String traffic() {
    StringBuilder text = new StringBuilder();
    for (Splice visitor : visitors) {
      text.append(visitor.number()).append('\0').append((long) visitor.received).append('\0').append((long) visitor.sent)
          .append('\0');
    }
    return text.toString();
  }

  @Override
  public Wire open(Listener listener) {
    Line line = new Line(listener);
    line.stream = relay.client.connect(host.isEmpty() ? "localhost" : host, controlPort, line);
    return line.stream == 0 ? null : line;
  }

  @Override
  public long now() {
    return Tunnels.now();
  }

  @Override
  public int random(int bound) {
    return (int) (KernelWorker.kernel().host.monotonicNanos() / 1000 % bound);
  }

  @Override
  public void changed() {
    if (isOver()) {
      dismiss();
    }
    String code = bore.code() == null ? "" : bore.code();
    pageTunnel(number, bore.state().ordinal(), bore.port(), Programs.stageText(code + "\0" + bore.reason()));
  }

  private void join(Line line) {
    int peer = Peers.connect(port);
    if (peer < 0) {
      relay.client.close(line.stream, CloseReason.REFUSED);
      tell(0, false, 0, 0, peer == -Errno.ECONNREFUSED ? "nothing listens on port " + port
          : peer == -Errno.EAGAIN ? "too many connections wait on port " + port : "the kernel has no memory left");
      bore.left();
      return;
    }
    Splice splice = Splice.join(this, relay.client, line.stream, peer);
    visitors.add(splice);
    line.splice = splice;
    tell(splice.number(), true, 0, 0, "");
    splice.pump();
  }

  @Override
  public void over(Splice splice, String clause) {
    visitors.remove(splice);
    tell(splice.number(), false, splice.received, splice.sent, clause == null ? "" : clause);
    bore.left();
  }

  private void tell(int visitor, boolean came, double received, double sent, String clause) {
    pageVisitor(number, visitor, came ? 1 : 0, received, sent, Programs.stageText(clause));
  }

  /** A stream to the server: bore's messages go over it, and then, if it is a visitor's, what it joins. */
  private final class Line implements Wire, WispClient.Stream {
    private final Listener listener;
    private final long born = Tunnels.now();
    private int stream;
    private Splice splice;
    private boolean joined;

    private Line(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void send(byte[] bytes) {
      if (bytes.length <= relay.client.room(stream)) {
        relay.say(stream, bytes);
      } else {
        // What is said is far less than a stream may say before anything is taken from it.
        close();
        listener.closed("EPROTO", "the relay takes nothing");
      }
    }

    @Override
    public void close() {
      relay.client.close(stream, CloseReason.VOLUNTARY);
      relay.suspect(born);
    }

    @Override
    public void join() {
      joined = true;
    }

    @Override
    public void opened() {
      listener.opened();
      joinIfDue();
    }

    private void joinIfDue() {
      if (joined && splice == null) {
        Tunnel.this.join(this);
      }
    }

    @Override
    public void received(int address, int length) {
      if (splice != null) {
        splice.received(address, length);
        return;
      }
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) KernelWorker.kernel().memory.getByte(address + i);
      }
      int taken = listener.received(bytes, 0, length);
      relay.client.consumed(stream, taken);
      joinIfDue();
      if (splice != null && taken < length) {
        splice.received(address + taken, length - taken);
      }
    }

    @Override
    public void ended() {
      if (splice != null) {
        splice.ended();
      } else {
        close();
        listener.closed(null, "the server ended it");
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
      switch (reason) {
        case REFUSED:
          listener.closed("ECONNREFUSED", host.isEmpty() ? NO_SERVER : reason.clause);
          break;
        case BLOCKED:
          listener.closed("EACCES", host.isEmpty() ? NO_SERVER : "the relay does not allow " + host + ":" + controlPort
              + "; who runs it can, with --relay-allow " + host + ":" + controlPort);
          break;
        case CONNECT_TIMEOUT:
          listener.closed("ETIMEDOUT", reason.clause);
          break;
        case UNREACHABLE:
          listener.closed("EHOSTUNREACH", "the relay finds no way to " + host + "; check that name");
          break;
        case THROTTLED:
          listener.closed("EAGAIN", reason.clause);
          break;
        case NETWORK_ERROR:
          listener.closed("ENETUNREACH", relay.failure.isEmpty() ? reason.clause : relay.failure);
          break;
        default:
          listener.closed("ECONNRESET", reason.clause);
          break;
      }
    }
  }

  /** A tunnel's state, as a number of {@link BoreClient.State}, its public port, and staged: a code and a sentence. */
  @Import(module = "page", name = "tunnel")
  private static native void pageTunnel(int number, int state, int port, int textLength);

  /** A visitor came, or went, or (visitor 0) could not be let in; why is staged. */
  @Import(module = "page", name = "visitor")
  private static native void pageVisitor(int number, int visitor, int came, double received, double sent, int textLength);
}
