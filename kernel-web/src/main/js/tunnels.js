// Tunnels: public ports for what listens inside the OS. The kernel speaks with the bore server (protocol.bore); here are
// the page's calls, its events, and the clock.
import { OsError } from './errors.js';

/** Where bore servers listen. */
const CONTROL_PORT = 7835;
const MAX_PORT = 65_535;
/** Visitors at once, where nothing else is said: a relay carries 256 streams on one WebSocket. */
const DEFAULT_VISITORS = 100;
const MAX_VISITORS = 400;
/** In the order of the kernel's BoreClient.State. */
const STATES = ['connecting', 'public', 'reconnecting', 'refused', 'closed'];

export class Tunnels {
  #tunnels = new Map();
  #numbers = new Map();
  #alarm;

  /**
   * @param post puts an event into the next message to the page
   * @param flush sends that
   */
  constructor({ kernel, staging, relay }, post, flush) {
    this.kernel = kernel;
    this.staging = staging;
    this.relay = relay;
    this.post = post;
    this.flush = flush;
  }

  /** Opens a tunnel under the page's own id. Resolves to its URL once it is public. */
  open(id, { port, server, secret, remotePort = 0, relay, expires, maxVisitors = DEFAULT_VISITORS }) {
    whole('port', port, 1, MAX_PORT);
    whole('remotePort', remotePort, 0, MAX_PORT);
    whole('maxVisitors', maxVisitors, 1, MAX_VISITORS);
    const life = expires === undefined ? 0 : Number(expires) - Date.now();
    if (Number.isNaN(life) || (expires !== undefined && life <= 0)) {
      throw new OsError('EINVAL', 'tunnel.open: expires is no time to come; give a Date, or milliseconds since 1970.');
    }
    if (secret !== undefined && (typeof secret !== 'string' || secret === '')) {
      throw new OsError('EINVAL', 'tunnel.open: the secret is empty; leave it out if the server has none.');
    }
    const relayUrl = relay ?? this.relay;
    const { host, control } = server === undefined ? { host: '', control: CONTROL_PORT } : serverAddress(server);
    const [length] = this.staging.texts(`${relayUrl}\0${host}\0${secret ?? ''}\0`);
    const number = this.kernel.tunnel_open(port, control, secret === undefined ? 0 : 1, remotePort, maxVisitors, life, length);
    if (number === 0) {
      throw new OsError('ENOMEM', 'tunnel.open: the kernel has no memory left (ENOMEM).');
    }
    return new Promise((resolve, reject) => {
      // Who opens the relay's own server by that name finds it where the relay is.
      const shown = host === '' ? publicName(relayUrl) : host;
      this.#tunnels.set(number, { id, shown, resolve, reject });
      this.#numbers.set(id, number);
      this.kernel.tunnel_start(number);
    });
  }

  close(id) {
    const number = this.#numbers.get(id);
    if (number !== undefined) {
      this.kernel.tunnel_close(number);
    }
  }

  /** The visitors of a tunnel, with the bytes that each has sent and received. */
  visitors(id) {
    const number = this.#numbers.get(id);
    const length = number === undefined ? 0 : this.kernel.tunnel_traffic(number);
    const fields = length > 0 ? this.staging.text(length).split('\0') : [];
    return Array.from({ length: Math.floor(fields.length / 3) },
      (_, i) => ({ id: Number(fields[3 * i]), received: Number(fields[3 * i + 1]), sent: Number(fields[3 * i + 2]) }));
  }

  /** The kernel tells of a tunnel's new state. */
  changed(number, state, port, length) {
    const tunnel = this.#tunnels.get(number);
    const [code, reason] = this.staging.text(length).split('\0');
    const news = { state: STATES[state] };
    if (port !== 0) {
      news.url = `http://${tunnel.shown}:${port}`;
    }
    if (reason) {
      news.reason = reason;
      news.code = code || undefined;
    }
    if (news.state === 'public') {
      tunnel.resolve(news.url);
    } else if (news.state === 'refused' || news.state === 'closed') {
      this.#tunnels.delete(number);
      this.#numbers.delete(tunnel.id);
      tunnel.reject(new OsError(code || 'ECANCELED', `tunnel.open: ${reason || 'it was closed before it was public.'}`));
    }
    this.post(['tunnel', tunnel.id, news]);
  }

  /** The kernel tells of a visitor who came, went, or could not be let in. */
  visitor(number, visitor, came, received, sent, length) {
    const id = this.#tunnels.get(number)?.id;
    if (id !== undefined) {
      const reason = this.staging.text(length);
      this.post(['visitor', id, { id: visitor, state: came ? 'open' : 'closed', received, sent, ...reason && { reason } }]);
    }
  }

  /** Has the kernel look at its clock in so many ms. */
  alarm(millis) {
    clearTimeout(this.#alarm);
    this.#alarm = setTimeout(() => {
      this.kernel.tunnel_tick();
      this.flush();
    }, Math.min(millis + 1, 0x7fff_ffff));
  }
}

function whole(name, value, least, most) {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new OsError('EINVAL', `tunnel.open: ${name} is ${value}; it has to be a whole number from ${least} to ${most}.`);
  }
}

/** `host` or `host:port`, IPv6 in brackets. */
function serverAddress(server) {
  const parts = /^(\[[0-9a-f:.]+\]|[^\s:/[\]\0]+)(?::(\d{1,5}))?$/i.exec(server);
  const control = Number(parts?.[2] ?? CONTROL_PORT);
  if (!parts || control < 1 || control > MAX_PORT || parts[1].length > 253) {
    throw new OsError('EINVAL', `tunnel.open: the server is "${server}"; give a host name such as bore.pub.`);
  }
  return { host: new URL(`http://${parts[1]}`).hostname, control };
}

/** The name under which others find the machine of a relay. */
function publicName(relay) {
  const { hostname } = new URL(relay);
  return hostname.endsWith('.localhost') ? 'localhost' : hostname;
}
