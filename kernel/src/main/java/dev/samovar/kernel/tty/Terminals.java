package dev.samovar.kernel.tty;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.fs.Pipes;
import dev.samovar.kernel.fs.TerminalFiles;
import dev.samovar.kernel.fs.Vectors;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.Reached;
import dev.samovar.kernel.memory.SlabAllocator;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.WaitQueue;

/**
 * The terminal record, and what programs do with terminals.
 *
 * <pre>
 *    0 lock   4 holds   8 settings, bits of {@link Settings}   12 columns   16 rows   20 has ended (0 or 1)
 *   24 ring of input   28 a bit for each of its bytes: an end of file, typed there
 *   32 head   36 committed   40 tail: places in the input, modulo 2^32   44 output, a pipe
 *   48 queue of sleeping readers   72 foreground group
 * </pre>
 */
public final class Terminals implements TerminalFiles {
  static final int LOCK = 0;
  private static final int HOLDS = 4;
  static final int SETTINGS = 8;
  private static final int COLUMNS = 12;
  private static final int ROWS = 16;
  private static final int ENDED = 20;
  private static final int RING = 24;
  private static final int MARKS = 28;
  private static final int HEAD = 32;
  static final int COMMITTED = 36;
  static final int TAIL = 40;
  static final int OUTPUT = 44;
  static final int READ_QUEUE = 48;
  private static final int FOREGROUND = READ_QUEUE + WaitQueue.SIZE;
  private static final int RECORD = FOREGROUND + 4;

  /** The input ring has 2<sup>3</sup> pages: a pasted page of text fits, and a page of bits marks its bytes. */
  private static final int RING_ORDER = 3;
  static final int RING_SIZE = PageAllocator.PAGE << RING_ORDER;
  /** The output is a stream like any other: 64 KiB. */
  private static final int OUTPUT_ORDER = 4;
  /** Guest bytes that are translated at a time; in the worst case each becomes two. */
  private static final int CHUNK = 2048;
  /** The largest size that xterm and its like speak of. */
  public static final int MAX_SIZE = 65_535;

  private static final String NAME = "terminal";

  private final KernelMemory memory;
  private final GuestMemory guest;
  private final Mutex mutex;
  private final SlabAllocator slabs;
  private final PageAllocator pages;
  private final Pipes pipes;
  private final Sleeper sleeper;
  private final Settings settings;
  private final int scratch;

  /** @param scratch 4 KiB of this worker's own */
  public Terminals(KernelMemory memory, GuestMemory guest, Mutex mutex, SlabAllocator slabs, PageAllocator pages,
      Pipes pipes, Sleeper sleeper, int scratch) {
    this.memory = memory;
    this.guest = guest;
    this.mutex = mutex;
    this.slabs = slabs;
    this.pages = pages;
    this.pipes = pipes;
    this.sleeper = sleeper;
    this.scratch = scratch;
    settings = new Settings(memory);
  }

  /** A terminal with one hold, in its usual settings; 0 if there is no memory. */
  public int create(int columns, int rows) {
    int terminal = slabs.allocateZeroed(RECORD);
    if (terminal == 0) {
      return 0;
    }
    int ring = pages.allocate(RING_ORDER);
    int marks = pages.allocateZeroed(0);
    int output = pipes.create(OUTPUT_ORDER);
    memory.putInt(terminal + HOLDS, 1);
    memory.putInt(terminal + RING, ring);
    memory.putInt(terminal + MARKS, marks);
    memory.putInt(terminal + OUTPUT, output);
    memory.putInt(terminal + SETTINGS, Settings.SANE);
    memory.putInt(terminal + COLUMNS, columns);
    memory.putInt(terminal + ROWS, rows);
    if (ring == 0 || marks == 0 || output == 0) {
      if (output != 0) {
        pipes.closeReader(output);
      }
      free(terminal);
      return 0;
    }
    return terminal;
  }

  @Override
  public void checkHeld(int terminal, Ledger ledger) {
    ledger.refer(terminal + HOLDS);
    ledger.reached(NAME).add(terminal);
  }

  /** Checks all terminals that were reached; their output is reached through them. */
  public void check(Ledger ledger) {
    Reached reached = ledger.reached(NAME);
    for (int terminal = reached.next(); terminal != 0; terminal = reached.next()) {
      if (!ledger.record(terminal, RECORD, NAME)) {
        continue;
      }
      String where = Ledger.at(NAME, terminal);
      ledger.mutex(terminal + LOCK, "lock", where);
      ledger.queue(terminal + READ_QUEUE);
      ledger.expectReferences(terminal + HOLDS, "reference count", where);
      ledger.run(memory.getInt(terminal + RING), RING_ORDER, "terminal's ring");
      ledger.run(memory.getInt(terminal + MARKS), 0, "terminal's marks");
      pipes.checkWriter(memory.getInt(terminal + OUTPUT), ledger);
      int committed = memory.getInt(terminal + COMMITTED) - memory.getInt(terminal + HEAD);
      int typed = memory.getInt(terminal + TAIL) - memory.getInt(terminal + HEAD);
      if (committed < 0 || committed > typed || typed > PageAllocator.PAGE << RING_ORDER) {
        ledger.report("terminal", where, "has " + committed + " of " + typed + " bytes of input committed.");
      }
    }
  }

  public void hold(int terminal) {
    memory.getAndAdd(terminal + HOLDS, 1);
  }

  @Override
  public void release(int terminal) {
    if (memory.getAndAdd(terminal + HOLDS, -1) == 1) {
      free(terminal);
    }
  }

  private void free(int terminal) {
    if (memory.getInt(terminal + OUTPUT) != 0) {
      pipes.closeWriter(memory.getInt(terminal + OUTPUT));
    }
    if (memory.getInt(terminal + RING) != 0) {
      pages.free(memory.getInt(terminal + RING));
    }
    if (memory.getInt(terminal + MARKS) != 0) {
      pages.free(memory.getInt(terminal + MARKS));
    }
    slabs.free(terminal);
  }

  /** The pipe that carries what is to be seen; the terminal is its writer, its creator the reader. */
  public int output(int terminal) {
    return memory.getInt(terminal + OUTPUT);
  }

  /** The process group that ^C is meant for, by its leader's pid. */
  public int foreground(int terminal) {
    return memory.getIntVolatile(terminal + FOREGROUND);
  }

  public void setForeground(int terminal, int group) {
    memory.putIntVolatile(terminal + FOREGROUND, group);
  }

  public int columns(int terminal) {
    return memory.getIntVolatile(terminal + COLUMNS);
  }

  public int rows(int terminal) {
    return memory.getIntVolatile(terminal + ROWS);
  }

  /** Tells the size of the screen, in characters. Answers 0 or EINVAL. */
  public int resize(int terminal, int columns, int rows) {
    if (!isSize(columns) || !isSize(rows)) {
      return Errno.EINVAL;
    }
    mutex.lock(terminal + LOCK);
    memory.putIntVolatile(terminal + COLUMNS, columns);
    memory.putIntVolatile(terminal + ROWS, rows);
    mutex.unlock(terminal + LOCK);
    return Errno.SUCCESS;
  }

  public static boolean isSize(int size) {
    return size > 0 && size <= MAX_SIZE;
  }

  /** Nobody will type any more: what was typed can still be read, then comes the end of the file. */
  public void end(int terminal) {
    mutex.lock(terminal + LOCK);
    commit(terminal);
    memory.putIntVolatile(terminal + ENDED, 1);
    mutex.unlock(terminal + LOCK);
    WaitQueue.wake(memory, terminal + READ_QUEUE);
  }

  /** Whether a read would not wait. */
  public boolean isReadable(int terminal) {
    return available(terminal) != 0 || hasEnded(terminal);
  }

  public boolean hasEnded(int terminal) {
    return memory.getIntVolatile(terminal + ENDED) != 0;
  }

  /** Bytes that can be read; a typed end of file counts as one. */
  public int available(int terminal) {
    return memory.getIntVolatile(terminal + COMMITTED) - memory.getIntVolatile(terminal + HEAD);
  }

  /** Where readers sleep. */
  public int readQueue(int terminal) {
    return terminal + READ_QUEUE;
  }

  /**
   * Reads what was typed: in canonical mode at most a line, otherwise what there is.
   *
   * @return the bytes read, 0 at an end of file, or -EAGAIN, -EINTR when killed
   */
  @Override
  public int read(int terminal, int vectors, int total, boolean nonBlocking) {
    if (total == 0) {
      return 0;
    }
    for (;;) {
      // Read before looking for input: what was typed before the end must not be missed.
      boolean ended = hasEnded(terminal);
      mutex.lock(terminal + LOCK);
      int head = memory.getInt(terminal + HEAD);
      int there = memory.getInt(terminal + COMMITTED) - head;
      int count = Math.min(there, total);
      if (there > 0) {
        boolean lines = (memory.getInt(terminal + SETTINGS) & Settings.ICANON) != 0;
        if (lines) {
          count = lineLength(terminal, head, count);
        }
        copyOut(terminal, head, vectors, count);
        boolean whole = count > 0 && byteAt(terminal, head + count - 1) == '\n';
        // An end of file after a part of a line only hands that part over.
        boolean mark = lines && !whole && count < there && isMark(terminal, head + count);
        memory.putIntVolatile(terminal + HEAD, head + count + (mark ? 1 : 0));
      }
      mutex.unlock(terminal + LOCK);
      if (there > 0) {
        return count;
      }
      if (ended) {
        return 0;
      }
      if (nonBlocking || !sleeper.canSleep()) {
        return -Errno.EAGAIN;
      }
      if (!sleepUntilReadable(terminal)) {
        return -Errno.EINTR;
      }
    }
  }

  /** How many of the first {@code most} bytes belong to the first line, its end included. */
  private int lineLength(int terminal, int head, int most) {
    for (int i = 0; i < most; i++) {
      if (isMark(terminal, head + i)) {
        return i;
      }
      if (byteAt(terminal, head + i) == '\n') {
        return i + 1;
      }
    }
    return most;
  }

  private void copyOut(int terminal, int head, int vectors, int count) {
    int ring = memory.getInt(terminal + RING);
    int at = head & (RING_SIZE - 1);
    int first = Math.min(count, RING_SIZE - at);
    scatter(vectors, 0, ring + at, first);
    scatter(vectors, first, ring, count - first);
  }

  /** Copies kernel bytes into the guest's vectors, {@code skip} bytes from their beginning. */
  private void scatter(int vectors, int skip, int from, int count) {
    int vector = 0;
    int done = 0;
    while (done < count) {
      int length = Vectors.length(memory, vectors, vector);
      if (skip >= length) {
        skip -= length;
      } else {
        int n = Math.min(length - skip, count - done);
        guest.copyOut(Vectors.address(memory, vectors, vector) + skip, from + done, n);
        done += n;
        skip = 0;
      }
      vector++;
    }
  }

  private boolean sleepUntilReadable(int terminal) {
    int queue = terminal + READ_QUEUE;
    int seen = sleeper.enter(queue);
    boolean alive = true;
    while (alive && !isReadable(terminal)) {
      alive = sleeper.sleep(queue, seen, -1) != Sleeper.INTERRUPTED;
      seen = memory.getIntVolatile(queue);
    }
    sleeper.leave(queue);
    return alive;
  }

  /**
   * Writes to the screen; a line feed becomes a carriage return and a line feed, unless settings say otherwise.
   *
   * @return the bytes written, or -EIO when nobody sees it any more, -EAGAIN, -EINTR when killed
   */
  @Override
  public int write(int terminal, int vectors, int total, boolean nonBlocking) {
    int output = output(terminal);
    if (!Settings.translatesOutput(memory.getIntVolatile(terminal + SETTINGS))) {
      return gone(pipes.write(output, vectors, total, nonBlocking));
    }
    int done = 0;
    int vector = 0;
    int within = 0;
    while (done < total) {
      int taken = 0;
      while (taken < CHUNK && done + taken < total) {
        int length = Vectors.length(memory, vectors, vector) - within;
        int n = Math.min(length, CHUNK - taken);
        guest.copyIn(scratch + CHUNK + taken, Vectors.address(memory, vectors, vector) + within, n);
        taken += n;
        within += n;
        if (n == length) {
          vector++;
          within = 0;
        }
      }
      int sent = pipes.putAll(output, scratch, translate(taken), nonBlocking);
      if (sent < 0) {
        return done > 0 ? done : gone(sent);
      }
      done += taken;
    }
    return done;
  }

  @Override
  public void say(int terminal, int from, int length) {
    for (int done = 0; done < length; done += CHUNK) {
      int n = Math.min(CHUNK, length - done);
      memory.copy(scratch + CHUNK, from + done, n);
      pipes.put(output(terminal), scratch, translate(n));
    }
  }

  /** From the scratch memory's second half into the whole of it, which never overtakes itself. Answers the bytes. */
  private int translate(int count) {
    int to = scratch;
    for (int from = scratch + CHUNK; from < scratch + CHUNK + count; from++) {
      int c = memory.getByte(from);
      if (c == '\n') {
        memory.putByte(to++, '\r');
      }
      memory.putByte(to++, c);
    }
    return to - scratch;
  }

  private static int gone(int result) {
    return result == -Errno.EPIPE ? -Errno.EIO : result;
  }

  @Override
  public int readSettings(int terminal, long offset, int vectors, int total) {
    mutex.lock(terminal + LOCK);
    int length = settings.print(scratch, memory.getInt(terminal + SETTINGS), columns(terminal), rows(terminal));
    mutex.unlock(terminal + LOCK);
    int count = (int) Math.max(0, Math.min(total, length - offset));
    scatter(vectors, 0, scratch + (int) offset, count);
    return count;
  }

  /** @return the bytes written, or -EINVAL for a word that is none (nothing is changed then), -E2BIG */
  @Override
  public int writeSettings(int terminal, int vectors, int total) {
    if (total > PageAllocator.PAGE) {
      return -Errno.E2BIG;
    }
    int vector = 0;
    for (int done = 0; done < total; vector++) {
      int n = Vectors.length(memory, vectors, vector);
      guest.copyIn(scratch + done, Vectors.address(memory, vectors, vector), n);
      done += n;
    }
    mutex.lock(terminal + LOCK);
    boolean understood = settings.parse(scratch, total, memory.getInt(terminal + SETTINGS), columns(terminal),
        rows(terminal));
    if (understood) {
      memory.putIntVolatile(terminal + SETTINGS, settings.flags);
      memory.putIntVolatile(terminal + COLUMNS, settings.columns);
      memory.putIntVolatile(terminal + ROWS, settings.rows);
      if ((settings.flags & Settings.ICANON) == 0) {
        // Half a line is something to read now.
        commit(terminal);
      }
    }
    mutex.unlock(terminal + LOCK);
    WaitQueue.wake(memory, terminal + READ_QUEUE);
    return understood ? total : -Errno.EINVAL;
  }

  // What the line discipline does, with the terminal's lock.

  int byteAt(int terminal, int place) {
    return memory.getByte(memory.getInt(terminal + RING) + (place & (RING_SIZE - 1)));
  }

  private boolean isMark(int terminal, int place) {
    int bit = place & (RING_SIZE - 1);
    return (memory.getByte(memory.getInt(terminal + MARKS) + (bit >> 3)) & 1 << (bit & 7)) != 0;
  }

  /** Bytes that there is room for. */
  int room(int terminal) {
    return RING_SIZE - (memory.getInt(terminal + TAIL) - memory.getInt(terminal + HEAD));
  }

  /** Appends a byte, or an end of file. */
  void append(int terminal, int value, boolean mark) {
    int tail = memory.getInt(terminal + TAIL);
    int bit = tail & (RING_SIZE - 1);
    int marks = memory.getInt(terminal + MARKS) + (bit >> 3);
    int others = memory.getByte(marks) & ~(1 << (bit & 7));
    memory.putByte(marks, mark ? others | 1 << (bit & 7) : others);
    memory.putByte(memory.getInt(terminal + RING) + bit, value);
    memory.putInt(terminal + TAIL, tail + 1);
  }

  /** Lets everything so far be read. */
  void commit(int terminal) {
    memory.putIntVolatile(terminal + COMMITTED, memory.getInt(terminal + TAIL));
  }

  /** Forgets everything that was typed and not read. */
  void discard(int terminal) {
    int tail = memory.getInt(terminal + TAIL);
    memory.putIntVolatile(terminal + COMMITTED, tail);
    memory.putIntVolatile(terminal + HEAD, tail);
  }
}
