const UNITS = { '': 1, B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** The number of bytes that '512MiB', '64KiB', '1GiB' or a number say; NaN for anything else. */
export function bytesOf(size) {
  if (typeof size === 'number') {
    return size;
  }
  const match = /^(\d+(?:\.\d+)?)\s*(|B|KiB|MiB|GiB)$/.exec(String(size));
  return match ? Math.floor(Number(match[1]) * UNITS[match[2]]) : NaN;
}
