package dev.samovar.kernel.capability;

/**
 * What a worker knows of the limits of the process that it acts for: bound when a process begins on it, so that a write
 * of one without limits costs a compare with a field. The kernel worker's is bound to nobody, but while it closes the
 * files of a process that was killed.
 */
public final class Quota {
  /** Bytes that the disk of a process is charged for an inode, beside its blocks and names. */
  public static final int INODE = 128;

  private final Limits limits;
  private int record;
  private boolean boundsDisk;
  private boolean boundsOutput;
  private long fileSize = Limits.NONE;
  private boolean exceeded;

  public Quota(Limits limits) {
    this.limits = limits;
  }

  /** Says whose limits count from here on: a record of {@link Limits}, or 0. */
  public void bind(int limitsRecord) {
    record = limitsRecord;
    boundsDisk = limitsRecord != 0 && limits.disk(limitsRecord) != Limits.NONE;
    boundsOutput = limitsRecord != 0 && limits.output(limitsRecord) != Limits.NONE;
    fileSize = limitsRecord == 0 ? Limits.NONE : limits.fileSize(limitsRecord);
    exceeded = false;
  }

  /** The largest size, in bytes, that a file may be given. */
  public long fileSize() {
    return fileSize;
  }

  /** Takes bytes of the disk. Answers whether the quota has them; if not, {@link #wasExceeded} says so. */
  public boolean take(int bytes) {
    if (!boundsDisk || limits.takeDisk(record, bytes)) {
      return true;
    }
    exceeded = true;
    return false;
  }

  public void give(int bytes) {
    if (boundsDisk) {
      limits.giveDisk(record, bytes);
    }
  }

  /** Whether {@link #take} answered no since the last time this was asked: EDQUOT rather than ENOSPC. */
  public boolean wasExceeded() {
    boolean was = exceeded;
    exceeded = false;
    return was;
  }

  /** Whether {@link #takeOutput} has to be asked. */
  public boolean boundsOutput() {
    return boundsOutput;
  }

  /** Takes up to {@code bytes} of the output that is left. Answers how many. */
  public int takeOutput(int bytes) {
    return limits.takeOutput(record, bytes);
  }

  public void giveOutput(int bytes) {
    limits.giveOutput(record, bytes);
  }
}
