package dev.samovar.kernel.net;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.SlabAllocator;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.memory.Watches;
import java.nio.charset.StandardCharsets;

/**
 * Connections to other hosts that programs ask for. The kernel worker hears of each by a watch, and answers it once, by
 * {@link Sockets#grant} or {@link Sockets#refuse}. One whose socket was closed meanwhile is raised again, as abandoned, and
 * is answered all the same.
 *
 * <pre>
 *    0 the socket that waits; 0 once it was answered or abandoned   4 next of those that are not answered
 *    8 port   12 pid of the owner   16 watch   32 bytes of the host's name   36 the name
 * </pre>
 *
 * Once granted, the record belongs to the socket, which knows by it where it goes. The network lock guards the list and
 * the first field.
 */
public final class Outside {
  /** {@link Watches#kind} of the watch that says: somebody asks, or has given up. */
  public static final int WATCH_OUTSIDE = 33;
  /** Bytes in a host's name. */
  public static final int LONGEST_HOST = 255;

  private static final int SOCKET = 0;
  private static final int NEXT = 4;
  private static final int PORT = 8;
  private static final int OWNER = 12;
  private static final int WATCH = 16;
  private static final int LENGTH = WATCH + Watches.SIZE;
  private static final int HOST = LENGTH + 4;

  private static final String REQUEST = "connection to another host";
  private static final int MOST = 1 << 20;

  private final KernelMemory memory;
  private final SlabAllocator slabs;
  private final Watches watches;

  Outside(KernelMemory memory, SlabAllocator slabs, Watches watches) {
    this.memory = memory;
    this.slabs = slabs;
    this.watches = watches;
  }

  /** A request that nobody knows of yet; 0 if there is no memory. */
  int create(int host, int length, int port, int owner) {
    int request = length > LONGEST_HOST ? 0 : slabs.allocateZeroed(HOST + length);
    if (request != 0) {
      memory.putInt(request + PORT, port);
      memory.putInt(request + OWNER, owner);
      memory.putInt(request + LENGTH, length);
      memory.copy(request + HOST, host, length);
      watches.init(request + WATCH, WATCH_OUTSIDE, request);
    }
    return request;
  }

  void free(int request) {
    slabs.free(request);
  }

  /** Tells the kernel worker. The caller has the network lock. */
  void ask(int request, int socket) {
    memory.putInt(request + SOCKET, socket);
    memory.putInt(request + NEXT, memory.getInt(Superblock.OUTSIDE));
    memory.putInt(Superblock.OUTSIDE, request);
    watches.raise(request + WATCH);
  }

  /** The socket is about to go. The caller has the network lock. */
  void abandon(int request) {
    memory.putIntVolatile(request + SOCKET, 0);
    watches.raise(request + WATCH);
  }

  /** Takes a request off the list. Answers the socket that waits, or 0. The caller has the network lock. */
  int answer(int request) {
    int at = Superblock.OUTSIDE;
    while (memory.getInt(at) != request) {
      at = memory.getInt(at) + NEXT;
    }
    memory.putInt(at, memory.getInt(request + NEXT));
    int socket = memory.getInt(request + SOCKET);
    memory.putIntVolatile(request + SOCKET, 0);
    watches.cancel(request + WATCH);
    return socket;
  }

  /** Whether nobody waits any more. */
  public boolean isAbandoned(int request) {
    return memory.getIntVolatile(request + SOCKET) == 0;
  }

  public int port(int request) {
    return memory.getInt(request + PORT);
  }

  /** The pid that asks. */
  public int owner(int request) {
    return memory.getInt(request + OWNER);
  }

  public String host(int request) {
    byte[] bytes = new byte[memory.getInt(request + LENGTH)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) memory.getByte(request + HOST + i);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Checks those that wait for an answer. */
  void check(Ledger ledger) {
    int seen = 0;
    for (int at = memory.getInt(Superblock.OUTSIDE); at != 0 && seen < MOST && checkRecord(at, ledger);
        at = memory.getInt(at + NEXT)) {
      ledger.watch(at + WATCH);
      seen++;
    }
  }

  /** A holder was found. */
  boolean checkRecord(int request, Ledger ledger) {
    return ledger.record(request, HOST, REQUEST);
  }
}
