package dev.samovar.kernel.capability;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.Reached;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What a process may do: one page, shared with its children. A process that may do everything inside this OS, and
 * nothing outside, has none (0).
 *
 * <pre>
 *    0 refs   4 flags   8 file grants   12 all their bits   16 listen ports   20 connect targets   24 environment names
 *   28 end of the texts
 *   32 file grants, 16 bytes each: 0 inode   4 path (offset, length: 16 bits each)   8 name (likewise)   12 bits
 *      texts: the grants' paths and names, then the three lists: a 16-bit length before each; a port is 2 bytes
 * </pre>
 *
 * <b>A file grant</b> is a directory's inode with all below it; or, for anything else and for what is not there yet, a
 * name in a directory's inode. The record holds that inode. A walk begins with what the directory that it starts from
 * was granted, gains what each step grants, and loses it again by {@code ..}: see {@code fs.PathWalk}.
 */
public final class Capabilities {
  /** Bits of a file grant. They are chosen to fit into a walk's options. */
  public static final int READ = 4;
  public static final int WRITE = 8;

  private static final int LISTEN_ALL = 1;
  private static final int CONNECT_ALL = 2;
  private static final int ENVIRONMENT_ALL = 4;
  private static final int SPAWN = 8;
  private static final int CLOCK = 16;
  private static final int RANDOM = 32;

  private static final int REFS = 0;
  private static final int FLAGS = 4;
  private static final int GRANTS = 8;
  private static final int ALL_BITS = 12;
  private static final int PORTS = 16;
  private static final int TARGETS = 20;
  private static final int NAMES = 24;
  private static final int END = 28;
  private static final int FIRST_GRANT = 32;
  private static final int GRANT = 16;
  /** File grants that a record has room for. */
  public static final int MAX_GRANTS = 64;
  private static final int TEXTS = FIRST_GRANT + MAX_GRANTS * GRANT;

  private static final int INODE = 0;
  private static final int PATH = 4;
  private static final int PATH_LENGTH = 6;
  private static final int NAME = 8;
  private static final int NAME_LENGTH = 10;
  private static final int BITS = 12;

  private static final String CAPABILITIES = "record of capabilities";

  private final KernelMemory memory;
  private final PageAllocator pages;

  public Capabilities(KernelMemory memory, PageAllocator pages) {
    this.memory = memory;
    this.pages = pages;
  }

  /**
   * A record with everything in a request but the files, held once.
   *
   * @return its address, or 0 if there is no memory
   */
  public int create(CapabilitiesRequest request) {
    int record = pages.allocateZeroed(0);
    if (record != 0) {
      memory.putInt(record + REFS, 1);
      memory.putInt(record + END, TEXTS);
      memory.putInt(record + FLAGS, (request.listenAll ? LISTEN_ALL : 0) | (request.connectAll ? CONNECT_ALL : 0)
          | (request.environmentAll ? ENVIRONMENT_ALL : 0) | (request.spawn ? SPAWN : 0) | (request.clock ? CLOCK : 0)
          | (request.random ? RANDOM : 0));
    }
    return record;
  }

  /** Adds the lists of a request, after the last file grant. Answers whether there was room. */
  public boolean addLists(int record, CapabilitiesRequest request) {
    memory.putInt(record + PORTS, memory.getInt(record + END));
    for (int port : request.listen) {
      int at = reserve(record, 2);
      if (at == 0) {
        return false;
      }
      memory.putShort(at, port);
    }
    memory.putInt(record + TARGETS, memory.getInt(record + END));
    if (!addTexts(record, request.connect)) {
      return false;
    }
    memory.putInt(record + NAMES, memory.getInt(record + END));
    return addTexts(record, request.environment);
  }

  private boolean addTexts(int record, List<String> texts) {
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      int at = reserve(record, 2 + bytes.length);
      if (at == 0) {
        return false;
      }
      memory.putShort(at, bytes.length);
      for (int i = 0; i < bytes.length; i++) {
        memory.putByte(at + 2 + i, bytes[i]);
      }
    }
    return true;
  }

  /** Room among the texts, 0 if there is none. */
  private int reserve(int record, int bytes) {
    int end = memory.getInt(record + END);
    if (end + bytes > PageAllocator.PAGE) {
      return 0;
    }
    memory.putInt(record + END, end + bytes);
    return record + end;
  }

  /**
   * Grants a directory, or with {@code nameLength} above 0 a name in it. The record takes the caller's hold on the
   * inode if it answers true.
   */
  public boolean addGrant(int record, int inode, int name, int nameLength, int path, int pathLength, int bits) {
    int count = memory.getInt(record + GRANTS);
    int texts = count == MAX_GRANTS ? 0 : reserve(record, pathLength + nameLength);
    if (texts == 0) {
      return false;
    }
    memory.copy(texts, path, pathLength);
    memory.copy(texts + pathLength, name, nameLength);
    int grant = grant(record, count);
    memory.putInt(grant + INODE, inode);
    memory.putShort(grant + PATH, texts - record);
    memory.putShort(grant + PATH_LENGTH, pathLength);
    memory.putShort(grant + NAME, texts + pathLength - record);
    memory.putShort(grant + NAME_LENGTH, nameLength);
    memory.putInt(grant + BITS, bits);
    memory.putInt(record + GRANTS, count + 1);
    memory.putInt(record + ALL_BITS, memory.getInt(record + ALL_BITS) | bits);
    return true;
  }

  private static int grant(int record, int index) {
    return record + FIRST_GRANT + index * GRANT;
  }

  /** A process was found that these restrict, 0 for none. */
  public void checkHeld(int record, Ledger ledger) {
    if (record != 0) {
      ledger.refer(record + REFS);
      ledger.reached(CAPABILITIES).add(record);
    }
  }

  /**
   * Checks all records that were reached.
   *
   * @param grants told of each inode that one of them holds
   */
  public void check(Ledger ledger, IntConsumer grants) {
    Reached reached = ledger.reached(CAPABILITIES);
    for (int record = reached.next(); record != 0; record = reached.next()) {
      if (ledger.run(record, 0, CAPABILITIES)) {
        check(record, ledger, grants);
      }
    }
  }

  private void check(int record, Ledger ledger, IntConsumer grants) {
    String where = Ledger.at(CAPABILITIES, record);
    ledger.expectReferences(record + REFS, "reference count", where);
    int end = memory.getInt(record + END);
    int count = grants(record);
    boolean ordered = TEXTS <= memory.getInt(record + PORTS) && memory.getInt(record + PORTS) <= memory.getInt(record + TARGETS)
        && memory.getInt(record + TARGETS) <= memory.getInt(record + NAMES) && memory.getInt(record + NAMES) <= end;
    if (count < 0 || count > MAX_GRANTS || end < TEXTS || end > PageAllocator.PAGE || !ordered) {
      ledger.report("capabilities", where, "has grants or texts beyond its end.");
      return;
    }
    int bits = 0;
    for (int i = 0; i < count; i++) {
      int grant = grant(record, i);
      bits |= memory.getInt(grant + BITS);
      if (memory.getShort(grant + PATH) + memory.getShort(grant + PATH_LENGTH) > end
          || memory.getShort(grant + NAME) + memory.getShort(grant + NAME_LENGTH) > end) {
        ledger.report("capabilities", where, "has a grant whose path is not there.");
      }
      grants.accept(grantedInode(record, i));
    }
    if (bits != memory.getInt(record + ALL_BITS)) {
      ledger.report("capabilities", where, "sums its grants up wrongly.");
    }
  }

  /** One holder more; 0 is nobody's. */
  public void hold(int record) {
    if (record != 0) {
      memory.getAndAdd(record + REFS, 1);
    }
  }

  /** One holder less. Answers whether it was the last: then the caller releases the inodes and frees the page. */
  public boolean release(int record) {
    return record != 0 && memory.getAndAdd(record + REFS, -1) == 1;
  }

  public void free(int record) {
    pages.free(record);
  }

  /** How many file grants there are. */
  public int grants(int record) {
    return memory.getInt(record + GRANTS);
  }

  /** The inode that a file grant holds. */
  public int grantedInode(int record, int index) {
    return memory.getInt(grant(record, index) + INODE);
  }

  /** All bits that any file grant has. */
  public int allBits(int record) {
    return memory.getInt(record + ALL_BITS);
  }

  /** What a directory's own grants give. */
  public int bitsOf(int record, int inode) {
    int bits = 0;
    for (int i = memory.getInt(record + GRANTS) - 1; i >= 0; i--) {
      int grant = grant(record, i);
      if (memory.getInt(grant + INODE) == inode && memory.getShort(grant + NAME_LENGTH) == 0) {
        bits |= memory.getInt(grant + BITS);
      }
    }
    return bits;
  }

  /** What the grants of a name in a directory give. */
  public int bitsOfName(int record, int directory, int name, int length) {
    int bits = 0;
    for (int i = memory.getInt(record + GRANTS) - 1; i >= 0; i--) {
      int grant = grant(record, i);
      if (memory.getInt(grant + INODE) == directory && memory.getShort(grant + NAME_LENGTH) == length
          && sameBytes(record + memory.getShort(grant + NAME), name, length)) {
        bits |= memory.getInt(grant + BITS);
      }
    }
    return bits;
  }

  private boolean sameBytes(int a, int b, int length) {
    for (int i = 0; i < length; i++) {
      if (memory.getByte(a + i) != memory.getByte(b + i)) {
        return false;
      }
    }
    return true;
  }

  private boolean has(int record, int flag) {
    return record == 0 || (memory.getInt(record + FLAGS) & flag) != 0;
  }

  public boolean maySpawn(int record) {
    return has(record, SPAWN);
  }

  public boolean mayReadClock(int record) {
    return has(record, CLOCK);
  }

  public boolean mayDrawRandom(int record) {
    return has(record, RANDOM);
  }

  /** Whether a process may listen on a port of this OS. */
  public boolean mayListen(int record, int port) {
    if (has(record, LISTEN_ALL)) {
      return true;
    }
    for (int at = memory.getInt(record + PORTS); at < memory.getInt(record + TARGETS); at += 2) {
      if (memory.getShort(record + at) == port) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a process may connect to {@code host:port}, an address and a length. Without a record nothing outside of
   * this OS; whether the host is this OS ({@code inside}) the network says.
   */
  public boolean mayConnect(int record, int target, int length, boolean inside) {
    if (record == 0) {
      return inside;
    }
    return has(record, CONNECT_ALL)
        || contains(record, memory.getInt(record + TARGETS), memory.getInt(record + NAMES), target, length);
  }

  /** Whether a process may know the environment variable of that name. */
  public boolean mayKnow(int record, int name, int length) {
    return has(record, ENVIRONMENT_ALL)
        || contains(record, memory.getInt(record + NAMES), memory.getInt(record + END), name, length);
  }

  private boolean contains(int record, int from, int to, int text, int length) {
    for (int at = from; at < to; ) {
      int size = memory.getShort(record + at);
      if (size == length && sameBytes(record + at + 2, text, length)) {
        return true;
      }
      at += 2 + size;
    }
    return false;
  }

  /**
   * What a request asks for, files apart, and {@code record} does not have: a word for it, or null if it has all.
   */
  public String findExcess(int record, CapabilitiesRequest request) {
    if (record == 0) {
      return null;
    }
    for (int port : request.listen) {
      if (!mayListen(record, port)) {
        return "listen " + port;
      }
    }
    List<String> targets = texts(record, TARGETS, NAMES);
    for (String target : request.connect) {
      if (!has(record, CONNECT_ALL) && !targets.contains(target)) {
        return "connect " + target;
      }
    }
    List<String> names = texts(record, NAMES, END);
    for (String name : request.environment) {
      if (!has(record, ENVIRONMENT_ALL) && !names.contains(name)) {
        return "env " + name;
      }
    }
    return request.listenAll && !has(record, LISTEN_ALL) ? "listen"
        : request.connectAll && !has(record, CONNECT_ALL) ? "connect"
        : request.environmentAll && !has(record, ENVIRONMENT_ALL) ? "env"
        : request.spawn && !maySpawn(record) ? "spawn"
        : request.clock && !mayReadClock(record) ? "clock"
        : request.random && !mayDrawRandom(record) ? "random" : null;
  }

  /** The capabilities as text, a line for each: for {@code /proc/<pid>/capabilities} and the page. */
  public String describe(int record) {
    if (record == 0) {
      return "read /\nwrite /\nlisten *\nconnect localhost:*\nenv *\nspawn\nclock\nrandom\n";
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < grants(record); i++) {
      int grant = grant(record, i);
      String path = text(record + memory.getShort(grant + PATH), memory.getShort(grant + PATH_LENGTH));
      if ((memory.getInt(grant + BITS) & READ) != 0) {
        line(text, "read ", path);
      }
      if ((memory.getInt(grant + BITS) & WRITE) != 0) {
        line(text, "write ", path);
      }
    }
    all(text, record, LISTEN_ALL, "listen *");
    for (int at = memory.getInt(record + PORTS); at < memory.getInt(record + TARGETS); at += 2) {
      text.append("listen ").append(memory.getShort(record + at)).append('\n');
    }
    all(text, record, CONNECT_ALL, "connect *");
    for (String target : texts(record, TARGETS, NAMES)) {
      line(text, "connect ", target);
    }
    all(text, record, ENVIRONMENT_ALL, "env *");
    for (String name : texts(record, NAMES, END)) {
      line(text, "env ", name);
    }
    all(text, record, SPAWN, "spawn");
    all(text, record, CLOCK, "clock");
    all(text, record, RANDOM, "random");
    return text.toString();
  }

  private void all(StringBuilder text, int record, int flag, String line) {
    if (has(record, flag)) {
      text.append(line).append('\n');
    }
  }

  /** A line that its text cannot leave, whatever a path is called. */
  private static void line(StringBuilder text, String what, String name) {
    text.append(what).append(name.replace('\n', '?')).append('\n');
  }

  private List<String> texts(int record, int fromField, int toField) {
    List<String> texts = new ArrayList<>();
    int to = memory.getInt(record + toField);
    for (int at = memory.getInt(record + fromField); at < to; ) {
      int size = memory.getShort(record + at);
      texts.add(text(record + at + 2, size));
      at += 2 + size;
    }
    return texts;
  }

  private String text(int address, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) memory.getByte(address + i);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
