package dev.samovar.protocol.wisp;

/**
 * The client's side of one WebSocket: its streams, with credit both ways. Of a relay that does not know the extension (see
 * the package) three things cannot be had: an answer to CONNECT, so a stream counts as open at once and is closed if it
 * was refused; the end of one direction, so {@link #end} closes; credit for what comes, which comes at the relay's pace.
 *
 * <p>The bytes of DATA are not looked at here and never copied: they are named by address and length in whatever memory
 * the {@link Transport} and the {@link Stream}s share.
 */
public final class WispClient {
  /** Streams at once; a relay may allow fewer, and then refuses with THROTTLED. */
  public static final int MAX_STREAMS = 512;
  /** The most DATA frames that a plain relay's CONTINUE is taken for: what is under way shall be bounded. */
  static final int MAX_FRAMES = 1024;

  /** The WebSocket. */
  public interface Transport {
    /** Sends a frame. */
    void send(byte[] frame);

    /** Sends DATA of a stream; the bytes may change as soon as this returns. */
    void data(int stream, int address, int length);

    /** Asks for a call of {@link WispClient#settle} soon, though not before this returns. */
    void soon();
  }

  /** What hears of a stream. After {@link #closed} it hears nothing more, nor after {@link WispClient#close}. */
  public interface Stream {
    /** The connection stands. */
    void opened();

    /** Bytes came; they are gone when this returns. Once they were passed on, {@link WispClient#consumed} is due. */
    void received(int address, int length);

    /** The other side sends no more. */
    void ended();

    /** There may be more {@link WispClient#room} than before. */
    void writable();

    /** The stream is over: because both sides ended (VOLUNTARY), or for that reason. */
    void closed(CloseReason reason);
  }

  private static final int SLOT_BITS = 9;

  private static final class Entry {
    private int id;
    private Stream stream;
    private SendCredit send;
    private ReceiveCredit receive;
    private int frames;
    private boolean opened;
    private boolean ended;
    private boolean finished;
  }

  private final Transport transport;
  private final Entry[] entries = new Entry[MAX_STREAMS];
  private int next;
  private int count;
  private boolean plain;
  /** DATA frames that a new stream may send to a plain relay; -1 until the relay has said it. */
  private int firstFrames = -1;

  public WispClient(Transport transport) {
    this.transport = transport;
  }

  /** The WebSocket is open, and the relay did not agree to the extension if it {@code isPlain}. */
  public void open(boolean isPlain) {
    plain = isPlain;
  }

  /** Whether the relay lacks the extension; false while that is not known. */
  public boolean isPlain() {
    return plain;
  }

  /** Tells the streams to a plain relay that they are open. */
  public void settle() {
    for (int i = 0; i < MAX_STREAMS && firstFrames >= 0; i++) {
      Entry entry = entries[i];
      if (entry != null && entry.stream != null && !entry.opened) {
        openPlain(entry);
      }
    }
  }

  private void openPlain(Entry entry) {
    entry.opened = true;
    entry.frames = firstFrames;
    entry.stream.opened();
  }

  /** Streams there are. */
  public int count() {
    return count;
  }

  /**
   * Asks for a TCP connection.
   *
   * @return the stream's number, or 0 if there are too many
   */
  public int connect(String host, int port, Stream stream) {
    for (int tries = 0; tries < MAX_STREAMS; tries++) {
      int slot = next;
      next = (next + 1) % MAX_STREAMS;
      Entry entry = entries[slot];
      if (entry == null) {
        entry = new Entry();
        entry.id = slot;
        entries[slot] = entry;
      }
      if (entry.stream == null) {
        // A number of its own each time: frames for the slot's last stream may still be under way.
        entry.id += MAX_STREAMS;
        if (entry.id >>> SLOT_BITS == 0) {
          entry.id += MAX_STREAMS;
        }
        entry.stream = stream;
        entry.send = new SendCredit(Wisp.UP_WINDOW);
        entry.receive = new ReceiveCredit(Wisp.DOWN_WINDOW);
        entry.opened = false;
        entry.ended = false;
        entry.finished = false;
        count++;
        transport.send(Wisp.connect(entry.id, host, port));
        if (firstFrames >= 0) {
          transport.soon();
        }
        return entry.id;
      }
    }
    return 0;
  }

  /** Bytes that may be sent in one go now: 0 until the connection stands, or while there is no credit. */
  public int room(int id) {
    Entry entry = find(id);
    if (entry == null || !entry.opened || entry.ended) {
      return 0;
    }
    return plain ? entry.frames == 0 ? 0 : Wisp.MAX_DATA : Math.min(entry.send.available(), Wisp.MAX_DATA);
  }

  /** Sends at most {@link #room} bytes. */
  public void send(int id, int address, int length) {
    Entry entry = find(id);
    if (entry != null) {
      if (plain) {
        entry.frames--;
      } else {
        entry.send.spend(length);
      }
      transport.data(id, address, length);
    }
  }

  /** Says that no more is sent. To a plain relay that says that no more is received either. */
  public void end(int id) {
    Entry entry = find(id);
    if (entry != null && plain) {
      Stream stream = forget(entry);
      transport.send(Wisp.close(id, CloseReason.VOLUNTARY));
      stream.closed(CloseReason.VOLUNTARY);
    } else if (entry != null && !entry.ended) {
      entry.ended = true;
      transport.send(Wisp.end(id));
      closeIfDone(entry);
    }
  }

  /** Says that received bytes were passed on, so that as many may come again. */
  public void consumed(int id, int bytes) {
    Entry entry = find(id);
    int due = entry == null || entry.finished || plain ? 0 : entry.receive.consumed(bytes);
    if (due > 0) {
      transport.send(Wisp.credit(id, due));
    }
  }

  /** Ends a stream at once; what is under way is lost. */
  public void close(int id, CloseReason reason) {
    Entry entry = find(id);
    if (entry != null) {
      forget(entry);
      transport.send(Wisp.close(id, reason));
    }
  }

  /** The WebSocket is gone, and with it all streams. */
  public void lost() {
    plain = false;
    firstFrames = -1;
    for (Entry entry : entries) {
      if (entry != null && entry.stream != null) {
        forget(entry).closed(CloseReason.NETWORK_ERROR);
      }
    }
  }

  /**
   * A frame came.
   *
   * @param value of a CREDIT or CONTINUE its number, of a CLOSE its reason, else nothing
   * @param address where its payload is
   * @param length bytes of that
   * @throws WispException if that is none of the protocol's: the WebSocket is of no more use
   */
  public void frame(int type, int id, int value, int address, int length) throws WispException {
    Entry entry = find(id);
    if (plain && type != Wisp.CLOSE && type != Wisp.INFO) {
      plainFrame(type, id, entry, value, address, length);
      return;
    }
    switch (type) {
      case Wisp.DATA:
        if (entry != null && !entry.opened || entry != null && entry.finished) {
          throw new WispException("DATA where there is none to come");
        }
        if (entry != null) {
          entry.receive.received(length);
          entry.stream.received(address, length);
        }
        break;
      case Wisp.CREDIT:
        check(length == 4);
        if (entry != null) {
          credit(entry, value & 0xffffffffL);
        }
        break;
      case Wisp.END:
        check(length == 0);
        if (entry != null && !entry.finished) {
          entry.finished = true;
          entry.stream.ended();
          closeIfDone(entry);
        }
        break;
      case Wisp.CLOSE:
        // There are servers that send more than the reason.
        check(length >= 1);
        if (entry != null) {
          forget(entry).closed(CloseReason.of(value & 255));
        }
        break;
      case Wisp.CONTINUE:
        // The first of all says only that the relay is there: credit counts bytes here.
        check(length == 4);
        break;
      case Wisp.INFO:
        break;
      default:
        throw new WispException("there is no frame of type " + type + " from a relay");
    }
  }

  private void plainFrame(int type, int id, Entry entry, int value, int address, int length) throws WispException {
    if (type == Wisp.DATA) {
      if (entry != null && !entry.opened) {
        openPlain(entry);
      }
      // Whoever heard of the opening may have closed it.
      if (entry != null && entry.stream != null && entry.id == id) {
        entry.stream.received(address, length);
      }
    } else if (type == Wisp.CONTINUE) {
      check(length == 4);
      int frames = value < 0 ? MAX_FRAMES : Math.min(value, MAX_FRAMES);
      if (entry != null && entry.opened) {
        entry.frames = frames;
        entry.stream.writable();
      } else if (id == 0 && firstFrames < 0) {
        firstFrames = frames;
        settle();
      }
    } else {
      throw new WispException("there is no frame of type " + type + " from a relay of plain WISP");
    }
  }

  private static void check(boolean fits) throws WispException {
    if (!fits) {
      throw new WispException("a frame of the wrong length");
    }
  }

  private void credit(Entry entry, long bytes) throws WispException {
    entry.send.grant(bytes);
    boolean opens = !entry.opened;
    entry.opened = true;
    if (opens) {
      entry.stream.opened();
    } else {
      entry.stream.writable();
    }
  }

  private void closeIfDone(Entry entry) {
    if (entry.stream != null && entry.ended && entry.finished) {
      forget(entry).closed(CloseReason.VOLUNTARY);
    }
  }

  private Stream forget(Entry entry) {
    Stream stream = entry.stream;
    entry.stream = null;
    count--;
    return stream;
  }

  private Entry find(int id) {
    Entry entry = entries[id & MAX_STREAMS - 1];
    return entry != null && entry.id == id && entry.stream != null ? entry : null;
  }
}
