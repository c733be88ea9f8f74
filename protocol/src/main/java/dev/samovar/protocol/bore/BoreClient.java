package dev.samovar.protocol.bore;

import dev.samovar.protocol.bore.BoreMessage.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A tunnel, seen from the client: gets a public port from a bore server, fetches the visitors that come to it, and when
 * the server is lost comes back to the same port. A state machine without threads: whoever owns it tells it what its
 * connections hear, and calls {@link #tick} when {@link #deadline} has come.
 *
 * <p>What the other side may cause is bounded: one unfinished message for each connection, {@value #MAX_CLAIMS}
 * visitors being fetched, {@value #MAX_WAITING} waiting for that. Who waits longer than the server keeps a visitor is
 * forgotten.
 */
public final class BoreClient {
  /** Where bore servers listen. */
  public static final int CONTROL_PORT = 7835;

  /** What a tunnel is doing. */
  public enum State {
    /** Asks for a port, for the first time. */
    CONNECTING,
    /** There is a public port. */
    PUBLIC,
    /** The server was lost; asks for the same port again, with growing pauses. */
    RECONNECTING,
    /** It cannot be had, see {@link #reason}. Final. */
    REFUSED,
    /** It was closed from here, or its time is up. Final. */
    CLOSED
  }

  /** Visitors being fetched at once, and those that may wait for it. */
  static final int MAX_CLAIMS = 32;
  static final int MAX_WAITING = 256;

  /** For a connection to stand, which may first need one to the relay. A relay gives up after 10 s, and says so. */
  static final int CONNECT_MILLIS = 12_000;
  /** For the server to say what is due. */
  static final int ANSWER_MILLIS = 5_000;
  /** Servers send a heartbeat every half second; after so long without anything, this one is gone. */
  static final int WATCHDOG_MILLIS = 8_000;
  /** How long a server keeps a visitor. */
  static final int CLAIM_MILLIS = 10_000;
  /** The pause before the first new attempt, and the longest. */
  static final int FIRST_PAUSE_MILLIS = 250;
  static final int LONGEST_PAUSE_MILLIS = 30_000;
  /** Public for so long, a tunnel was well: a new loss begins with the shortest pause. */
  private static final int WELL_MILLIS = 5_000;
  /** How long the port of before is insisted on, where any was asked for: a relay or server may take the old tunnel for
   * alive, and does for up to 90 s where the network went away without a word. */
  static final int INSIST_MILLIS = 120_000;

  private static final long NEVER = Long.MAX_VALUE;

  private final BoreNetwork network;
  private final BoreAuth auth;
  private final int wanted;
  private final int maxVisitors;
  private final long expires;

  private State state = State.CONNECTING;
  private int port;
  private String code;
  private String reason = "";

  private Control control;
  private final List<Claim> claims = new ArrayList<>();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private int visitors;

  private int attempts;
  private long publicSince;
  private long lostAt;
  private long retryAt = NEVER;

  /**
   * A tunnel; {@link #start} begins it.
   *
   * @param secret null if the server has none
   * @param wanted the public port asked for, 0 for any
   * @param maxVisitors how many may be connected at once; more wait, for as long as the server keeps them
   * @param lifeMillis when it closes by itself; 0 for never
   */
  public BoreClient(BoreNetwork network, String secret, int wanted, int maxVisitors, long lifeMillis) {
    this.network = network;
    this.auth = secret == null ? null : new BoreAuth(secret);
    this.wanted = wanted;
    this.maxVisitors = maxVisitors;
    this.expires = lifeMillis == 0 ? NEVER : network.now() + lifeMillis;
  }

  public State state() {
    return state;
  }

  /** The public port, 0 before there was one. */
  public int port() {
    return port;
  }

  /** Visitors connected now. */
  public int visitors() {
    return visitors;
  }

  /** What kind of failure led to this state, as the name of an errno; null for none. */
  public String code() {
    return code;
  }

  /** Why it is not public, as a sentence that says what to do; empty when there is nothing to say. */
  public String reason() {
    return reason;
  }

  /** Asks for the port. */
  public void start() {
    connect();
  }

  /** Ends the tunnel: its port is given back, visitors that are connected stay with whoever joined them. */
  public void close() {
    if (!isFinal()) {
      finish(State.CLOSED, null, "");
    }
  }

  /** A way may have opened: tries again now, if it would later. */
  public void retry() {
    if (retryAt != NEVER) {
      retryAt = NEVER;
      connect();
    }
  }

  /** A visitor that was joined is gone. */
  public void left() {
    visitors--;
    fetch();
  }

  /** When {@link #tick} has something to do at the latest, on the network's clock; Long.MAX_VALUE if never. */
  public long deadline() {
    if (isFinal()) {
      return NEVER;
    }
    long next = Math.min(expires, retryAt);
    if (control != null) {
      next = Math.min(next, control.deadline);
    }
    for (Claim claim : claims) {
      next = Math.min(next, claim.deadline);
    }
    return next;
  }

  /** Time has passed. */
  public void tick() {
    long now = network.now();
    if (isFinal()) {
      return;
    }
    if (now >= expires) {
      finish(State.CLOSED, null, "The time of this tunnel is up.");
      return;
    }
    for (int i = claims.size() - 1; i >= 0; i--) {
      if (now >= claims.get(i).deadline) {
        claims.get(i).drop();
      }
    }
    if (control != null && now >= control.deadline) {
      control.late();
    }
    if (now >= retryAt) {
      retry();
    }
  }

  private boolean isFinal() {
    return state == State.REFUSED || state == State.CLOSED;
  }

  private void connect() {
    control = new Control();
    control.wire = network.open(control);
    if (control.wire == null) {
      control = null;
      lost("EAGAIN", "The relay carries as many connections as it can: close another tunnel.");
    }
  }

  /** There is no server just now, or never. {@code sentence} says why. */
  private void lost(String newCode, String sentence) {
    if (isFinal()) {
      return;
    }
    dropControl();
    long now = network.now();
    if (port == 0) {
      finish(State.REFUSED, newCode, sentence);
      return;
    }
    if (state == State.PUBLIC) {
      lostAt = now;
      attempts = now - publicSince >= WELL_MILLIS ? 0 : attempts;
    }
    int pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts, 7));
    attempts++;
    // Those that one server lost shall not all come back in the same moment.
    retryAt = now + pause + network.random(pause / 4 + 1);
    become(State.RECONNECTING, newCode, sentence);
  }

  private void finish(State last, String newCode, String sentence) {
    dropControl();
    waiting.clear();
    for (int i = claims.size() - 1; i >= 0; i--) {
      claims.get(i).drop();
    }
    retryAt = NEVER;
    become(last, newCode, sentence);
  }

  private void dropControl() {
    if (control != null) {
      control.drop();
      control = null;
    }
  }

  private void become(State next, String newCode, String sentence) {
    state = next;
    code = newCode;
    reason = sentence;
    network.changed();
  }

  /** Fetches who waits, as far as there is room. */
  private void fetch() {
    long now = network.now();
    while (!waiting.isEmpty() && claims.size() < MAX_CLAIMS && visitors + claims.size() < maxVisitors) {
      Waiting next = waiting.poll();
      if (next.until > now) {
        Claim claim = new Claim(next.id);
        claim.wire = network.open(claim);
        if (claim.wire == null) {
          return;
        }
        claim.deadline = next.until;
        claims.add(claim);
      }
    }
  }

  private static final class Waiting {
    private final String id;
    private final long until;

    private Waiting(String id, long until) {
      this.id = id;
      this.until = until;
    }
  }

  /** A connection on which messages are spoken: first the secret, if there is one, then what it is for. */
  private abstract class Dialogue implements BoreNetwork.Listener {
    final BoreReader reader = new BoreReader();
    BoreNetwork.Wire wire;
    long deadline = network.now() + CONNECT_MILLIS;
    boolean over;
    boolean greeted;
    /** Whether the server has said anything. Before, an open connection proves little: see WispClient on plain relays. */
    boolean heard;

    @Override
    public void opened() {
      deadline = network.now() + ANSWER_MILLIS;
      if (auth == null) {
        greet();
      }
    }

    private void greet() {
      greeted = true;
      request();
    }

    @Override
    public int received(byte[] bytes, int offset, int count) {
      int taken = 0;
      heard = true;
      try {
        while (taken < count && !over) {
          taken += reader.read(bytes, offset + taken, count - taken);
          BoreMessage message = reader.message();
          if (message == null) {
            continue;
          }
          if (greeted) {
            take(message);
          } else if (message.kind() == Kind.CHALLENGE) {
            wire.send(BoreMessage.of(Kind.AUTHENTICATE, auth.answer(message.text())).encode());
            greet();
          } else {
            take(message);
          }
        }
      } catch (BoreException e) {
        broken(e.getMessage());
      }
      return over ? taken : count;
    }

    void drop() {
      if (!over) {
        over = true;
        if (wire != null) {
          wire.close();
        }
      }
    }

    /** Says what the connection is for. */
    abstract void request();

    abstract void take(BoreMessage message) throws BoreException;

    /** What came is not the protocol's. */
    abstract void broken(String why);
  }

  /** The connection that holds the port. */
  private final class Control extends Dialogue {
    private boolean open;
    private boolean standing;

    @Override
    public void opened() {
      open = true;
      super.opened();
    }

    @Override
    void request() {
      deadline = network.now() + ANSWER_MILLIS;
      wire.send(BoreMessage.hello(port != 0 && insists() ? port : wanted).encode());
    }

    private boolean insists() {
      return wanted != 0 || network.now() - lostAt < INSIST_MILLIS;
    }

    @Override
    void take(BoreMessage message) throws BoreException {
      deadline = network.now() + WATCHDOG_MILLIS;
      switch (message.kind()) {
        case HELLO:
          if (standing || !greeted || message.port() == 0) {
            throw new BoreException(message.port() == 0 ? "it gave the port 0" : "it said Hello unasked");
          }
          standing = true;
          port = message.port();
          publicSince = network.now();
          become(State.PUBLIC, null, "");
          break;
        case HEARTBEAT:
          if (!standing) {
            throw new BoreException("it sent a heartbeat before it gave a port");
          }
          break;
        case CONNECTION:
          if (!standing) {
            throw new BoreException("it has visitors before it gave a port");
          }
          while (!waiting.isEmpty() && waiting.peek().until <= network.now()) {
            waiting.poll();
          }
          if (waiting.size() < MAX_WAITING) {
            waiting.add(new Waiting(message.text(), network.now() + CLAIM_MILLIS));
            fetch();
          }
          break;
        case ERROR:
          error(message.text());
          break;
        case CHALLENGE:
          if (auth == null) {
            finish(State.REFUSED, "EACCES", "The server wants a secret: give the one it was started with.");
            break;
          }
          throw new BoreException("it asked for the secret twice");
        default:
          throw new BoreException("a server does not say " + message.kind());
      }
    }

    private void error(String text) {
      String sentence = "The server says: " + text + ".";
      if (standing) {
        lost("ECONNRESET", sentence);
      } else if (text.contains("already in use")) {
        // After a loss it may well be our own tunnel that the server has not given up yet.
        lost("EADDRINUSE", sentence + " Ask for another port, or for any.");
      } else if (text.contains("secret") || text.contains("permission")) {
        finish(State.REFUSED, "EACCES", sentence + (text.contains("secret") ? " Give the one it was started with." : ""));
      } else if (port != 0 && wanted == 0 && insists()) {
        // The server has come back with other ports; any will do.
        lostAt -= INSIST_MILLIS;
        lost("EADDRNOTAVAIL", sentence);
      } else if (text.contains("not in allowed range")) {
        finish(State.REFUSED, "EINVAL", sentence + " Ask for another port, or for any.");
      } else {
        finish(State.REFUSED, "EADDRNOTAVAIL", sentence);
      }
    }

    @Override
    void broken(String why) {
      finish(State.REFUSED, "EPROTO", "What answers there is not a bore server: " + why + ".");
    }

    @Override
    public void closed(String why, String clause) {
      if (!over) {
        over = true;
        if (!open || !heard && why != null && !why.equals("ECONNRESET")) {
          unreachable(why, clause);
        } else {
          lost("ECONNRESET", "The connection to the server broke: " + clause + ".");
        }
      }
    }

    private void unreachable(String why, String clause) {
      String sentence = "The server cannot be reached: " + clause + ".";
      if ("EACCES".equals(why)) {
        finish(State.REFUSED, why, sentence);
      } else {
        lost(why == null ? "ECONNRESET" : why, sentence);
      }
    }

    void late() {
      if (!open) {
        lost("ETIMEDOUT", "The server cannot be reached: no connection came about within "
            + CONNECT_MILLIS / 1000 + " s.");
      } else if (auth != null && !greeted) {
        finish(State.REFUSED, "EACCES", "The server did not ask for a secret: leave it out.");
      } else if (!standing) {
        lost("ETIMEDOUT", "The server did not answer within " + ANSWER_MILLIS / 1000 + " s: is it a bore server?");
      } else {
        lost("ETIMEDOUT", "Nothing was heard of the server for " + WATCHDOG_MILLIS / 1000 + " s.");
      }
    }
  }

  /** A connection that fetches a visitor. */
  private final class Claim extends Dialogue {
    private final String id;

    private Claim(String id) {
      this.id = id;
    }

    @Override
    public void opened() {
      long until = deadline;
      super.opened();
      deadline = until;
    }

    @Override
    void request() {
      wire.send(BoreMessage.of(Kind.ACCEPT, id).encode());
      over = true;
      claims.remove(this);
      visitors++;
      wire.join();
    }

    @Override
    void take(BoreMessage message) {
      drop();
    }

    @Override
    void broken(String why) {
      drop();
    }

    @Override
    void drop() {
      super.drop();
      if (claims.remove(this)) {
        fetch();
      }
    }

    @Override
    public void closed(String why, String clause) {
      over = true;
      if (claims.remove(this)) {
        fetch();
      }
    }
  }
}
