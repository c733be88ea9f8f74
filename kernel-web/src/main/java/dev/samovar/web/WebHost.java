package dev.samovar.web;

import dev.samovar.kernel.host.Host;
import org.teavm.interop.Import;

/** {@link Host} of a worker: the browser's clocks and its random numbers. */
final class WebHost implements Host {
  private static final double NANOS_PER_MILLI = 1_000_000;

  /** ms between 1970 and the zero of this worker's {@code performance.now()}. */
  private final double timeOrigin;
  /** ms between the zero of the OS's monotonic clock and that of this worker's. */
  private final double monotonicOrigin;

  /**
   * @param timeOrigin this worker's {@code performance.timeOrigin}, in ms
   * @param osOrigin that of the OS's kernel worker, in ms: all workers of an OS count from there
   */
  WebHost(double timeOrigin, double osOrigin) {
    this.timeOrigin = timeOrigin;
    monotonicOrigin = timeOrigin - osOrigin;
  }

  @Override
  public long realtimeNanos() {
    return (long) ((timeOrigin + now()) * NANOS_PER_MILLI);
  }

  @Override
  public long fileTimeNanos() {
    return (long) date() * 1_000_000L;
  }

  @Override
  public long monotonicNanos() {
    return (long) ((monotonicOrigin + now()) * NANOS_PER_MILLI);
  }

  @Override
  public void random(int address, int length) {
    randomBytes(address, length);
  }

  @Override
  public RuntimeException leaveGuest() {
    trap();
    return new IllegalStateException();
  }

  @Import(module = "host", name = "now")
  private static native double now();

  @Import(module = "host", name = "date")
  private static native double date();

  @Import(module = "host", name = "random")
  private static native void randomBytes(int address, int length);

  @Import(module = "shm", name = "trap")
  private static native void trap();
}
