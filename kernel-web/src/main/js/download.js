// Fetches something large whose hash is known: with progress, tries again what may pass, and says what went wrong.
import { OsError } from './errors.js';

/** Waits before another try, in ms. */
const BACK_OFF = [300, 1500];

/** Why something could not be had. Each code has a remedy of its own, which the message names. */
export class DownloadError extends OsError {
  /** @param {boolean} [passes] whether another try may end better */
  constructor(code, message, passes = false) {
    super(code, message);
    this.passes = passes;
  }
}

/**
 * The verified bytes behind a URL.
 *
 * @param {URL} url
 * @param {{what: string, limit: number, sha256: string, missing: () => Promise<string>}} expected what it is called, the
 *     bytes that it may have at most, its hash (if it is known), and a sentence for the case that the server does not have it
 * @param {(loaded: number) => void} onProgress bytes so far; goes back to 0 for another try
 * @param {AbortSignal} signal
 * @throws {DownloadError} OFFLINE, SERVER_ERROR, RUNTIME_UNAVAILABLE (not found), TOO_LARGE, HASH_MISMATCH
 * @throws {OsError} ABORTED
 */
export async function download(url, expected, onProgress, signal) {
  for (let attempt = 0; ; attempt++) {
    try {
      const bytes = await fetchOnce(url, expected, onProgress, signal);
      const hash = expected.sha256 && await sha256Of(bytes);
      if (hash !== expected.sha256) {
        throw new DownloadError('HASH_MISMATCH', `${expected.what} came with the SHA-256 ${hash}, not ${expected.sha256} as it `
          + 'should; it was thrown away. Whoever runs the server has to make the runtimes again.');
      }
      return bytes;
    } catch (error) {
      if (signal.aborted) {
        throw new OsError('ABORTED', `The download of ${expected.what} was given up.`);
      }
      if (!error.passes || attempt === BACK_OFF.length) {
        throw error;
      }
      await pause(BACK_OFF[attempt], signal);
    }
  }
}

async function fetchOnce(url, { what, limit, missing }, onProgress, signal) {
  const unreachable = (how) => new DownloadError('OFFLINE', `${what} could not be fetched: ${how}. It is needed once; go online, `
    + 'see that the server runs, and try again.', true);
  // Not by way of the HTTP cache: what is verified is kept elsewhere, and a second copy is of no use.
  const response = await fetch(url, { cache: 'no-store', signal }).catch(() => {
    throw unreachable(`${url.host} cannot be reached`);
  });
  if (response.status === 404 || response.status === 410) {
    throw new DownloadError('RUNTIME_UNAVAILABLE', await missing());
  }
  if (!response.ok) {
    throw new DownloadError('SERVER_ERROR', `${what} could not be fetched: ${url.host} answered ${response.status}. Try again `
      + "later; the server's own output may say more.", response.status >= 500 || response.status === 429);
  }
  const parts = [];
  let loaded = 0;
  onProgress(0);
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read().catch(() => {
      throw unreachable(`the connection broke after ${loaded} bytes`);
    });
    if (done) {
      return joined(parts, loaded);
    }
    loaded += value.length;
    if (loaded > limit) {
      reader.cancel().catch(() => {});
      throw new DownloadError('TOO_LARGE', `${what} is larger on the server than the ${limit} bytes that it should have; it was `
        + 'thrown away. The catalogue and the file do not belong together: the runtimes have to be made again.');
    }
    parts.push(value);
    onProgress(loaded);
  }
}

function joined(parts, length) {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function pause(millis, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

/** SHA-256 in hex. */
export async function sha256Of(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
}
