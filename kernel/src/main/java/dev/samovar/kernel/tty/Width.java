package dev.samovar.kernel.tty;

/** How many columns of a screen a character takes: 0 for what is put over the one before it, 2 for wide ones, else 1. */
final class Width {
  /** First and last code points of what takes no column: combining marks, joiners, variation selectors. */
  private static final int[] NONE = {
    0x300, 0x36f, 0x483, 0x489, 0x591, 0x5bd, 0x610, 0x61a, 0x64b, 0x65f, 0x200b, 0x200f, 0x20d0, 0x20f0,
    0xfe00, 0xfe0f, 0xfe20, 0xfe2f, 0xe0100, 0xe01ef,
  };
  /** The same for what takes two: East Asian wide and full-width characters, emoji. */
  private static final int[] TWO = {
    0x1100, 0x115f, 0x2e80, 0x303e, 0x3041, 0xa4cf, 0xa960, 0xa97c, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f,
    0xff00, 0xff60, 0xffe0, 0xffe6, 0x1f300, 0x1f64f, 0x1f680, 0x1f6ff, 0x1f900, 0x1f9ff, 0x20000, 0x3fffd,
  };

  private Width() {}

  static int of(int point) {
    return isIn(NONE, point) ? 0 : isIn(TWO, point) ? 2 : 1;
  }

  private static boolean isIn(int[] ranges, int point) {
    for (int i = 0; i < ranges.length; i += 2) {
      if (point >= ranges[i] && point <= ranges[i + 1]) {
        return true;
      }
    }
    return false;
  }
}
