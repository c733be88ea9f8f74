// Changes the limits of the memory that a wasm module imports, for any encoding of the old ones.

function readLeb(bytes, at) {
  let value = 0;
  let shift = 0;
  for (;;) {
    const b = bytes[at++];
    value |= (b & 127) << shift;
    if ((b & 128) === 0) {
      return { value: value >>> 0, at };
    }
    shift += 7;
  }
}

function leb(value) {
  const bytes = [];
  do {
    bytes.push((value & 127) | (value > 127 ? 128 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

const IMPORT_SECTION = 2;

/** The module with the limits of its import env.memory, a shared one, set to `minimum` and `maximum` pages. */
export function withMemoryLimits(module, minimum, maximum) {
  let at = 8;
  while (at < module.length) {
    const id = module[at];
    const size = readLeb(module, at + 1);
    const end = size.at + size.value;
    if (id === IMPORT_SECTION) {
      const head = [3, ...Buffer.from('env'), 6, ...Buffer.from('memory'), 2, 3];
      const found = module.subarray(size.at, end).indexOf(Buffer.from(head));
      if (found < 0) {
        break;
      }
      const limits = size.at + found + head.length;
      const rest = readLeb(module, readLeb(module, limits).at).at;
      const section = Buffer.concat([module.subarray(size.at, limits), Buffer.from([...leb(minimum), ...leb(maximum)]),
        module.subarray(rest, end)]);
      return Buffer.concat([module.subarray(0, at), Buffer.from([id, ...leb(section.length)]), section,
        module.subarray(end)]);
    }
    at = end;
  }
  throw new Error('the module imports no shared memory env.memory');
}
