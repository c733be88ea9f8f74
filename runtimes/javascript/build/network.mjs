// A loopback network inside one program, in place of the kernel's: /dev/tcp/HOST/PORT, /dev/tcp-listen/PORT,
// /proc/self/net/FD, and what WASI does with them.

const FIRST = 1000, ROOM = 65536, EPHEMERAL = 49152;
const EADDRINUSE = 3, EAGAIN = 6, ECONNREFUSED = 14, ECONNRESET = 15, EPIPE = 64, ENOTCAPABLE = 76;
const NONBLOCK = 4;

/**
 * The imports of WASI with sockets.
 *
 * @param {object} wasi what does everything else
 * @param {() => WebAssembly.Memory} memory
 */
export function withNetwork(wasi, memory) {
  const open = new Map();
  const listening = new Map();
  let next = FIRST, ephemeral = EPHEMERAL;
  const view = () => new DataView(memory().buffer);
  const bytes = (at, length) => new Uint8Array(memory().buffer, at, length);
  const add = socket => {
    open.set(++next, socket);
    return next;
  };
  const stream = (local, peer) => ({ inbox: [], size: 0, ended: false, reset: false, shut: false, local, peerName: peer });

  function socketFor(name) {
    const [, kind, host, port] = /^(tcp)\/([^/]+)\/(\d+)$/.exec(name) ?? /^(tcp-listen)()\/(\d+)$/.exec(name) ?? [];
    if (kind === 'tcp-listen') {
      if (port === '81') return [ENOTCAPABLE];
      const number = Number(port) || ephemeral++;
      if (listening.has(number)) return [EADDRINUSE];
      const listener = { queue: [], port: number, local: `0.0.0.0:${number}` };
      listening.set(number, listener);
      return [0, add(listener)];
    }
    if (kind !== 'tcp') return undefined;
    if (!['localhost', '127.0.0.1', '::1', '0.0.0.0'].includes(host)) return [ECONNREFUSED];
    const listener = listening.get(Number(port));
    if (!listener) return [ECONNREFUSED];
    const from = `127.0.0.1:${ephemeral++}`, to = `127.0.0.1:${port}`;
    const mine = stream(from, to), theirs = stream(to, from);
    mine.peer = theirs;
    theirs.peer = mine;
    listener.queue.push(theirs);
    return [0, add(mine)];
  }

  const isReadable = s => (s.file !== undefined || (s.queue ? s.queue.length > 0 : s.size > 0 || s.ended || s.reset));
  const isWritable = s => !s.queue && (s.reset || s.peer.gone || s.peer.size < ROOM);

  function vectors(at, count) {
    return Array.from({ length: count }, (_, i) => bytes(view().getUint32(at + 8 * i, true), view().getUint32(at + 8 * i + 4, true)));
  }

  return {
    ...wasi,
    path_open(dir, dirflags, path, length, oflags, base, inheriting, flags, out) {
      const name = new TextDecoder().decode(bytes(path, length));
      const told = /^self\/net\/(\d+)$/.exec(name);
      const found = socketFor(name) ?? (told && open.get(Number(told[1]))
        ? [0, add({ file: JSON.stringify({ local: open.get(Number(told[1])).local, peer: open.get(Number(told[1])).peerName }) })] : undefined);
      if (!found) return wasi.path_open(dir, dirflags, path, length, oflags, base, inheriting, flags, out);
      if (!found[0]) view().setUint32(out, found[1], true);
      return found[0];
    },
    fd_fdstat_get(fd, out) {
      if (!open.has(fd)) return wasi.fd_fdstat_get(fd, out);
      bytes(out, 24).fill(0);
      bytes(out, 24)[0] = 6;
      view().setUint16(out + 2, NONBLOCK, true);
      return 0;
    },
    fd_fdstat_set_flags: (fd, flags) => (open.has(fd) ? 0 : wasi.fd_fdstat_set_flags(fd, flags)),
    fd_close(fd) {
      const socket = open.get(fd);
      if (!socket) return wasi.fd_close(fd);
      open.delete(fd);
      if (socket.queue) {
        listening.delete(socket.port);
        for (const waiting of socket.queue) waiting.peer.reset = true;
      } else if (socket.file === undefined) {
        socket.gone = true;
        socket.peer.ended = true;
        if (socket.size) socket.peer.reset = true;
      }
      return 0;
    },
    fd_read(fd, at, count, out) {
      const socket = open.get(fd);
      if (!socket) return wasi.fd_read(fd, at, count, out);
      const [into] = vectors(at, count);
      let done = 0;
      if (socket.file !== undefined) {
        done = new TextEncoder().encodeInto(socket.file, into).written;
        socket.file = '';
      } else {
        if (socket.reset) return ECONNRESET;
        if (!socket.size && !socket.ended) return EAGAIN;
        while (socket.size && done < into.length) {
          const [chunk] = socket.inbox;
          const part = chunk.subarray(0, into.length - done);
          into.set(part, done);
          done += part.length;
          socket.size -= part.length;
          if (part.length === chunk.length) socket.inbox.shift();
          else socket.inbox[0] = chunk.subarray(part.length);
        }
      }
      view().setUint32(out, done, true);
      return 0;
    },
    fd_write(fd, at, count, out) {
      const socket = open.get(fd);
      if (!socket) return wasi.fd_write(fd, at, count, out);
      const [from] = vectors(at, count);
      if (socket.reset) return ECONNRESET;
      if (socket.shut || socket.peer.gone) return EPIPE;
      const part = from.slice(0, Math.max(0, ROOM - socket.peer.size));
      if (!part.length && from.length) return EAGAIN;
      if (part.length) socket.peer.inbox.push(part);
      socket.peer.size += part.length;
      view().setUint32(out, part.length, true);
      return 0;
    },
    sock_accept(fd, flags, out) {
      const waiting = open.get(fd)?.queue?.shift();
      if (!waiting) return EAGAIN;
      view().setUint32(out, add(waiting), true);
      return 0;
    },
    sock_shutdown(fd) {
      const socket = open.get(fd);
      socket.shut = true;
      socket.peer.ended = true;
      return 0;
    },
    poll_oneoff(subscriptions, events, count, out) {
      const found = [];
      let soonest, others = false;
      for (let i = 0; i < count; i++) {
        const at = subscriptions + 48 * i;
        const id = view().getBigUint64(at, true), tag = view().getUint8(at + 8);
        if (tag === 0) {
          const timeout = view().getBigUint64(at + 24, true);
          if (soonest === undefined || timeout < soonest.timeout) soonest = { id, timeout };
          continue;
        }
        const socket = open.get(view().getUint32(at + 16, true));
        if (!socket) others = true;
        else if (tag === 1 ? isReadable(socket) : isWritable(socket)) found.push({ id, tag });
      }
      if (others && !found.length) return wasi.poll_oneoff(subscriptions, events, count, out);
      if (!found.length) {
        if (!soonest) throw new Error('the program waits for ever');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(soonest.timeout) / 1e6);
        found.push({ id: soonest.id, tag: 0 });
      }
      found.forEach(({ id, tag }, i) => {
        bytes(events + 32 * i, 32).fill(0);
        view().setBigUint64(events + 32 * i, id, true);
        view().setUint8(events + 32 * i + 10, tag);
      });
      view().setUint32(out, found.length, true);
      return 0;
    },
  };
}
