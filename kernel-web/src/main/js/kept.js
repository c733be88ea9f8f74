// Programs that this browser keeps: in the Cache API, each under the URL of its hash. They come back through the service
// worker of this origin, since the browser then keeps their optimised code, too.
import { DownloadError, sha256Of } from './download.js';

const CACHE = 'samovar-runtimes';
/** Says that a response is what was kept, and not what some server answered: its value is the SHA-256 of the bytes. */
const MARK = 'Samovar-Kept';

export class Kept {
  async has(url) {
    return (await (await open())?.match(url)) !== undefined;
  }

  /** Keeps bytes that were verified, and perhaps limited since. NO_SPACE if the browser has no room for them. */
  async put(url, bytes, what) {
    const headers = { 'Content-Type': 'application/wasm', [MARK]: await sha256Of(bytes) };
    try {
      const cache = await open();
      await cache?.delete(optimised(url));
      await cache?.put(url, new Response(bytes, { headers }));
    } catch (error) {
      throw new DownloadError('NO_SPACE', `${what} could not be kept: this browser gives this site no more room `
        + `(${error.name}). It runs now, and has to be fetched again on the next visit. Remove another runtime, or free disk space.`);
    }
  }

  async remove(url) {
    const cache = await open();
    await cache?.delete(url);
    await cache?.delete(optimised(url));
  }

  /** The bytes that are kept; null if none are, or something has changed them: they are then thrown away. */
  async read(url) {
    const cache = await open();
    const response = await cache?.match(url);
    if (!response) {
      return null;
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (await sha256Of(bytes) !== response.headers.get(MARK)) {
      await cache.delete(url);
      return null;
    }
    return bytes;
  }

  /**
   * Compiles what is kept, and verifies it meanwhile.
   *
   * @returns {Promise<{module: WebAssembly.Module, isServed: boolean, isWarm: boolean}|null>} the module, whether the
   *     browser will keep what it optimises of it, and whether it has; null as for {@link read}
   */
  async compile(url) {
    if (!await this.has(url)) {
      return null;
    }
    const [served, isWarm] = await Promise.all([compileServed(url), this.#isOptimised(url)]);
    if (served) {
      return { module: served, isServed: true, isWarm };
    }
    const bytes = await this.read(url);
    return bytes && { module: await WebAssembly.compile(bytes), isServed: false, isWarm: false };
  }

  /** Notes that this browser has optimised a program, and keeps the code; the next version of it will not. */
  async optimised(url) {
    const cache = await open();
    if (await cache?.match(url)) {
      await cache.put(optimised(url), new Response(navigator.userAgent)).catch(() => {}); // it is then done again
    }
  }

  async #isOptimised(url) {
    return await (await (await open())?.match(optimised(url)))?.text() === navigator.userAgent;
  }
}

/**
 * Compiles what the service worker answers; null if there is none (yet), or it has nothing, or what it has was changed.
 * Never asks the network.
 */
async function compileServed(url) {
  try {
    const response = await fetch(url, { mode: 'same-origin', cache: 'only-if-cached' });
    const sha256 = response.headers.get(MARK);
    // Read once for both: bringing the bytes from the service worker is what takes longest.
    const verified = sha256 && response.clone().arrayBuffer().then(sha256Of);
    const compiled = sha256 && WebAssembly.compileStreaming(response);
    const [is, module] = await Promise.all([verified, compiled]);
    return is === sha256 ? module : null;
  } catch {
    return null;
  }
}

function optimised(url) {
  return `${url}?optimised`;
}

/** The cache; undefined where the browser refuses one (private windows may). */
function open() {
  return caches.open(CACHE).catch(() => undefined);
}
