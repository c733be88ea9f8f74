const UNITS = ['B', 'KiB', 'MiB', 'GiB'];

/** 1536 → "1.5 KiB". */
export function bytes(count) {
  let unit = 0;
  while (count >= 1024 && unit < UNITS.length - 1) {
    count /= 1024;
    unit++;
  }
  return `${unit && count < 100 ? count.toFixed(1) : Math.round(count)} ${UNITS[unit]}`;
}

/** Milliseconds in the unit that a person would use. */
export function duration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor(ms / 1000) % 60} s`;
}

/** 12345 → "12,345". */
export const number = (value) => value.toLocaleString('en');

/** count(1, 'file') → "1 file"; count(3, 'file') → "3 files". */
export const count = (value, noun) => `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
