import { Emitter } from './emitter.js';
import { SamovarError } from './errors.js';

/** A public URL for a port of the OS, while it lasts. */
export class Tunnel extends Emitter {
  #link;
  #id;

  /** Where others find it: null before it was public. */
  url = null;
  state = 'connecting';
  /** Why it is not public, as a sentence; empty when there is nothing to say. */
  reason = '';

  constructor(link, id, port) {
    super();
    this.#link = link;
    this.#id = id;
    this.port = port;
  }

  handle({ state, url, reason = '', code }) {
    this.state = state;
    this.url = url ?? this.url;
    this.reason = reason;
    this.emit('state', state, { url: this.url, reason, code });
  }

  /** Who is connected now. */
  visitors() {
    return this.#link.call('tunnel.visitors', this.#id);
  }

  /** Gives the public port back and sends the visitors away. Closing twice is harmless. */
  async close() {
    await this.#link.call('tunnel.close', this.#id);
  }
}

/** The address of a relay's WebSocket: an http address means the relay that is served there. None stays none. */
export function relayAddress(relay) {
  if (relay === undefined) {
    return undefined;
  }
  try {
    const url = new URL(relay);
    url.protocol = url.protocol.replace(/^http/, 'ws');
    if (url.pathname === '/') {
      url.pathname = '/relay';
    }
    if (/^wss?:$/.test(url.protocol)) {
      url.hash = '';
      return url.href;
    }
  } catch {
    // The sentence below says it.
  }
  throw new SamovarError('EINVAL', `The relay is "${relay}"; give an address such as wss://example.org/relay.`);
}
