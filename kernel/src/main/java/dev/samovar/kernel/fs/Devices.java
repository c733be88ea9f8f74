package dev.samovar.kernel.fs;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.Host;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Superblock;

/** The character devices, by number, and what is read from those without a state of their own. */
public final class Devices {
  public static final int NULL = 1;
  public static final int ZERO = 2;
  public static final int RANDOM = 3;
  /** Stands for the controlling terminal of whoever opens it. */
  public static final int TERMINAL = 4;
  /** Stands for the settings of that terminal. */
  public static final int TERMINAL_SETTINGS = 5;
  /** From here on devices stand for something of a process's: see {@link ProcessFiles}. */
  public static final int OF_PROCESSES = 8;
  /** The descriptors 0 to 2 of whoever opens it: this number and the next two. */
  public static final int STANDARD = 8;
  /** The descriptor, named by the inode's subject, of whoever opens it. */
  public static final int DESCRIPTOR = 11;
  /** Starts processes. */
  public static final int SPAWN = 12;
  /** Takes signals for the process that is the inode's subject. */
  public static final int CONTROL = 13;
  /** Says how the process that is the inode's subject has ended, once it has. */
  public static final int WAIT = 14;
  /** The other ends of the subject's standard streams: this number and the next two. */
  public static final int STREAM = 16;
  /** From here on devices are sockets. This one connects to the host and port that its subject, a record, names. */
  public static final int CONNECT = 24;
  /** Listens on the port that is its subject. */
  public static final int LISTEN = 25;

  private static final int CHUNK = 4096;

  private final KernelMemory memory;
  private final GuestMemory guest;
  private final Host host;
  private final int scratch;

  /** @param scratch 4 KiB of this worker's own */
  public Devices(KernelMemory memory, GuestMemory guest, Host host, int scratch) {
    this.memory = memory;
    this.guest = guest;
    this.host = host;
    this.scratch = scratch;
  }

  /** Reads from a device. Answers the bytes read or a negative errno. */
  public int read(int number, int vectors, int count) {
    if (number == NULL) {
      return 0;
    }
    int done = 0;
    for (int i = 0; i < count; i++) {
      int to = Vectors.address(memory, vectors, i);
      int left = Vectors.length(memory, vectors, i);
      while (left > 0) {
        int n = Math.min(CHUNK, left);
        int source = memory.getInt(Superblock.ZERO_PAGE);
        if (number == RANDOM) {
          host.random(scratch, n);
          source = scratch;
        }
        if (!guest.copyOut(to, source, n)) {
          return -Errno.EFAULT;
        }
        to += n;
        left -= n;
        done += n;
      }
    }
    return done;
  }
}
