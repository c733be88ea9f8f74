package dev.samovar.web;

import dev.samovar.kernel.host.GuestMemory;
import org.teavm.interop.Import;

/** {@link GuestMemory} of the guest that this worker is bound to, by way of the helper module {@code shm}. */
final class WebGuest implements GuestMemory {
  @Override
  public boolean copyIn(int kernel, int guest, int length) {
    return guestCopyIn(kernel, guest, length) != 0;
  }

  @Override
  public boolean copyOut(int guest, int kernel, int length) {
    return guestCopyOut(guest, kernel, length) != 0;
  }

  @Override
  public boolean putByte(int guest, int value) {
    return guestPut8(guest, value) != 0;
  }

  @Override
  public boolean putInt(int guest, int value) {
    return guestPut32(guest, value) != 0;
  }

  @Override
  public boolean putLong(int guest, long value) {
    return guestPut64(guest, value) != 0;
  }

  @Override
  public boolean contains(int guest, int length) {
    return guestContains(guest, length) != 0;
  }

  @Override
  public long size() {
    return guestSize();
  }

  @Import(module = "shm", name = "guest_copy_in")
  private static native int guestCopyIn(int kernel, int guest, int length);

  @Import(module = "shm", name = "guest_copy_out")
  private static native int guestCopyOut(int guest, int kernel, int length);

  @Import(module = "shm", name = "guest_put8")
  private static native int guestPut8(int guest, int value);

  @Import(module = "shm", name = "guest_put32")
  private static native int guestPut32(int guest, int value);

  @Import(module = "shm", name = "guest_put64")
  private static native int guestPut64(int guest, long value);

  @Import(module = "shm", name = "guest_contains")
  private static native int guestContains(int guest, int length);

  @Import(module = "shm", name = "guest_size")
  private static native long guestSize();
}
