package dev.samovar.jvm;

/**
 * Makes sure, holding no lock, that there is stack for the kernel's deepest call: guest and kernel share one, and an overflow
 * further in would leave the kernel with a lock held.
 *
 * <p>A frame has room for what the calls in it pass on the stack, whether they are made or not. So a few frames with a call
 * of many arguments, which is hardly ever made, reach as far down as hundreds of plain ones, and nothing is written.
 */
final class StackProbe {
  /** Of 870 bytes each as C1 compiles them, 200 by C2. */
  private static final int FRAMES = 24;
  /** While they are interpreted, of 100 bytes each; as the kernel is, whose frames are larger then. */
  private static final int FRAMES_AT_FIRST = 256;
  private static final int FIRST = 10_000;
  /** The call is made now and then: C2 leaves out what never happens. */
  private static final int SELDOM = 1024;

  private int calls;

  /** Throws a StackOverflowError if there is too little. */
  void check() {
    calls = calls == Integer.MAX_VALUE ? FIRST : calls + 1;
    reach(calls < FIRST ? FRAMES_AT_FIRST : FRAMES, calls % SELDOM == 0);
  }

  private static long reach(int frames, boolean passArguments) {
    long taken = 0;
    if (passArguments) {
      taken = take(frames, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
          0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }
    return frames == 0 ? taken : reach(frames - 1, false) + taken + 1;
  }

  /** Too large to become part of its caller. */
  private static long take(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j, long k, long l, long m,
      long n, long o, long p, long q, long r, long s, long t, long u, long v, long w, long x, long y, long z, long aa, long bb,
      long cc, long dd, long ee, long ff, long gg, long hh, long ii, long jj, long kk, long ll, long mm, long nn, long oo, long pp,
      long qq, long rr, long ss, long tt, long uu, long vv, long ww, long xx, long yy, long zz) {
    long sum = a * b + c * d + e * f + g * h + i * j + k * l + m * n + o * p + q * r + s * t + u * v + w * x + y * z;
    long more = aa * bb + cc * dd + ee * ff + gg * hh + ii * jj + kk * ll + mm * nn + oo * pp + qq * rr + ss * tt + uu * vv
        + ww * xx + yy * zz;
    return sum * more + (sum ^ more) + (a ^ z) + (b ^ y) + (c ^ x) + (d ^ w) + (e ^ v) + (f ^ u) + (g ^ t) + (h ^ s) + (i ^ r)
        + (j ^ q) + (k ^ p) + (l ^ o) + (m ^ n) + (aa ^ zz) + (bb ^ yy) + (cc ^ xx) + (dd ^ ww) + (ee ^ vv) + (ff ^ uu)
        + (gg ^ tt) + (hh ^ ss) + (ii ^ rr) + (jj ^ qq) + (kk ^ pp) + (ll ^ oo) + (mm ^ nn);
  }
}
