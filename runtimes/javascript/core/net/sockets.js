// Sockets by their names: /dev/tcp/HOST/PORT connects, /dev/tcp-listen/PORT listens, /proc/self/net/FD tells who is there.

import * as os from 'qjs:os';
import * as wasi from 'qjs:wasi';
import { errnoNames, errnoNumbers } from '../output.js';
import { decode } from '../utf8.js';

export const EAGAIN = 6, EADDRINUSE = 3, EPIPE = 64;
const NOTHING = new Uint8Array(0);
const FIRST_INHERITED = 3;
const CHUNK = 65536;

/** Into which all sockets read; what is kept is copied. */
const buffer = new Uint8Array(CHUNK);

const SENTENCES = {
  EADDRINUSE: 'address already in use', ECONNREFUSED: 'connection refused', ECONNRESET: 'connection reset by peer', EPIPE: 'broken pipe',
  ENOTCAPABLE: 'permission denied (this program has not been granted it)', EHOSTUNREACH: 'no way to this host', ENOENT: 'no such host',
};

/** An error as Node's net throws it. */
export function socketError(errno, syscall, details = {}) {
  const name = errnoNames[errno] ?? `E${errno}`;
  const code = { ENOTCAPABLE: 'EACCES', ENOENT: 'ENOTFOUND' }[name] ?? name;
  const { address, port } = details;
  const where = port === undefined ? '' : ` ${address}:${port}`;
  const said = syscall === 'listen' ? `: ${SENTENCES[name] ?? name}` : ['ENOTCAPABLE', 'EHOSTUNREACH', 'ENOENT'].includes(name) ? ` (${SENTENCES[name]})` : '';
  return Object.assign(new Error(`${syscall} ${code}${said}${where}`), { errno: -(errnoNumbers[code] ?? errno), code, syscall, ...details });
}

/** @returns {number} a descriptor, or an errno, negated */
export const connect = (host, port) => wasi.open(`/dev/tcp/${host}/${port}`);

/** @returns {number} a listening descriptor, or an errno, negated; one that was inherited for this port is taken over */
export function listen(port) {
  const fd = wasi.open(`/dev/tcp-listen/${port}`);
  return fd === -EADDRINUSE ? inherited(port) ?? fd : fd;
}

const takenOver = new Set();

function inherited(port) {
  for (let fd = FIRST_INHERITED; wasi.isListener(fd); fd++) {
    if (!takenOver.has(fd) && addressOf(fd)?.local.port === port) {
      takenOver.add(fd);
      return fd;
    }
  }
  return undefined;
}

/** What is there to read, at most so many bytes: bytes, of which none are the end, or an errno, negated. */
export function read(fd) {
  const count = wasi.read(fd, buffer);
  return count < 0 ? count : buffer.slice(0, count);
}

/** Whether the peer has gone, and not just said that it sends no more: nobody is there to read what is written. */
export const hasGone = fd => wasi.write(fd, NOTHING) === -EPIPE;

/** The two ends of a socket: { local, peer }, each { address, port, family }, or undefined. */
export function addressOf(fd) {
  const file = os.open(`/proc/self/net/${fd}`, os.O_RDONLY);
  if (file < 0) return undefined;
  const bytes = new Uint8Array(512);
  const count = os.read(file, bytes.buffer, 0, bytes.length);
  os.close(file);
  try {
    const { local, peer } = JSON.parse(decode(bytes.subarray(0, Math.max(0, count))));
    return { local: endpoint(local), peer: endpoint(peer) };
  } catch {
    return undefined;
  }
}

function endpoint(text) {
  if (!text) return undefined;
  const at = text.lastIndexOf(':');
  const address = text.slice(0, at).replace(/^\[|\]$/g, '');
  return { address, family: address.includes(':') ? 'IPv6' : 'IPv4', port: Number(text.slice(at + 1)) };
}

/** Whether a name means this OS's own host, whose ports are all reached without leaving it. */
export function isLocal(host) {
  return /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[?::1?\]?|\[?::ffff:127(?:\.\d{1,3}){3}\]?)\.?$/i.test(host);
}
