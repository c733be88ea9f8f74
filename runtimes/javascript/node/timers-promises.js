// node:timers/promises

import { abortError } from '../core/abort.js';
import { Immediate, Timeout, clear } from '../core/loop.js';

function waiting(start, value, { signal, ref = true } = {}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal));
    const stop = () => {
      clear(timer);
      reject(abortError(signal));
    };
    const timer = start(() => {
      signal?.removeEventListener('abort', stop);
      resolve(value);
    });
    if (!ref) timer.unref();
    signal?.addEventListener('abort', stop, { once: true });
  });
}

export const setTimeout = (delay, value, options) => waiting(done => new Timeout(done, delay, [], false), value, options);
export const setImmediate = (value, options) => waiting(done => new Immediate(done, []), value, options);

export async function* setInterval(delay, value, options) {
  for (;;) yield await setTimeout(delay, value, options);
}

export const scheduler = { wait: (delay, options) => setTimeout(delay, undefined, options), yield: () => setImmediate() };

export default { setTimeout, setInterval, setImmediate, scheduler };
