package dev.samovar.kernel.fs;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.Reached;
import dev.samovar.kernel.memory.SlabAllocator;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.WaitQueue;
import dev.samovar.kernel.memory.Watches;

/**
 * Pipes: a ring of bytes between writers and readers, either of which may be the kernel worker (standard streams are
 * pipes whose other end it holds). Writers exclude each other by one lock, readers by another; a writer and a reader
 * meet only in the two counters, so that they copy at the same time.
 *
 * <pre>
 *    0 write lock   4 read lock   8 head (bytes ever read)   12 tail (bytes ever written), both modulo 2^32
 *   16 ring   20 its size in bytes, a power of two   24 readers   28 writers
 *   32 the reader's watch or 0   36 the writer's watch or 0   40 keepers: they read and write no more, but may look at it
 *   44 was reset
 *   48 queue of sleeping readers   72 queue of sleeping writers
 *   96 record of the reader's watch   112 record of the writer's watch
 * </pre>
 */
public final class Pipes {
  /** Writes of up to this many bytes are not torn: PIPE_BUF of Linux. */
  public static final int ATOMIC = 4096;

  private static final int WRITE_LOCK = 0;
  private static final int READ_LOCK = 4;
  private static final int HEAD = 8;
  private static final int TAIL = 12;
  private static final int RING = 16;
  private static final int SIZE = 20;
  private static final int READERS = 24;
  private static final int WRITERS = 28;
  private static final int READ_QUEUE = 48;
  private static final int WRITE_QUEUE = 72;
  private static final int READ_WATCH = 32;
  private static final int WRITE_WATCH = 36;
  private static final int KEEPERS = 40;
  private static final int RESET = 44;
  private static final int READ_WATCH_RECORD = 96;
  private static final int WRITE_WATCH_RECORD = 112;
  private static final int RECORD = 128;

  private static final String PIPE = "pipe";

  private final KernelMemory memory;
  private final GuestMemory guest;
  private final Mutex mutex;
  private final SlabAllocator slabs;
  private final PageAllocator pages;
  private final Watches watches;
  private final Sleeper sleeper;

  public Pipes(KernelMemory memory, GuestMemory guest, Mutex mutex, SlabAllocator slabs, PageAllocator pages,
      Watches watches, Sleeper sleeper) {
    this.memory = memory;
    this.guest = guest;
    this.mutex = mutex;
    this.slabs = slabs;
    this.pages = pages;
    this.watches = watches;
    this.sleeper = sleeper;
  }

  /**
   * A pipe with one reader and one writer.
   *
   * @param order its ring has 2<sup>order</sup> pages
   * @return its address, or 0 if there is no memory
   */
  public int create(int order) {
    int ring = pages.allocate(order);
    int pipe = ring == 0 ? 0 : slabs.allocateZeroed(RECORD);
    if (pipe == 0) {
      if (ring != 0) {
        pages.free(ring);
      }
      return 0;
    }
    memory.putInt(pipe + RING, ring);
    memory.putInt(pipe + SIZE, PageAllocator.PAGE << order);
    memory.putInt(pipe + READERS, 1);
    memory.putInt(pipe + WRITERS, 1);
    return pipe;
  }

  /** Lets the kernel worker, as the reader, know when there is something to read or the last writer has gone. */
  public void watchReading(int pipe, int kind, int subject) {
    watches.init(pipe + READ_WATCH_RECORD, kind, subject);
    memory.putInt(pipe + READ_WATCH, pipe + READ_WATCH_RECORD);
  }

  /** Lets the kernel worker, as the writer, know when there is room or the last reader has gone. */
  public void watchWriting(int pipe, int kind, int subject) {
    watches.init(pipe + WRITE_WATCH_RECORD, kind, subject);
    memory.putInt(pipe + WRITE_WATCH, pipe + WRITE_WATCH_RECORD);
  }

  /** A reader was found: an open file, or the kernel worker. */
  public void checkReader(int pipe, Ledger ledger) {
    ledger.refer(pipe + READERS);
    ledger.reached(PIPE).add(pipe);
  }

  /** A writer was found. */
  public void checkWriter(int pipe, Ledger ledger) {
    ledger.refer(pipe + WRITERS);
    ledger.reached(PIPE).add(pipe);
  }

  /** Somebody who keeps it was found. */
  public void checkKeeper(int pipe, Ledger ledger) {
    ledger.refer(pipe + KEEPERS);
    ledger.reached(PIPE).add(pipe);
  }

  /** Checks all pipes that were reached. */
  public void check(Ledger ledger) {
    Reached reached = ledger.reached(PIPE);
    for (int pipe = reached.next(); pipe != 0; pipe = reached.next()) {
      if (ledger.record(pipe, RECORD, PIPE)) {
        check(pipe, ledger);
      }
    }
  }

  private void check(int pipe, Ledger ledger) {
    String where = Ledger.at(PIPE, pipe);
    ledger.mutex(pipe + WRITE_LOCK, "write lock", where);
    ledger.mutex(pipe + READ_LOCK, "read lock", where);
    ledger.expectReferences(pipe + READERS, "pipe count", where + ", whose readers it");
    ledger.expectReferences(pipe + WRITERS, "pipe count", where + ", whose writers it");
    ledger.expectReferences(pipe + KEEPERS, "pipe count", where + ", whose keepers it");
    int size = memory.getInt(pipe + SIZE);
    if (size < PageAllocator.PAGE || (size & size - 1) != 0) {
      ledger.report("pipe ring", where, "has a ring of " + size + " bytes.");
    } else {
      ledger.run(memory.getInt(pipe + RING), PageAllocator.orderFor(size), "pipe's ring");
      if (available(pipe) < 0 || available(pipe) > size) {
        ledger.report("pipe ring", where, "holds " + available(pipe) + " bytes of " + size + ".");
      }
    }
    ledger.queue(pipe + READ_QUEUE);
    ledger.queue(pipe + WRITE_QUEUE);
    checkWatch(pipe, READ_WATCH, READ_WATCH_RECORD, ledger);
    checkWatch(pipe, WRITE_WATCH, WRITE_WATCH_RECORD, ledger);
  }

  private void checkWatch(int pipe, int field, int record, Ledger ledger) {
    int watch = memory.getInt(pipe + field);
    if (watch == pipe + record) {
      ledger.watch(watch);
    } else if (watch != 0) {
      ledger.report("watch", Ledger.at(PIPE, pipe), "names a watch that is not its own.");
    }
  }

  public void addReader(int pipe) {
    memory.getAndAdd(pipe + READERS, 1);
  }

  public void addWriter(int pipe) {
    memory.getAndAdd(pipe + WRITERS, 1);
  }

  /**
   * Keeps the pipe, whatever becomes of its readers and writers: a thread may then still be in a call on an end that
   * another one closes. That call finds the end of file, or -EPIPE.
   */
  public void keep(int pipe) {
    memory.getAndAdd(pipe + KEEPERS, 1);
  }

  /** The end of {@link #keep}. */
  public void unkeep(int pipe) {
    close(pipe, KEEPERS);
  }

  /** The end of a reader; writers that sleep find out. */
  public void closeReader(int pipe) {
    close(pipe, READERS);
  }

  /** The end of a writer; once it was the last, readers find the end of file after what is left. */
  public void closeWriter(int pipe) {
    close(pipe, WRITERS);
  }

  /**
   * The counts are one another's neighbours but not one word: a lock decides who sees all at 0, and frees. The write lock
   * serves, which writers take anyway.
   */
  private void close(int pipe, int mine) {
    mutex.lock(pipe + WRITE_LOCK);
    int left = memory.getAndAdd(pipe + mine, -1) - 1;
    boolean last = left == 0 && memory.getIntVolatile(pipe + READERS) == 0 && memory.getIntVolatile(pipe + WRITERS) == 0
        && memory.getIntVolatile(pipe + KEEPERS) == 0;
    if (left == 0 && !last && mine != KEEPERS) {
      raise(pipe, READ_WATCH);
      raise(pipe, WRITE_WATCH);
      WaitQueue.wake(memory, pipe + READ_QUEUE);
      WaitQueue.wake(memory, pipe + WRITE_QUEUE);
    }
    mutex.unlock(pipe + WRITE_LOCK);
    if (last) {
      pages.free(memory.getInt(pipe + RING));
      slabs.free(pipe);
    }
  }

  /** Raises a watch of the pipe. Under one of its locks, so that {@link #unwatch} knows when no more can come. */
  private void raise(int pipe, int field) {
    int watch = memory.getInt(pipe + field);
    if (watch != 0) {
      watches.raise(watch);
    }
  }

  /** Lets the reader find -ECONNRESET instead of the end of file, once the writers have gone: a socket's way to say so. */
  public void reset(int pipe) {
    memory.putIntVolatile(pipe + RESET, 1);
  }

  /** Takes the watches off, before the kernel worker gives its end up. */
  public void unwatch(int pipe) {
    mutex.lock(pipe + WRITE_LOCK);
    mutex.lock(pipe + READ_LOCK);
    memory.putInt(pipe + READ_WATCH, 0);
    memory.putInt(pipe + WRITE_WATCH, 0);
    mutex.unlock(pipe + READ_LOCK);
    mutex.unlock(pipe + WRITE_LOCK);
    watches.cancel(pipe + READ_WATCH_RECORD);
    watches.cancel(pipe + WRITE_WATCH_RECORD);
  }

  /**
   * Makes the ring twice as large, so that a writer without a reader yet can go on.
   *
   * @param most bytes that a ring may have
   */
  public void grow(int pipe, int most) {
    int size = memory.getInt(pipe + SIZE);
    int ring = size >= most ? 0 : pages.allocate(PageAllocator.orderFor(2 * size));
    if (ring == 0) {
      return;
    }
    mutex.lock(pipe + WRITE_LOCK);
    mutex.lock(pipe + READ_LOCK);
    int old = memory.getInt(pipe + RING);
    int head = memory.getInt(pipe + HEAD);
    int left = memory.getInt(pipe + TAIL) - head;
    // The counters go on: each byte lies where they say in a ring of the new size.
    while (left > 0) {
      int from = head & (size - 1);
      int to = head & (2 * size - 1);
      int n = Math.min(left, size - from);
      memory.copy(ring + to, old + from, n);
      head += n;
      left -= n;
    }
    memory.putInt(pipe + RING, ring);
    memory.putIntVolatile(pipe + SIZE, 2 * size);
    mutex.unlock(pipe + READ_LOCK);
    mutex.unlock(pipe + WRITE_LOCK);
    pages.free(old);
    WaitQueue.wake(memory, pipe + WRITE_QUEUE);
  }

  /** Bytes that wait to be read. */
  public int available(int pipe) {
    return memory.getIntVolatile(pipe + TAIL) - memory.getIntVolatile(pipe + HEAD);
  }

  /** Bytes that can be written at once. */
  public int room(int pipe) {
    return memory.getInt(pipe + SIZE) - available(pipe);
  }

  public boolean hasReaders(int pipe) {
    return memory.getIntVolatile(pipe + READERS) != 0;
  }

  public boolean hasWriters(int pipe) {
    return memory.getIntVolatile(pipe + WRITERS) != 0;
  }

  /**
   * Writes guest bytes; sleeps while there is no room, unless {@code nonBlocking}.
   *
   * @param vectors {@link Vectors} that were checked
   * @param total their sum in bytes
   * @return the bytes written, or -EPIPE without a reader, -EAGAIN, -EINTR when killed
   */
  public int write(int pipe, int vectors, int total, boolean nonBlocking) {
    int done = 0;
    int vector = 0;
    int within = 0;
    // At least once, also for no bytes: a writer without readers has to know.
    do {
      if (memory.getIntVolatile(pipe + READERS) == 0) {
        return done > 0 ? done : -Errno.EPIPE;
      }
      int least = total <= ATOMIC ? total : 1;
      mutex.lock(pipe + WRITE_LOCK);
      if (memory.getInt(pipe + WRITERS) == 0) {
        // Closed by another thread: after the end of file that it meant nothing may follow.
        mutex.unlock(pipe + WRITE_LOCK);
        return done > 0 ? done : -Errno.EPIPE;
      }
      int size = memory.getInt(pipe + SIZE);
      int tail = memory.getInt(pipe + TAIL);
      int room = size - (tail - memory.getIntVolatile(pipe + HEAD));
      if (room >= least) {
        int ring = memory.getInt(pipe + RING);
        int left = Math.min(room, total - done);
        while (left > 0) {
          int length = Vectors.length(memory, vectors, vector) - within;
          int at = tail & (size - 1);
          int n = Math.min(Math.min(length, left), size - at);
          guest.copyIn(ring + at, Vectors.address(memory, vectors, vector) + within, n);
          tail += n;
          left -= n;
          done += n;
          within += n;
          if (n == length) {
            vector++;
            within = 0;
          }
        }
        memory.putIntVolatile(pipe + TAIL, tail);
        raise(pipe, READ_WATCH);
        mutex.unlock(pipe + WRITE_LOCK);
        WaitQueue.wake(memory, pipe + READ_QUEUE);
        continue;
      }
      mutex.unlock(pipe + WRITE_LOCK);
      if (nonBlocking || !sleeper.canSleep()) {
        return done > 0 ? done : -Errno.EAGAIN;
      }
      if (!sleepUntilRoom(pipe, least)) {
        return done > 0 ? done : -Errno.EINTR;
      }
    } while (done < total);
    return done;
  }

  private boolean sleepUntilRoom(int pipe, int least) {
    int queue = pipe + WRITE_QUEUE;
    int seen = sleeper.enter(queue);
    boolean alive = true;
    while (alive && room(pipe) < least && hasReaders(pipe) && hasWriters(pipe)) {
      alive = sleeper.sleep(queue, seen, -1) != Sleeper.INTERRUPTED;
      seen = memory.getIntVolatile(queue);
    }
    sleeper.leave(queue);
    return alive;
  }

  /**
   * Reads what there is into the guest; sleeps while there is nothing, unless {@code nonBlocking}.
   *
   * @param vectors {@link Vectors} that were checked
   * @param total their sum in bytes
   * @return the bytes read, 0 at the end of file, or -EAGAIN, -EINTR when killed, -ECONNRESET after {@link #reset}
   */
  public int read(int pipe, int vectors, int total, boolean nonBlocking) {
    return read(pipe, vectors, total, nonBlocking, true);
  }

  /** Reads as {@link #read} does, and leaves the bytes there. */
  public int peekInto(int pipe, int vectors, int total, boolean nonBlocking) {
    return read(pipe, vectors, total, nonBlocking, false);
  }

  private int read(int pipe, int vectors, int total, boolean nonBlocking, boolean takes) {
    if (total == 0) {
      return 0;
    }
    for (;;) {
      // Read before looking into the ring: what a writer wrote before it closed must not be missed.
      boolean open = hasWriters(pipe) && hasReaders(pipe);
      mutex.lock(pipe + READ_LOCK);
      int head = memory.getInt(pipe + HEAD);
      int count = Math.min(memory.getIntVolatile(pipe + TAIL) - head, total);
      copyOut(pipe, head, count, vectors);
      if (count > 0 && takes) {
        memory.putIntVolatile(pipe + HEAD, head + count);
        raise(pipe, WRITE_WATCH);
      }
      mutex.unlock(pipe + READ_LOCK);
      if (count > 0) {
        if (takes) {
          WaitQueue.wake(memory, pipe + WRITE_QUEUE);
        }
        return count;
      }
      if (!open) {
        return memory.getIntVolatile(pipe + RESET) != 0 ? -Errno.ECONNRESET : 0;
      }
      if (nonBlocking || !sleeper.canSleep()) {
        return -Errno.EAGAIN;
      }
      if (!sleepUntilReadable(pipe)) {
        return -Errno.EINTR;
      }
    }
  }

  /** Copies {@code count} bytes from position {@code head} on to the guest. The caller has the read lock. */
  private void copyOut(int pipe, int head, int count, int vectors) {
    int size = memory.getInt(pipe + SIZE);
    int ring = memory.getInt(pipe + RING);
    int from = head;
    int vector = 0;
    int within = 0;
    for (int left = count; left > 0; ) {
      int length = Vectors.length(memory, vectors, vector) - within;
      int at = from & (size - 1);
      int n = Math.min(Math.min(length, left), size - at);
      guest.copyOut(Vectors.address(memory, vectors, vector) + within, ring + at, n);
      from += n;
      left -= n;
      within += n;
      if (n == length) {
        vector++;
        within = 0;
      }
    }
  }

  private boolean sleepUntilReadable(int pipe) {
    int queue = pipe + READ_QUEUE;
    int seen = sleeper.enter(queue);
    boolean alive = true;
    while (alive && available(pipe) == 0 && hasWriters(pipe) && hasReaders(pipe)) {
      alive = sleeper.sleep(queue, seen, -1) != Sleeper.INTERRUPTED;
      seen = memory.getIntVolatile(queue);
    }
    sleeper.leave(queue);
    return alive;
  }

  /** Where readers sleep. */
  public int readQueue(int pipe) {
    return pipe + READ_QUEUE;
  }

  /** Where writers sleep. */
  public int writeQueue(int pipe) {
    return pipe + WRITE_QUEUE;
  }

  /**
   * Writes bytes of the kernel's own, as many as there is room for.
   *
   * @return the bytes written, or -EPIPE without a reader
   */
  public int put(int pipe, int from, int length) {
    return putSome(pipe, from, length, 0);
  }

  /**
   * Writes bytes of the kernel's own, all of them; sleeps while there is no room, unless {@code nonBlocking}.
   *
   * @param length at most {@link #ATOMIC}
   * @return {@code length}, or -EPIPE without a reader, -EAGAIN, -EINTR when killed
   */
  public int putAll(int pipe, int from, int length, boolean nonBlocking) {
    for (;;) {
      int sent = putSome(pipe, from, length, length);
      if (sent != 0) {
        return sent;
      }
      if (nonBlocking || !sleeper.canSleep()) {
        return -Errno.EAGAIN;
      }
      if (!sleepUntilRoom(pipe, length)) {
        return -Errno.EINTR;
      }
    }
  }

  /** Answers the bytes written, none where there is no room for {@code least}, or -EPIPE. */
  private int putSome(int pipe, int from, int length, int least) {
    if (memory.getIntVolatile(pipe + READERS) == 0) {
      return -Errno.EPIPE;
    }
    mutex.lock(pipe + WRITE_LOCK);
    int size = memory.getInt(pipe + SIZE);
    int tail = memory.getInt(pipe + TAIL);
    int n = Math.min(length, size - (tail - memory.getIntVolatile(pipe + HEAD)));
    if (n < least) {
      mutex.unlock(pipe + WRITE_LOCK);
      return 0;
    }
    int at = tail & (size - 1);
    int first = Math.min(n, size - at);
    memory.copy(memory.getInt(pipe + RING) + at, from, first);
    memory.copy(memory.getInt(pipe + RING), from + first, n - first);
    memory.putIntVolatile(pipe + TAIL, tail + n);
    raise(pipe, READ_WATCH);
    mutex.unlock(pipe + WRITE_LOCK);
    WaitQueue.wake(memory, pipe + READ_QUEUE);
    return n;
  }

  /** For the kernel worker as the only reader: the address of the bytes to be read next. */
  public int peek(int pipe) {
    return memory.getInt(pipe + RING) + (memory.getInt(pipe + HEAD) & (memory.getInt(pipe + SIZE) - 1));
  }

  /** For the kernel worker as the only reader: how many bytes from {@link #peek} on can be read in one piece. */
  public int peekLength(int pipe) {
    int size = memory.getInt(pipe + SIZE);
    return Math.min(available(pipe), size - (memory.getInt(pipe + HEAD) & (size - 1)));
  }

  /** For the kernel worker as the only reader: says that {@code count} bytes have been read. */
  public void consume(int pipe, int count) {
    memory.getAndAdd(pipe + HEAD, count);
    WaitQueue.wake(memory, pipe + WRITE_QUEUE);
  }

  /** Whether {@link #reset} was called. */
  public boolean wasReset(int pipe) {
    return memory.getIntVolatile(pipe + RESET) != 0;
  }

  /** For the kernel worker as the only writer: the address of the room that is to be filled next. */
  public int vacant(int pipe) {
    return memory.getInt(pipe + RING) + (memory.getInt(pipe + TAIL) & (memory.getInt(pipe + SIZE) - 1));
  }

  /** For the kernel worker as the only writer: how many bytes from {@link #vacant} on can be filled in one piece. */
  public int vacantLength(int pipe) {
    int size = memory.getInt(pipe + SIZE);
    return Math.min(room(pipe), size - (memory.getInt(pipe + TAIL) & (size - 1)));
  }

  /** For the kernel worker as the only writer: says that {@code count} bytes have been filled in. */
  public void commit(int pipe, int count) {
    memory.getAndAdd(pipe + TAIL, count);
    WaitQueue.wake(memory, pipe + READ_QUEUE);
  }
}
