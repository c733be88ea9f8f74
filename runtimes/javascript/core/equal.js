// Deep equality, strict (util.isDeepStrictEqual) and loose (assert.deepEqual).

export const isDeepStrictEqual = (a, b) => equal(a, b, true, []);
export const isDeepLooseEqual = (a, b) => equal(a, b, false, []);

function equal(a, b, strict, seen) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return !strict && (a == b || Number.isNaN(a) && Number.isNaN(b)) && !(typeof a === 'object' && a !== null) && !(typeof b === 'object' && b !== null);
  }
  if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const tag = Object.prototype.toString.call(a);
  if (tag !== Object.prototype.toString.call(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  if (seen.some(([x, y]) => x === a && y === b)) return true;
  seen = [...seen, [a, b]];
  const same = (x, y) => equal(x, y, strict, seen);

  if (a instanceof Date && a.getTime() !== b.getTime() && !(isNaN(a) && isNaN(b))) return false;
  if (a instanceof RegExp && (String(a) !== String(b) || a.lastIndex !== b.lastIndex)) return false;
  if (a instanceof Error && (a.message !== b.message || a.name !== b.name || !same(a.cause, b.cause))) return false;
  if (/^\[object (Number|String|Boolean|BigInt|Symbol)\]$/.test(tag) && !Object.is(a.valueOf(), b.valueOf())) return false;
  if (a instanceof Promise || a instanceof WeakMap || a instanceof WeakSet) return false;
  if (a instanceof ArrayBuffer) return same(new Uint8Array(a), new Uint8Array(b));
  if (ArrayBuffer.isView(a)) {
    if (a.byteLength !== b.byteLength) return false;
    const [x, y] = [a, b].map(one => new Uint8Array(one.buffer, one.byteOffset, one.byteLength));
    return x.every((byte, i) => byte === y[i]);
  }
  if (a instanceof Set) {
    if (a.size !== b.size) return false;
    const left = [...b].filter(one => !a.has(one));
    for (const one of a) {
      if (b.has(one)) continue;
      const at = left.findIndex(other => same(one, other));
      if (at < 0) return false;
      left.splice(at, 1);
    }
  }
  if (a instanceof Map) {
    if (a.size !== b.size) return false;
    const left = [...b].filter(([key]) => !a.has(key));
    for (const [key, value] of a) {
      if (b.has(key)) {
        if (!same(value, b.get(key))) return false;
        continue;
      }
      const at = left.findIndex(other => same(key, other[0]) && same(value, other[1]));
      if (at < 0) return false;
      left.splice(at, 1);
    }
  }
  if (Array.isArray(a) && a.length !== b.length) return false;
  const keys = one => [...Object.keys(one), ...strict ? Object.getOwnPropertySymbols(one).filter(key => Object.prototype.propertyIsEnumerable.call(one, key)) : []];
  const own = keys(a);
  return own.length === keys(b).length && own.every(key => Object.hasOwn(b, key) && same(a[key], b[key]));
}
