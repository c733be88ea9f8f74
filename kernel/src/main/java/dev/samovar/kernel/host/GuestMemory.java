package dev.samovar.kernel.host;

/**
 * The memory of the guest that makes the current system call. Guest addresses and lengths are unsigned 32-bit numbers
 * that nobody has checked; every method checks the whole range against the guest's memory first and answers
 * {@code false} (EFAULT, for the bridge) without having touched anything if it does not fit.
 *
 * <p>Another thread of the guest may change its memory at any moment: a value is copied in once, then checked, then
 * used, and never read a second time.
 */
public interface GuestMemory {
  /** Copies {@code length} bytes from the guest into kernel memory. */
  boolean copyIn(int kernel, int guest, int length);

  /** Copies {@code length} bytes of kernel memory to the guest. */
  boolean copyOut(int guest, int kernel, int length);

  boolean putByte(int guest, int value);

  boolean putInt(int guest, int value);

  boolean putLong(int guest, long value);

  /** Whether {@code length} bytes from {@code guest} on lie inside the guest's memory. */
  boolean contains(int guest, int length);

  /** The size of the guest's memory in bytes. */
  long size();
}
