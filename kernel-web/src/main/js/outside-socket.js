// WebSockets of programs to other hosts: the browser's own on one side, RFC 6455 to the program on the other.
import { WebSocketFrames } from './web-socket-frames.js';

/** While so many bytes are on their way out, the program waits; for that there is no event. */
const MOST_UNSENT = 1 << 20;
const LOOK_MS = 10;

/**
 * Opens a browser's WebSocket.
 *
 * @param {URL} url of `http:` or `https:`, as a proxy is asked for it
 * @param {string[]} protocols
 * @returns {Promise<WebSocket>} once it is open
 * @throws {DOMException} of a page that may not, or of protocols that are none; an Error where the browser got no connection
 */
export async function openOutside(url, protocols, signal) {
  const address = new URL(url);
  address.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  const socket = new WebSocket(address, protocols);
  socket.binaryType = 'arraybuffer';
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onclose = () => reject(new Error('it cannot be reached, or is no WebSocket, or refuses this page'));
    signal.addEventListener('abort', () => socket.close());
  });
  return socket;
}

/** Passes messages on both ways until either end closes. */
export function joinOutside(os, connection, socket) {
  const frames = new WebSocketFrames(os, connection, {
    message: (value) => {
      socket.send(value);
      if (socket.bufferedAmount > MOST_UNSENT) {
        frames.pause();
        wait();
      }
    },
    closed: (code, reason) => {
      const isOurs = code === 1000 || (code >= 3000 && code <= 4999);
      socket.onmessage = null;
      socket.onclose = null;
      if (isOurs) {
        socket.close(code, reason);
      } else {
        socket.close();
      }
    },
  }, true);
  const wait = () => {
    if (socket.bufferedAmount > MOST_UNSENT && socket.readyState === WebSocket.OPEN) {
      setTimeout(wait, LOOK_MS);
    } else {
      frames.resume();
    }
  };
  socket.onmessage = ({ data }) => frames.send(typeof data === 'string' ? data : new Uint8Array(data));
  socket.onclose = ({ code, reason, wasClean }) => (wasClean ? frames.close(code, reason) : frames.drop());
  frames.start();
}
