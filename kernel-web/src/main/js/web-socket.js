// WebSockets of previews: a page's port on one side, a server inside on the other. The page's messages are
//
//   page → kernel: ['send', string | Uint8Array] ['close', code, reason]
//   kernel → page: ['open', protocol] ['message', string | Uint8Array] ['sent', bytes] ['close', code, reason, wasClean]
import { UPGRADE } from './http-client.js';
import { ABNORMAL, WebSocketFrames } from './web-socket-frames.js';

/**
 * Opens a WebSocket for a page.
 *
 * @param {HttpClient} client
 * @param {number} port of this OS
 * @param {string} origin the page's
 * @param {{url: string, protocols: string[]}} head `url` is path and query
 * @param {MessagePort} page
 */
export function openWebSocket(client, port, origin, head, page) {
  const socket = new Socket(client, page);
  page.onmessage = ({ data }) => Array.isArray(data) && socket.hear(data);
  const protocols = Array.isArray(head?.protocols) ? head.protocols.map(String) : [];
  socket.start(port, origin, String(head?.url ?? '/'), protocols);
}

class Socket {
  #client;
  #page;
  #exchange;
  #frames;
  #isOver = false;

  constructor(client, page) {
    this.#client = client;
    this.#page = page;
  }

  start(port, origin, url, protocols) {
    const { kernel, staging } = this.#client;
    const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
    const accept = staging.text(kernel.ws_accept(staging.texts(key)[0]));
    const fields = ['User-Agent', navigator.userAgent, 'Sec-WebSocket-Version', '13', 'Sec-WebSocket-Key', key];
    if (protocols.length > 0) {
      fields.push('Sec-WebSocket-Protocol', protocols.join(', '));
    }
    const request = { method: 'GET', target: url, fields: `${fields.join('\0')}\0`, origin };
    this.#exchange = this.#client.request(port, request, UPGRADE, {
      head: ({ status, text }) => {
        const answer = fieldsOf(text);
        const protocol = answer.get('sec-websocket-protocol');
        if (status === 101 && isUpgrade(answer, accept) && (protocol === undefined || protocols.includes(protocol))) {
          this.#open(this.#exchange.takeConnection(), protocol ?? '');
        } else {
          this.#giveUp();
        }
      },
      error: () => this.#closed(ABNORMAL, '', false),
    });
    this.#exchange.start();
  }

  #giveUp() {
    this.#exchange.cancel();
    this.#closed(ABNORMAL, '', false);
  }

  #closed(...how) {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#post('close', ...how);
    }
  }

  #open(connection, protocol) {
    this.#frames = new WebSocketFrames(this.#client, connection, {
      message: (value) => this.#page.postMessage(['message', value], typeof value === 'string' ? [] : [value.buffer]),
      sent: (bytes) => this.#post('sent', bytes),
      closed: (...how) => this.#closed(...how),
    });
    this.#post('open', protocol);
    this.#frames.start();
  }

  hear([kind, value, reason]) {
    if (kind === 'send' && (typeof value === 'string' || value instanceof Uint8Array)) {
      this.#frames?.send(value);
    } else if (kind === 'close' && this.#frames) {
      this.#frames.close(value, typeof reason === 'string' ? reason : '');
    } else if (kind === 'close') {
      this.#giveUp();
    }
  }

  #post(...message) {
    this.#page.postMessage(message);
  }
}

/** The fields of an answer's head by their names in small letters; of several of a name, the first. */
function fieldsOf(text) {
  const texts = text.split('\0');
  const fields = new Map();
  for (let i = 1; i + 1 < texts.length; i += 2) {
    const name = texts[i].toLowerCase();
    if (!fields.has(name)) {
      fields.set(name, texts[i + 1]);
    }
  }
  return fields;
}

function isUpgrade(fields, accept) {
  const value = (name) => fields.get(name) ?? '';
  const lists = (name, element) => value(name).split(',').some((each) => each.trim().toLowerCase() === element);
  return lists('upgrade', 'websocket') && lists('connection', 'upgrade')
    && value('sec-websocket-accept') === accept && value('sec-websocket-extensions') === '';
}
