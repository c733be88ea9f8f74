// structuredClone

const ERRORS = new Set(['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError']);

/** A deep copy, as the HTML standard makes it: no functions, no prototypes of one's own. */
export function structuredClone(value, { transfer = [] } = {}) {
  const copy = cloneInto(new Map(), value);
  for (const buffer of transfer) if (buffer instanceof ArrayBuffer) buffer.transfer();
  return copy;
}

function cloneInto(done, value) {
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new DOMException(`${String(value)} could not be cloned.`, 'DataCloneError');
  }
  if (typeof value !== 'object' || value === null) return value;
  if (done.has(value)) return done.get(value);
  const keep = copy => (done.set(value, copy), copy);
  const clone = one => cloneInto(done, one);
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (Array.isArray(value)) {
    const copy = keep(new Array(value.length));
    for (const key of Object.keys(value)) copy[key] = clone(value[key]);
    return copy;
  }
  if (value instanceof Map) {
    const copy = keep(new Map());
    for (const [key, one] of value) copy.set(clone(key), clone(one));
    return copy;
  }
  if (value instanceof Set) {
    const copy = keep(new Set());
    for (const one of value) copy.add(clone(one));
    return copy;
  }
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (ArrayBuffer.isView(value)) {
    const buffer = clone(value.buffer);
    const type = tag === 'DataView' ? DataView : globalThis[tag];
    return keep(new type(buffer, value.byteOffset, tag === 'DataView' ? value.byteLength : value.length));
  }
  if (value instanceof Error) {
    const type = ERRORS.has(value.name) ? globalThis[value.name] : Error;
    const copy = keep(Object.create(type.prototype));
    for (const key of ['message', 'stack', 'cause']) {
      if (Object.hasOwn(value, key)) Object.defineProperty(copy, key, { value: clone(value[key]), writable: true, configurable: true });
    }
    return copy;
  }
  if (['String', 'Number', 'Boolean', 'BigInt'].includes(tag)) return keep(Object(value.valueOf()));
  if (['Promise', 'WeakMap', 'WeakSet', 'WeakRef', 'Generator'].includes(tag)) {
    throw new DOMException(`#<${tag}> could not be cloned.`, 'DataCloneError');
  }
  const copy = keep({});
  for (const key of Object.keys(value)) copy[key] = clone(value[key]);
  return copy;
}
