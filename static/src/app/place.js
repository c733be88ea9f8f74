/** A folder's name as a name in /work: letters and digits of any script, dot, dash and underscore. */
export function safeName(name) {
  const safe = name.normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+|-+$/g, '');
  return [...safe].slice(0, 60).join('') || 'project';
}

/** The first of NAME, NAME-2, NAME-3, … that is not taken. */
export function freeName(name, taken) {
  if (!taken.includes(name)) return name;
  for (let n = 2; ; n++) {
    if (!taken.includes(`${name}-${n}`)) return `${name}-${n}`;
  }
}
