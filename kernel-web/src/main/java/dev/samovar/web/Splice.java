package dev.samovar.web;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.protocol.wisp.CloseReason;
import dev.samovar.protocol.wisp.Wisp;
import dev.samovar.protocol.wisp.WispClient;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * A stream of a relay and a connection inside this OS, joined: what one says, the other hears, and each way ends by
 * itself. What the connection does not take in yet lies in its own ring, which grows for that up to the stream's window;
 * credit is given for what was read out of it. What the stream does not take in stays in the other ring. A relay of plain
 * WISP knows no credit: what its streams say beyond that is kept here, up to a bound.
 */
final class Splice implements WispClient.Stream {
  /** Once a program has closed its connection altogether, what still comes is swallowed for so long: TCP's own would
   * answer with a reset, which makes the other side lose what it has not read yet. */
  private static final int LINGER_MILLIS = 5_000;
  /** What may be kept of one stream, and of all. */
  private static final int MAX_KEPT = 16 << 20;
  private static final int MAX_KEPT_OF_ALL = 64 << 20;

  /** Whom a splice belongs to. */
  interface Owner {
    /** It is over. {@code clause} says why, null if both sides just ended. */
    void over(Splice splice, String clause);
  }

  private static final int FREE = 0;
  private static Splice[] table = new Splice[16];
  private static int keptOfAll;

  private final Owner owner;
  private final WispClient client;
  private final int stream;
  private final int peer;
  private final int number;
  private int pending;
  private boolean ended;
  private boolean over;
  /** What came from a plain relay, and the connection did not take in yet. */
  private final ArrayDeque<byte[]> kept = new ArrayDeque<>();
  private int keptFrom;
  private int keptBytes;
  /** A plain relay has closed the stream: once nothing is kept any more, it is over. */
  private boolean ends;
  /** When it is dropped though the other side has not ended; Long.MAX_VALUE for never. */
  private long deadline = Long.MAX_VALUE;
  /** Bytes that came from the relay, and that went there. */
  double received;
  double sent;

  private Splice(Owner owner, WispClient client, int stream, int peer, int number) {
    this.owner = owner;
    this.client = client;
    this.stream = stream;
    this.peer = peer;
    this.number = number;
  }

  /** Joins the two. The watch of {@code peer} says {@link Peers#WATCH_SPLICE} and the number of the splice from now on. */
  static Splice join(Owner owner, WispClient client, int stream, int peer) {
    int free = FREE;
    while (free < table.length && table[free] != null) {
      free++;
    }
    if (free == table.length) {
      Splice[] larger = new Splice[2 * table.length];
      System.arraycopy(table, 0, larger, 0, table.length);
      table = larger;
    }
    Splice splice = new Splice(owner, client, stream, peer, free);
    table[free] = splice;
    Peers.watch(peer, Peers.WATCH_SPLICE, free);
    return splice;
  }

  /** When {@link #tick} has something to do, Long.MAX_VALUE for never. */
  static long nextDeadline() {
    long next = Long.MAX_VALUE;
    for (Splice splice : table) {
      next = splice == null ? next : Math.min(next, splice.deadline);
    }
    return next;
  }

  /** Time has passed. */
  static void tick(long now) {
    for (Splice splice : table) {
      if (splice != null && splice.deadline <= now) {
        splice.client.close(splice.stream, CloseReason.VOLUNTARY);
        splice.end(null, false);
      }
    }
  }

  /** Something happened at the connection of the splice of that number. */
  static void ready(int number) {
    if (table[number] != null) {
      table[number].pump();
      Tunnels.settle();
    }
  }

  private static Kernel kernel() {
    return KernelWorker.kernel();
  }

  /** What it is known by while it lasts. */
  int number() {
    return number + 1;
  }

  /** Moves what can be moved. To be called once after joining. */
  void pump() {
    acknowledge();
    if (keptBytes > 0) {
      release();
    }
    if (ends) {
      return;
    }
    for (int length = Peers.available(peer); length != 0 && !ended; length = Peers.available(peer)) {
      if (length < 0) {
        finish(length);
        return;
      }
      int count = Math.min(length, client.room(stream));
      if (count == 0) {
        return;
      }
      client.send(stream, Peers.address(peer), count);
      Peers.consume(peer, count);
      sent += count;
    }
    linger();
  }

  private void finish(int how) {
    if (how == -Errno.ECONNRESET) {
      client.close(stream, CloseReason.NETWORK_ERROR);
      end("the program reset the connection", false);
      return;
    }
    ended = true;
    client.end(stream);
    linger();
  }

  /** Passes on what is kept, as far as there is room; what nobody reads any more is dropped. */
  private void release() {
    KernelMemory memory = kernel().memory;
    for (int room = Peers.room(peer); keptBytes > 0 && room != 0; room = Peers.room(peer)) {
      byte[] first = kept.peek();
      int count = room < 0 ? first.length - keptFrom : Math.min(room, first.length - keptFrom);
      if (room > 0) {
        int to = Peers.roomAddress(peer);
        for (int i = 0; i < count; i++) {
          memory.putByte(to + i, first[keptFrom + i]);
        }
        Peers.commit(peer, count);
      }
      keptBytes -= count;
      keptOfAll -= count;
      keptFrom += count;
      if (keptFrom == first.length) {
        kept.poll();
        keptFrom = 0;
      }
    }
    if (ends && keptBytes == 0) {
      end(null, false);
    }
  }

  private void keep(int address, int length) {
    if (keptBytes + length > MAX_KEPT || keptOfAll + length > MAX_KEPT_OF_ALL) {
      client.close(stream, CloseReason.CLIENT_ERROR);
      end("more came than the program read, and the relay is one of plain WISP, which cannot be told to wait", true);
      return;
    }
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) kernel().memory.getByte(address + i);
    }
    kept.add(bytes);
    keptBytes += length;
    keptOfAll += length;
  }

  private void linger() {
    if (ended && !over && deadline == Long.MAX_VALUE && Peers.room(peer) < 0) {
      deadline = Tunnels.now() + LINGER_MILLIS;
    }
  }

  /** Gives credit for what the program has read. */
  private void acknowledge() {
    if (pending > 0) {
      int left = Peers.unread(peer);
      int read = pending - left;
      pending = left;
      if (read > 0) {
        client.consumed(stream, read);
      }
    }
  }

  /** Drops both sides. */
  void abort(CloseReason reason) {
    if (!over) {
      client.close(stream, reason);
      end(reason.clause, true);
    }
  }

  private void end(String clause, boolean reset) {
    over = true;
    keptOfAll -= keptBytes;
    keptBytes = 0;
    table[number] = null;
    if (reset) {
      Peers.reset(peer);
    } else {
      Peers.close(peer);
    }
    owner.over(this, clause);
  }

  @Override
  public void opened() {
    pump();
  }

  @Override
  public void received(int address, int length) {
    received += length;
    acknowledge();
    if (keptBytes > 0) {
      keep(address, length);
      return;
    }
    int done = 0;
    while (done < length) {
      int room = Peers.room(peer);
      if (room < 0) {
        // Nobody reads this any more; it counts as read, so that who sends it comes to its end.
        client.consumed(stream, length - done);
        return;
      }
      if (room == 0) {
        Peers.grow(peer, Wisp.DOWN_WINDOW);
        if (Peers.room(peer) != 0) {
          continue;
        }
        if (client.isPlain()) {
          keep(address + done, length - done);
        } else {
          abort(CloseReason.CLIENT_ERROR);
        }
        return;
      }
      int count = Math.min(room, length - done);
      kernel().memory.copy(Peers.roomAddress(peer), address + done, count);
      Peers.commit(peer, count);
      pending += count;
      done += count;
    }
  }

  @Override
  public void ended() {
    Peers.shutdown(peer);
  }

  @Override
  public void writable() {
    pump();
  }

  @Override
  public void closed(CloseReason reason) {
    if (!over) {
      boolean regular = reason == CloseReason.VOLUNTARY && (ended || client.isPlain());
      if (regular && keptBytes > 0) {
        ends = true;
        release();
        return;
      }
      end(regular ? null : reason.clause, !regular);
    }
  }
}
