const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

// One smallest module per WebAssembly feature that the kernel is built with.
const FEATURES = [
  ['shared WebAssembly memory', [5, 4, 1, 3, 1, 1]],
  ['WebAssembly garbage collection', [1, 5, 1, 0x5f, 1, 0x78, 0]],
  ['several WebAssembly memories in one module', [5, 5, 2, 0, 0, 0, 0]],
];

/** What keeps the kernel from running in this browser and what to do about it, as one sentence; '' if nothing does. */
export function whatIsMissing() {
  if (typeof WebAssembly !== 'object') {
    return 'WebAssembly is switched off or missing here: allow it for this page, or use a current Chrome, Edge or Firefox.';
  }
  const missing = FEATURES
    .filter(([, section]) => !WebAssembly.validate(new Uint8Array([...MAGIC, ...section])))
    .map(([name]) => name);
  if (typeof Atomics !== 'object' || !Atomics.waitAsync) missing.push('Atomics.waitAsync');
  if (missing.length) {
    return `This browser lacks ${missing.join(' and ')}, which the kernel needs: use a current Chrome, Edge or Firefox.`;
  }
  if (!isSecureContext) {
    return `${location.origin} is not a secure origin, so the browser gives this page no shared memory: ` +
        'open it as http://samovar.localhost with the same port, or serve it over https.';
  }
  if (!crossOriginIsolated) {
    return 'This page is not cross-origin isolated, so the browser gives it no shared memory: serve it with the headers ' +
        'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, as ./samovar does.';
  }
  return '';
}
