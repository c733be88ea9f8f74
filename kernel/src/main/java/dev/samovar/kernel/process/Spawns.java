package dev.samovar.kernel.process;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.fs.Vectors;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.Reached;
import dev.samovar.kernel.memory.SlabAllocator;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.WaitQueue;
import dev.samovar.kernel.memory.Watches;
import java.nio.charset.StandardCharsets;

/**
 * Requests to start a process, which {@code /dev/spawn} takes: a line of JSON in, a line of JSON out. The process that
 * asks prepares its child itself ({@link Child}), out of what it has; the kernel worker finds the program, which may take
 * a while, and hands the child to the scheduler.
 *
 * <pre>
 *    0 holders: the open file, and the kernel worker while it works on it
 *    4 state; who changes the text holds it as BUSY, for others may share the descriptor
 *    8 text: the request, then the answer   12 its bytes   16 the order of its pages
 *   20 the child   24 the program's inode, 0 if a path did not lead to one   28 errno of what went wrong so far
 *   32 queue of who waits for the answer   56 watch   72 names (Strings)
 * </pre>
 */
public final class Spawns {
  private static final String REQUEST = "spawn request";

  private static final int WRITING = 0;
  private static final int ASKED = 1;
  private static final int ANSWERED = 2;
  private static final int BUSY = 3;

  private static final int REFS = 0;
  private static final int STATE = 4;
  private static final int TEXT = 8;
  private static final int LENGTH = 12;
  private static final int ORDER = 16;
  private static final int CHILD = 20;
  private static final int PROGRAM = 24;
  private static final int ERROR = 28;
  private static final int QUEUE = 32;
  private static final int WATCH = QUEUE + WaitQueue.SIZE;
  private static final int NAMES = WATCH + Watches.SIZE;
  private static final int RECORD = NAMES + 4;

  private final KernelMemory memory;
  private final GuestMemory guest;
  private final SlabAllocator slabs;
  private final PageAllocator pages;
  private final Watches watches;
  private final Sleeper sleeper;
  private final Strings strings;
  private final Child child;

  Spawns(KernelMemory memory, GuestMemory guest, SlabAllocator slabs, PageAllocator pages, Watches watches,
      Sleeper sleeper, Strings strings, Child child) {
    this.memory = memory;
    this.guest = guest;
    this.slabs = slabs;
    this.pages = pages;
    this.watches = watches;
    this.sleeper = sleeper;
    this.strings = strings;
    this.child = child;
  }

  /** A request with nothing in it, held once; 0 if there is no memory. */
  int create() {
    int request = slabs.allocateZeroed(RECORD);
    if (request != 0) {
      memory.putInt(request + REFS, 1);
      watches.init(request + WATCH, Processes.WATCH_SPAWN, request);
    }
    return request;
  }

  void release(int request) {
    if (memory.getAndAdd(request + REFS, -1) == 1) {
      int text = memory.getInt(request + TEXT);
      if (text != 0) {
        pages.free(text);
      }
      strings.free(memory.getInt(request + NAMES));
      slabs.free(request);
    }
  }

  /**
   * Takes more of a request; its end, a newline, has it carried out. Answers the bytes taken or a negative errno: -EBUSY
   * while it is carried out, or another thread is at it.
   */
  int write(int request, int vectors, int count, int total) {
    int state = memory.getIntVolatile(request + STATE);
    if (state == ASKED || !claim(request, state)) {
      return -Errno.EBUSY;
    }
    if (state == ANSWERED) {
      memory.putInt(request + LENGTH, 0);
    }
    int taken = take(request, vectors, count, total);
    if (taken <= 0 || memory.getByte(memory.getInt(request + TEXT) + memory.getInt(request + LENGTH) - 1) != '\n') {
      release(request, WRITING);
    } else {
      ask(request);
    }
    return taken;
  }

  /** Whether the text is now the caller's alone, until {@link #release(int, int)}. */
  private boolean claim(int request, int state) {
    return state != BUSY && memory.compareAndExchange(request + STATE, state, BUSY) == state;
  }

  private void release(int request, int state) {
    memory.putIntVolatile(request + STATE, state);
    WaitQueue.wake(memory, request + QUEUE);
  }

  private int take(int request, int vectors, int count, int total) {
    int length = memory.getInt(request + LENGTH);
    if (total > Strings.MAX_BYTES - length) {
      return -Errno.E2BIG;
    }
    if (!makeRoom(request, length + total)) {
      return -Errno.ENOMEM;
    }
    int at = memory.getInt(request + TEXT) + length;
    for (int i = 0; i < count; i++) {
      int n = Vectors.length(memory, vectors, i);
      if (!guest.copyIn(at, Vectors.address(memory, vectors, i), n)) {
        return -Errno.EFAULT;
      }
      at += n;
    }
    memory.putInt(request + LENGTH, length + total);
    return total;
  }

  private boolean makeRoom(int request, int bytes) {
    int old = memory.getInt(request + TEXT);
    int order = PageAllocator.orderFor(Math.max(bytes, 1));
    if (old != 0 && order <= memory.getInt(request + ORDER)) {
      return true;
    }
    int larger = pages.allocate(order);
    if (larger != 0) {
      if (old != 0) {
        memory.copy(larger, old, memory.getInt(request + LENGTH));
        pages.free(old);
      }
      memory.putInt(request + TEXT, larger);
      memory.putInt(request + ORDER, order);
    }
    return larger != 0;
  }

  private void ask(int request) {
    int process = child.prepare(text(memory.getInt(request + TEXT), memory.getInt(request + LENGTH)));
    memory.putInt(request + CHILD, process);
    if (process == 0) {
      answer(request, failure(child.error(), child.problem()));
      return;
    }
    memory.putInt(request + PROGRAM, child.programInode());
    memory.putInt(request + ERROR, child.error());
    strings.free(memory.getInt(request + NAMES));
    memory.putInt(request + NAMES, child.names());
    memory.getAndAdd(request + REFS, 1);
    child.bind(process, request);
    memory.putIntVolatile(request + STATE, ASKED);
    watches.raise(request + WATCH);
  }

  /** Reads the answer; sleeps until there is one. Answers the bytes read, 0 at its end, or a negative errno. */
  int read(int request, int offset, int vectors, int count, boolean nonBlocking) {
    for (;;) {
      int state = memory.getIntVolatile(request + STATE);
      if (state == WRITING) {
        return -Errno.EINVAL;
      }
      if (state == ANSWERED && claim(request, state)) {
        int n = ProcessDevices.copyOut(memory, guest, memory.getInt(request + TEXT) + offset,
            memory.getInt(request + LENGTH) - offset, vectors, count);
        release(request, ANSWERED);
        return n;
      }
      if (nonBlocking || !sleeper.canSleep()) {
        return -Errno.EAGAIN;
      }
      if (!sleepUntilIdle(request)) {
        return -Errno.EINTR;
      }
    }
  }

  private boolean sleepUntilIdle(int request) {
    int queue = request + QUEUE;
    int seen = sleeper.enter(queue);
    boolean alive = true;
    while (alive && isTaken(memory.getIntVolatile(request + STATE))) {
      alive = sleeper.sleep(queue, seen, -1) != Sleeper.INTERRUPTED;
      seen = memory.getIntVolatile(queue);
    }
    sleeper.leave(queue);
    return alive;
  }

  private static boolean isTaken(int state) {
    return state == ASKED || state == BUSY;
  }

  /** For the kernel worker: the child, which waits for its program. */
  public int child(int request) {
    return memory.getInt(request + CHILD);
  }

  /** The errno of what went wrong already, 0 if nothing. */
  public int error(int request) {
    return memory.getInt(request + ERROR);
  }

  /** The inode of the program, 0 if there is no such file; held by the request until {@link #finish}. */
  public int program(int request) {
    return memory.getInt(request + PROGRAM);
  }

  /**
   * The program as it was asked for, its path in the eyes of who asked, and what went wrong so far, as {@link Strings}; 0
   * if there was no memory for them, which {@link #error} says.
   */
  public int names(int request) {
    return memory.getInt(request + NAMES);
  }

  /** Whether nobody waits for the answer any more. */
  public boolean isAbandoned(int request) {
    return memory.getIntVolatile(request + REFS) == 1;
  }

  /** For the kernel worker: answers with the pid. */
  public void finish(int request, int pid) {
    child.bind(child(request), 0);
    finish(request, "{\"pid\":" + pid + "}\n");
  }

  /** For the kernel worker: answers that there is no such process. */
  public void fail(int request, int error, String problem) {
    finish(request, failure(error, problem));
  }

  /** An open file, or the kernel worker by way of the child, holds a request. */
  void checkHeld(int request, Ledger ledger) {
    ledger.refer(request + REFS);
    ledger.reached(REQUEST).add(request);
  }

  /** Checks all requests that were reached. */
  void check(Ledger ledger) {
    Reached requests = ledger.reached(REQUEST);
    for (int request = requests.next(); request != 0; request = requests.next()) {
      if (ledger.record(request, RECORD, REQUEST)) {
        ledger.expectReferences(request + REFS, "reference count", Ledger.at(REQUEST, request));
        ledger.watch(request + WATCH);
        ledger.queue(request + QUEUE);
        if (memory.getInt(request + TEXT) != 0) {
          ledger.run(memory.getInt(request + TEXT), memory.getInt(request + ORDER), "text of a request");
        }
        strings.check(memory.getInt(request + NAMES), ledger);
        child.checkProgram(memory.getInt(request + PROGRAM), ledger);
      }
    }
  }

  private void finish(int request, String answer) {
    child.releaseProgram(memory.getInt(request + PROGRAM));
    memory.putInt(request + PROGRAM, 0);
    answer(request, answer);
    release(request);
  }

  private void answer(int request, String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    memory.putInt(request + LENGTH, 0);
    int length = makeRoom(request, bytes.length) ? bytes.length : 0;
    for (int i = 0; i < length; i++) {
      memory.putByte(memory.getInt(request + TEXT) + i, bytes[i]);
    }
    memory.putInt(request + LENGTH, length);
    memory.putIntVolatile(request + STATE, ANSWERED);
    WaitQueue.wake(memory, request + QUEUE);
  }

  private static String failure(int error, String problem) {
    StringBuilder out = new StringBuilder("{\"errno\":").append(error).append(",\"code\":\"")
        .append(Errno.nameOf(error)).append("\",\"error\":\"");
    for (int i = 0; i < problem.length(); i++) {
      char c = problem.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else {
        out.append(c < ' ' ? ' ' : c);
      }
    }
    return out.append("\"}\n").toString();
  }

  private String text(int address, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) memory.getByte(address + i);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
