// The peer: the same calls.wasm over a small WASI in JavaScript, closures over files in the page's memory, as hosts that
// keep no kernel do it. It has what the four measured calls need, and is quick about it: capacity doubles, no copy is
// made that could be avoided. ns a call, `runs` times.
async ({ name, count, warmUps, runs }) => {
  const module = await WebAssembly.compile(lab.contents.get('calls.wasm'));
  const ERRNO = { SUCCESS: 0, BADF: 8, EXIST: 20, NOENT: 44, NOSYS: 52 };
  const [DIRECTORY, FILE] = [3, 4];
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();

  function host() {
    let view;
    let bytes;
    let output = '';
    let inodes = 0;
    const make = (type) => ({ type, inode: ++inodes, bytes: new Uint8Array(0), size: 0, time: 0n, entries: new Map() });
    const root = make(DIRECTORY);
    const argv = ['calls', name, String(count)].map((text) => encoder.encode(`${text}\0`));
    const open = [null, { print: true }, { print: true }, { node: root, at: 0 }];

    const nanos = () => BigInt(Math.round(performance.now() * 1e6));
    const pathAt = (at, length) => decoder.decode(bytes.subarray(at, at + length));

    /** The directory that a path's last name is in, and that name. */
    function walk(fd, path) {
      const names = path.split('/').filter((part) => part && part !== '.');
      let node = open[fd].node;
      for (const part of names.slice(0, -1)) node = node?.entries.get(part);
      return { parent: node, last: names.at(-1) };
    }
    function find(fd, path) {
      const { parent, last } = walk(fd, path);
      return last === undefined ? parent : parent?.entries.get(last);
    }

    function put(file, from, length) {
      const { node } = file;
      if (file.append) file.at = node.size;
      const end = file.at + length;
      if (end > node.bytes.length) {
        const larger = new Uint8Array(Math.max(2 * node.bytes.length, end, 4096));
        larger.set(node.bytes.subarray(0, node.size));
        node.bytes = larger;
      }
      node.bytes.set(bytes.subarray(from, from + length), file.at);
      file.at = end;
      node.size = Math.max(node.size, end);
      node.time = BigInt(Date.now()) * 1_000_000n;
      return length;
    }
    function get(file, to, length) {
      const n = Math.max(0, Math.min(length, file.node.size - file.at));
      bytes.set(file.node.bytes.subarray(file.at, file.at + n), to);
      file.at += n;
      return n;
    }
    function vectors(iovs, iovCount, result, move) {
      let sum = 0;
      for (let i = 0; i < iovCount; i++) {
        sum += move(view.getUint32(iovs + 8 * i, true), view.getUint32(iovs + 8 * i + 4, true));
      }
      view.setUint32(result, sum, true);
      return ERRNO.SUCCESS;
    }
    function putStat(node, at) {
      view.setBigUint64(at, 1n, true);
      view.setBigUint64(at + 8, BigInt(node.inode), true);
      view.setBigUint64(at + 16, BigInt(node.type), true);
      view.setBigUint64(at + 24, 1n, true);
      view.setBigUint64(at + 32, BigInt(node.size), true);
      for (let time = 40; time < 64; time += 8) view.setBigUint64(at + time, node.time, true);
      return ERRNO.SUCCESS;
    }
    function remove(fd, path, length) {
      const { parent, last } = walk(fd, pathAt(path, length));
      return parent?.entries.delete(last) ? ERRNO.SUCCESS : ERRNO.NOENT;
    }

    const functions = {
      args_sizes_get(n, size) {
        view.setUint32(n, argv.length, true);
        view.setUint32(size, argv.reduce((sum, text) => sum + text.length, 0), true);
        return ERRNO.SUCCESS;
      },
      args_get(pointers, at) {
        argv.forEach((text, i) => {
          view.setUint32(pointers + 4 * i, at, true);
          bytes.set(text, at);
          at += text.length;
        });
        return ERRNO.SUCCESS;
      },
      clock_time_get(id, precision, result) {
        view.setBigUint64(result, nanos(), true);
        return ERRNO.SUCCESS;
      },
      fd_prestat_get(fd, result) {
        if (fd !== 3) return ERRNO.BADF;
        view.setUint32(result, 0, true);
        view.setUint32(result + 4, 1, true);
        return ERRNO.SUCCESS;
      },
      fd_prestat_dir_name(fd, at) {
        bytes[at] = '.'.charCodeAt(0);
        return ERRNO.SUCCESS;
      },
      fd_fdstat_get(fd, result) {
        if (!open[fd]) return ERRNO.BADF;
        bytes.fill(0, result, result + 24);
        bytes[result] = open[fd].node?.type ?? 2;
        bytes.fill(0xff, result + 8, result + 24);
        return ERRNO.SUCCESS;
      },
      fd_close(fd) {
        if (!open[fd]) return ERRNO.BADF;
        open[fd] = null;
        return ERRNO.SUCCESS;
      },
      fd_seek(fd, offset, whence, result) {
        const file = open[fd];
        if (!file) return ERRNO.BADF;
        file.at = [0, file.at, file.node.size][whence] + Number(offset);
        view.setBigUint64(result, BigInt(file.at), true);
        return ERRNO.SUCCESS;
      },
      fd_read(fd, iovs, n, result) {
        const file = open[fd];
        return file ? vectors(iovs, n, result, (at, length) => get(file, at, length)) : ERRNO.BADF;
      },
      fd_write(fd, iovs, n, result) {
        const file = open[fd];
        if (!file) return ERRNO.BADF;
        return vectors(iovs, n, result, file.print
          ? (at, length) => {
            output += pathAt(at, length);
            return length;
          }
          : (at, length) => put(file, at, length));
      },
      path_open(fd, lookup, path, length, oflags, rights, inheriting, flags, result) {
        const text = pathAt(path, length);
        const { parent, last } = walk(fd, text);
        let node = find(fd, text);
        if (!node) {
          if (!parent || !(oflags & 1)) return ERRNO.NOENT;
          node = make(FILE);
          parent.entries.set(last, node);
        } else if (oflags & 8) {
          node.size = 0;
        }
        let opened = open.findIndex((file, i) => i > 2 && !file);
        if (opened < 0) opened = open.length;
        open[opened] = { node, at: 0, append: (flags & 1) !== 0 };
        view.setUint32(result, opened, true);
        return ERRNO.SUCCESS;
      },
      path_create_directory(fd, path, length) {
        const { parent, last } = walk(fd, pathAt(path, length));
        if (parent.entries.has(last)) return ERRNO.EXIST;
        parent.entries.set(last, make(DIRECTORY));
        return ERRNO.SUCCESS;
      },
      path_filestat_get(fd, lookup, path, length, result) {
        const node = find(fd, pathAt(path, length));
        return node ? putStat(node, result) : ERRNO.NOENT;
      },
      path_unlink_file: remove,
      path_remove_directory: remove,
      proc_exit(status) {
        throw status;
      },
    };
    const imports = {};
    for (const { name: needed } of WebAssembly.Module.imports(module)) imports[needed] = functions[needed] ?? (() => ERRNO.NOSYS);

    return {
      async run() {
        const guest = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: imports });
        const look = () => {
          view = new DataView(guest.exports.memory.buffer);
          bytes = new Uint8Array(guest.exports.memory.buffer);
        };
        look();
        try {
          guest.exports._start();
        } catch (status) {
          if (status !== 0) throw new Error(`the peer's calls.wasm ended with ${status}: ${output}`);
        }
        return output.trim();
      },
    };
  }

  const times = [];
  for (let i = 0; i < warmUps + runs; i++) {
    const line = await host().run();
    const [, , , took, verdict] = line.split(' ');
    if (verdict !== 'ok') throw new Error(`calls.wasm over the peer says: ${line}`);
    if (i >= warmUps) times.push(Number(took));
    await lab.sleep(0);
  }
  return times;
}
