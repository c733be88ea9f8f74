import { SamovarError } from './errors.js';

const BROKER = '/__samovar/broker.html';
/** So long a browser may take to make a preview's service worker. */
const PATIENCE_MS = 5000;
/** A port that something listens on again within this time finds its bridge still there. */
const KEPT_MS = 60_000;
/** Bridges at once: whoever listens on more ports than this has previews of the first ones. */
const MOST_BRIDGES = 32;
/** Bridges that may be loading at once. */
const MOST_LOADING = 4;
/** A bridge asks for a port when its service worker starts; more of them in this time are a flood, and wait. */
const MOST_PORTS = 20;
const PORTS_MS = 10_000;
/** A bridge is made anew for a page that says it is stuck, not more often than this. */
const RENEW_MS = 10_000;

/** A name for an OS that nobody can guess, as part of a host's name: 13 characters of 36. */
export function previewId() {
  const [high, low] = crypto.getRandomValues(new BigUint64Array(2));
  return (((high << 64n) | low).toString(36)).padStart(25, '0').slice(-13);
}

/** A hidden frame on a preview's origin: it keeps the service worker there, and hands it ports to the kernel. */
class Bridge {
  #frame = document.createElement('iframe');
  #origin;
  #connect;
  #given = [];
  #waiting;
  #renewed = -RENEW_MS;
  #renewing;
  closing;

  /**
   * @param {string} origin the preview's
   * @param {(port: MessagePort) => void} connect joins a port to the kernel
   */
  constructor(origin, connect) {
    this.#origin = origin;
    this.#connect = connect;
    this.#frame.hidden = true;
    this.#frame.title = 'Samovar: bridge to a preview';
    this.#frame.setAttribute('aria-hidden', 'true');
    this.#frame.setAttribute('sandbox', 'allow-scripts allow-same-origin');
    this.#frame.src = origin + BROKER;
  }

  /** Resolves once the service worker has a port; rejects with a sentence. */
  open() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the browser did not start a service worker within 5 s')), PATIENCE_MS);
      this.ready = () => {
        clearTimeout(timer);
        resolve();
      };
      this.blocked = (why) => {
        clearTimeout(timer);
        reject(new Error(why));
      };
      addEventListener('message', this.#hear);
      document.documentElement.append(this.#frame);
    });
  }

  /** Says that something listens there again, to pages that wait for it. */
  tellOpen() {
    this.#post(['open']);
  }

  close() {
    removeEventListener('message', this.#hear);
    clearTimeout(this.#waiting);
    clearTimeout(this.#renewing);
    this.#frame.remove();
  }

  // Whatever comes is of the preview's origin at best, and may be the preview's own doing.
  #hear = ({ source, origin, data }) => {
    if (origin !== this.#origin || !Array.isArray(data)) return;
    if (source !== this.#frame.contentWindow) {
      if (data[0] === 'samovar-stuck') this.#renew();
    } else if (data[0] === 'port?') this.#give();
    else if (data[0] === 'ready') this.ready?.();
    else if (data[0] === 'blocked') this.blocked?.(String(data[1]).slice(0, 200));
  };

  /** A service worker that a page took away stays half there while this frame is: browsers make no other meanwhile. */
  #renew() {
    const now = performance.now();
    if (now - this.#renewed < RENEW_MS) return;
    this.#renewed = now;
    this.#frame.remove();
    this.#renewing = setTimeout(() => document.documentElement.append(this.#frame), 200);
  }

  #give() {
    const now = performance.now();
    this.#given = this.#given.filter((when) => now - when < PORTS_MS);
    if (this.#given.length >= MOST_PORTS) {
      this.#waiting ??= setTimeout(() => {
        this.#waiting = undefined;
        this.#give();
      }, PORTS_MS);
      return;
    }
    this.#given.push(now);
    const { port1, port2 } = new MessageChannel();
    this.#connect(port1);
    this.#post(['port'], [port2]);
  }

  #post(message, transfer = []) {
    this.#frame.contentWindow?.postMessage(message, this.#origin, transfer);
  }
}

/** The previews of an OS: an origin for each port, and a bridge to it while something listens there. */
export class Previews {
  #id = previewId();
  #suffix;
  #connect;
  #emit;
  #bridges = new Map();
  #listening = new Set();
  #queue = [];
  #loading = 0;
  #closed = false;

  /**
   * @param {string | undefined} suffix what comes after `p<port>-<id>.` in the host, with its port number; if it is not
   *   given, the server says, or else it is the page's own host
   * @param {(port: number, messages: MessagePort, origin: string) => void} connect joins a service worker to the kernel
   * @param {(name: string, ...args: unknown[]) => void} emit
   */
  constructor(suffix, connect, emit) {
    this.#suffix = suffix;
    this.#connect = connect;
    this.#emit = emit;
  }

  /** A port was opened or closed. */
  async heard(port, what) {
    const url = await this.#urlOf(port);
    if (what === 'open') this.#listening.add(port);
    else this.#listening.delete(port);
    this.#emit('port', port, what, url);
    if (what === 'open') this.#open(port, url);
    else this.#release(port);
  }

  async #urlOf(port) {
    this.#suffix ??= fetch('/__samovar/settings.json')
      .then(async (answer) => (answer.ok ? (await answer.json()).previewSuffix : location.host))
      .catch(() => location.host);
    return `${location.protocol}//p${port}-${this.#id}.${await this.#suffix}`;
  }

  #open(port, url) {
    const bridge = this.#bridges.get(port);
    if (bridge) {
      clearTimeout(bridge.closing);
      bridge.closing = undefined;
      bridge.tellOpen();
      bridge.opened?.then(() => this.#ready(port, url), () => {});
    } else if (!this.#queue.includes(port)) {
      this.#queue.push(port);
      this.#next();
    }
  }

  async #next() {
    if (this.#loading >= MOST_LOADING || this.#queue.length === 0 || !this.#makeRoom()) return;
    const port = this.#queue.shift();
    if (!this.#listening.has(port)) {
      this.#next();
      return;
    }
    this.#loading++;
    const url = await this.#urlOf(port);
    const bridge = new Bridge(url, (messages) => this.#connect(port, messages, url));
    this.#bridges.set(port, bridge);
    bridge.opened = bridge.open();
    try {
      await bridge.opened;
      this.#ready(port, url);
    } catch (error) {
      this.#remove(port);
      if (!this.#closed) this.#emit('error', blocked(port, url, error.message));
    }
    this.#loading--;
    this.#next();
  }

  #ready(port, url) {
    if (this.#listening.has(port) && !this.#closed) this.#emit('server-ready', port, url);
  }

  /** Whether there is room for one more bridge: the oldest that nothing listens behind gives way. */
  #makeRoom() {
    if (this.#closed) return false;
    if (this.#bridges.size < MOST_BRIDGES) return true;
    const idle = [...this.#bridges].find(([, { closing }]) => closing !== undefined);
    if (idle) this.#remove(idle[0]);
    return Boolean(idle);
  }

  #release(port) {
    const bridge = this.#bridges.get(port);
    if (bridge) {
      clearTimeout(bridge.closing);
      bridge.closing = setTimeout(() => this.#remove(port), KEPT_MS);
      this.#next();
    }
  }

  #remove(port) {
    const bridge = this.#bridges.get(port);
    this.#bridges.delete(port);
    clearTimeout(bridge?.closing);
    bridge?.close();
  }

  close() {
    this.#closed = true;
    [...this.#bridges.keys()].forEach((port) => this.#remove(port));
  }
}

function blocked(port, url, why) {
  return new SamovarError('PREVIEW_BLOCKED', `Port ${port} has no preview: ${why.replace(/\.$/, '')}. Previews need service workers `
    + `and storage at ${url}: allow cookies and site data for that address, in frames of other sites, too, and load this page again.`);
}
