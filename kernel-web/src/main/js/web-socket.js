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
    const headers = [['User-Agent', navigator.userAgent], ['Sec-WebSocket-Version', '13'], ['Sec-WebSocket-Key', key]];
    if (protocols.length > 0) {
      headers.push(['Sec-WebSocket-Protocol', protocols.join(', ')]);
    }
    this.#exchange = this.#client.request(port, { method: 'GET', url, headers, origin }, UPGRADE, {
      head: (answer) => {
        const protocol = answer.headers.find(([name]) => /^sec-websocket-protocol$/i.test(name))?.[1];
        if (isUpgrade(answer, accept) && (protocol === undefined || protocols.includes(protocol))) {
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

function isUpgrade({ status, headers }, accept) {
  const value = (wanted) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
  const lists = (name, element) => value(name).split(',').some((each) => each.trim().toLowerCase() === element);
  return status === 101 && lists('upgrade', 'websocket') && lists('connection', 'upgrade')
    && value('sec-websocket-accept') === accept && value('sec-websocket-extensions') === '';
}
