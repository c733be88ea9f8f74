// How values look: util.inspect and util.format.

import { settled } from 'qjs:wasi';

const WIDTH = 72;               // what fits on a line
const ITEMS = 100, TEXT = 10000;
const IDENTIFIER = /^[A-Za-z_]\w*$/;
const custom = Symbol.for('nodejs.util.inspect.custom');

const COLORS = { number: 33, bigint: 33, boolean: 33, string: 32, symbol: 32, undefined: 90, null: 1, special: 36, date: 35, regexp: 31 };

/**
 * A value as a text.
 *
 * @param {object} [options] depth (2; null or Infinity for all), colors, showHidden, compact, breakLength, maxArrayLength,
 *     maxStringLength, sorted
 */
export function inspect(value, options = {}, ...old) {
  if (typeof options === 'boolean') options = { showHidden: options, depth: old[0], colors: old[1] };
  const context = {
    showHidden: false, colors: false, breakLength: 80, maxArrayLength: ITEMS, maxStringLength: TEXT, compact: 3, sorted: false,
    ...options, depth: options.depth === undefined ? 2 : options.depth ?? Infinity, seen: [], circular: new Map(),
  };
  context.maxArrayLength ??= Infinity;
  context.maxStringLength ??= Infinity;
  context.options = options;
  return show(value, context, 0);
}

inspect.custom = custom;
inspect.defaultOptions = { showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false, maxArrayLength: ITEMS, maxStringLength: TEXT,
  breakLength: 80, compact: 3, sorted: false, getters: false, numericSeparator: false };

/** console.log's text: %s %d %i %f %j %o %O %c %% in a first text, then the rest with blanks between. */
export function format(...args) {
  return formatWithOptions({}, ...args);
}

export function formatWithOptions(options, first, ...rest) {
  let text = '', next = 0;
  if (typeof first === 'string') {
    text = !rest.length ? first : first.replace(/%([sdifjoOc%])/g, (all, kind) => {
      if (kind === '%') return '%';
      if (next >= rest.length) return all;
      return formatted(kind, rest[next++], options);
    });
  } else if (arguments.length > 1) {
    text = inspect(first, options);
  }
  for (const value of rest.slice(next)) text += ' ' + (typeof value === 'string' ? value : inspect(value, options));
  return text;
}

function formatted(kind, value, options) {
  switch (kind) {
    case 's':
      if (typeof value === 'bigint') return value + 'n';
      if (Object.is(value, -0)) return '-0';
      if (typeof value === 'function' && !hasOwnToString(value)) return inspect(value, options);
      if (typeof value !== 'object' && typeof value !== 'function' || value === null) return String(value);
      return value instanceof Error || hasOwnToString(value) ? String(value) : inspect(value, { ...options, depth: 0 });
    case 'd': return typeof value === 'bigint' ? value + 'n' : typeof value === 'symbol' ? 'NaN' : show(Number(value), { colors: false }, 0);
    case 'i': return typeof value === 'bigint' ? value + 'n' : typeof value === 'symbol' ? 'NaN' : String(parseInt(value, 10));
    case 'f': return typeof value === 'symbol' ? 'NaN' : String(parseFloat(value));
    case 'j':
      try {
        return JSON.stringify(value) ?? 'undefined';
      } catch (error) {
        if (/circular/.test(error.message)) return '[Circular]';
        throw error;
      }
    case 'o': return inspect(value, { ...options, showHidden: true, depth: 4 });
    case 'O': return inspect(value, options);
    default: return '';
  }
}

function hasOwnToString(value) {
  for (let one = value; one && one !== Object.prototype; one = Object.getPrototypeOf(one)) {
    if (Object.hasOwn(one, 'toString')) return !/\[native code\]/.test(Function.prototype.toString.call(one.toString));
  }
  return false;
}

const paint = (text, kind, { colors }) => (colors ? `\x1b[${COLORS[kind]}m${text}\x1b[${kind === 'null' ? 22 : 39}m` : text);

function show(value, context, depth) {
  switch (typeof value) {
    case 'string': return longText(value, context);
    case 'number': return paint(Object.is(value, -0) ? '-0' : grouped(String(value), context), 'number', context);
    case 'bigint': return paint(grouped(String(value), context) + 'n', 'bigint', context);
    case 'boolean': return paint(String(value), 'boolean', context);
    case 'undefined': return paint('undefined', 'undefined', context);
    case 'symbol': return paint(value.toString(), 'symbol', context);
    default: return value === null ? paint('null', 'null', context) : showObject(value, context, depth);
  }
}

/** 1_234.567_8, where it is asked for. */
const grouped = (text, { numericSeparator }) => (!numericSeparator || !/^-?\d+(\.\d+)?$/.test(text) ? text
  : text.replace(/^-?\d+/, whole => whole.replace(/\B(?=(\d{3})+$)/g, '_')).replace(/(?<=\.)\d+$/, part => part.replace(/(\d{3})(?=\d)/g, '$1_')));

function longText(value, context) {
  const more = value.length - context.maxStringLength;
  return more > 0 ? quoted(value.slice(0, context.maxStringLength), context) + `... ${more} more character${more > 1 ? 's' : ''}` : quoted(value, context);
}

function quoted(text, context) {
  const quote = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes('`') && !text.includes('${') ? '`' : "'";
  const escaped = text.replace(/[\\\x00-\x1f\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, c => ({
    '\n': '\\n', '\t': '\\t', '\r': '\\r', '\b': '\\b', '\f': '\\f', '\v': '\\v', '\\': '\\\\',
  })[c] ?? (c > '\xff' ? '\\u' + c.charCodeAt(0).toString(16).toUpperCase() : '\\x' + c.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()))
    .replace(/'/g, c => quote === "'" ? "\\'" : c);
  return paint(quote + escaped + quote, 'string', context);
}

function showObject(value, context, depth) {
  const own = value[custom];
  if (typeof own === 'function' && own !== inspect) {
    const seen = context.options;
    const result = own.call(value, context.depth - depth, { ...seen, depth: context.depth - depth, stylize: text => text }, inspect);
    if (result !== value) return typeof result === 'string' ? result.replaceAll('\n', '\n' + '  '.repeat(depth)) : show(result, context, depth);
  }
  if (context.seen.includes(value)) {
    if (!context.circular.has(value)) context.circular.set(value, context.circular.size + 1);
    return paint(`[Circular *${context.circular.get(value)}]`, 'special', context);
  }
  const described = describe(value, context);
  if (depth > context.depth && !described.plain && (described.items?.(Infinity).length || Reflect.ownKeys(value).some(key => !described.skip?.(key)))) return paint(`[${described.short}]`, 'special', context);
  context.seen.push(value);
  let parts;
  try {
    parts = [...described.items?.(depth) ?? [], ...properties(value, described, context, depth)];
  } finally {
    context.seen.pop();
  }
  const mark = context.circular.has(value) ? paint(`<ref *${context.circular.get(value)}>`, 'special', context) + ' ' : '';
  if (!parts.length) return mark + (described.empty ?? described.base);
  const [open, close] = described.braces;
  const base = described.base ? described.base + ' ' : '';
  return mark + base + layout(parts, open, close, context, depth, described, base.length + mark.length);
}

/** Breaks into lines what does not fit: several items to a line for long lists of short ones, else one a line. */
function layout(parts, open, close, context, depth, described, start) {
  const indent = '  '.repeat(depth + 1);
  const grouped = described.list && parts.length > 6 ? columns(parts, context, depth) : parts;
  if (grouped === parts) {
    const length = parts.reduce((sum, part) => sum + part.length + 2, start + open.length);
    const entries = !described.list || parts.length <= 6 ? nesting(parts) : 0;
    if (context.compact !== false && entries < (context.compact === true ? Infinity : context.compact) + 1
        && length + depth * 2 + 10 <= Math.min(context.breakLength, WIDTH + 10) && !parts.some(part => part.includes('\n'))) {
      return `${open} ${parts.join(', ')} ${close}`;
    }
  }
  return `${open}\n${indent}${grouped.join(`,\n${indent}`)}\n${'  '.repeat(depth)}${close}`;
}

function nesting(parts) {
  let deepest = 0;
  for (const part of parts) {
    let depth = 0;
    // An empty one, and a word in brackets, is no level.
    for (const [bracket] of part.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '').matchAll(/[{[](?=\s)|(?<=\s)[}\]]/g)) {
      if (bracket === '{' || bracket === '[') deepest = Math.max(deepest, ++depth);
      else depth--;
    }
  }
  return deepest + 1;
}

function columns(parts, context, indentation) {
  const bare = part => part.replace(/\x1b\[\d+m/g, '');
  const last = /^\.\.\. \d+ more/.test(parts.at(-1)) ? 1 : 0;
  const items = parts.slice(0, parts.length - last);
  const lengths = items.map(part => bare(part).length + 2);
  const longest = Math.max(...lengths);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (longest * 3 + 2 * indentation >= context.breakLength || (total / longest <= 5 && longest > 8) || items.some(part => part.includes('\n'))) return parts;
  // About a square, where a letter is 2.5 times as high as wide; the more the widths differ, the more columns.
  const usual = Math.max(longest - 3 - Math.sqrt(longest - total / parts.length), 1);
  const square = Math.sqrt(2.5 * usual * items.length) / usual;
  const count = Math.min(Math.round(square), Math.floor((context.breakLength - 2 * indentation) / longest), (Number(context.compact) || 3) * 4, 15);
  if (count <= 1) return parts;
  const rows = [];
  const widths = Array.from({ length: count }, (_, c) => Math.max(...lengths.filter((_, i) => i % count === c)));
  const numbers = items.every(part => /^-?[\d.]+(e[+-]?\d+)?n?$/.test(bare(part)));
  for (let i = 0; i < items.length; i += count) {
    rows.push(items.slice(i, i + count).map((part, c, row) => {
      const comma = c < row.length - 1 ? ', ' : '';
      const room = widths[c] - lengths[i + c];
      return numbers ? ' '.repeat(room) + part + comma : part + comma + (comma ? ' '.repeat(room) : '');
    }).join(''));
  }
  return last ? [...rows, parts.at(-1)] : rows;
}

const typedArrays = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array',
  'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'];

/** What kind of thing a value is: its name, its braces, its items, and the keys that are no news. */
function describe(value, context) {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  const name = constructorName(value);
  const named = (expected, size = '') => (name === null ? `[${expected}${size}: null prototype]` : name === expected || expected === 'Array' ? name + size : `${name}${size} [${expected}]`);
  const inside = (one, depth) => show(one, context, depth + 1);
  const rest = (count, shown) => (count > shown ? [`... ${count - shown} more item${count - shown > 1 ? 's' : ''}`] : []);

  if (Array.isArray(value)) {
    const plain = name === 'Array';
    const base = plain ? '' : named('Array', `(${value.length})`);
    return { base, short: name ?? 'Array', braces: ['[', ']'], list: true, empty: (base && base + ' ') + '[]', skip: isIndex,
      items: depth => arrayItems(value, context, depth, inside, rest) };
  }
  if (typedArrays.includes(tag)) {
    const base = `${name ?? tag}(${value.length})`;
    return { base, short: name ?? tag, braces: ['[', ']'], list: true, empty: base + ' []', skip: isIndex,
      items: depth => [...Array.from(value.subarray(0, context.maxArrayLength), one => inside(one, depth)), ...rest(value.length, context.maxArrayLength)] };
  }
  if (value instanceof Map) {
    const base = named('Map', `(${value.size})`);
    return { base, short: name, braces: ['{', '}'], empty: base + ' {}', items: depth => [
      ...[...value].slice(0, context.maxArrayLength).map(([key, one]) => `${inside(key, depth)} => ${inside(one, depth)}`), ...rest(value.size, context.maxArrayLength)] };
  }
  if (value instanceof Set) {
    const base = named('Set', `(${value.size})`);
    return { base, short: name, braces: ['{', '}'], empty: base + ' {}', items: depth => [
      ...[...value].slice(0, context.maxArrayLength).map(one => inside(one, depth)), ...rest(value.size, context.maxArrayLength)] };
  }
  if (tag === 'Arguments') return { base: '[Arguments]', short: 'Arguments', braces: ['{', '}'], empty: '[Arguments] {}' };
  if (tag === 'ArrayBuffer' || tag === 'SharedArrayBuffer') {
    const bytes = new Uint8Array(value);
    const hex = Array.from(bytes.subarray(0, 50), byte => byte.toString(16).padStart(2, '0')).join(' ') + (bytes.length > 50 ? ` ... ${bytes.length - 50} more bytes` : '');
    return { base: name ?? tag, short: tag, braces: ['{', '}'], items: () => [`[Uint8Contents]: <${hex}>`, `byteLength: ${bytes.length}`] };
  }
  if (tag === 'DataView') return { base: tag, short: tag, braces: ['{', '}'], items: depth => ['byteLength', 'byteOffset', 'buffer'].map(key => `${key}: ${inside(value[key], depth)}`) };
  if (typeof value === 'function') return { base: paint(functionName(value, name), 'special', context), braces: ['{', '}'], plain: true, skip: key => key === 'prototype' || key === 'length' || key === 'name' };
  if (value instanceof Error || tag === 'Error') return { base: errorText(value, context), braces: ['{', '}'], plain: true,
    skip: key => ['stack', 'message', 'name'].includes(key), always: ['cause', 'errors'].filter(key => Object.hasOwn(value, key)) };
  if (tag === 'RegExp') return { base: paint(RegExp.prototype.toString.call(value), 'regexp', context), braces: ['{', '}'], plain: true, skip: key => key === 'lastIndex' };
  if (tag === 'Date') return { base: paint(Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString(), 'date', context), braces: ['{', '}'], plain: true };
  if (tag === 'Promise' && value instanceof Promise) {
    const result = settled(value);
    return { base: name ?? tag, short: 'Promise', braces: ['{', '}'],
      items: depth => [result ? (result[0] ? paint('<rejected>', 'special', context) + ' ' : '') + inside(result[1], depth) : paint('<pending>', 'special', context)] };
  }
  if (tag === 'WeakMap' || tag === 'WeakSet' || tag === 'WeakRef') return { base: tag, short: tag, braces: ['{', '}'], items: () => ['<items unknown>'] };
  if (['String', 'Number', 'Boolean', 'BigInt', 'Symbol'].includes(tag) && isBoxed(value, tag)) {
    return { base: paint(`[${tag}: ${show(value.valueOf(), { ...context, colors: false }, 0)}]`, 'string', context), braces: ['{', '}'], plain: true, skip: key => tag === 'String' && (isIndex(key) || key === 'length') };
  }
  if (tag === 'Generator' || tag === 'AsyncGenerator') return { base: `Object [${tag}]`, short: tag, braces: ['{', '}'], empty: `Object [${tag}] {}` };
  if (tag === 'Module') return { base: '[Module: null prototype]', short: 'Module', braces: ['{', '}'], empty: '[Module: null prototype] {}' };
  const ownTag = Object.prototype.propertyIsEnumerable.call(value, Symbol.toStringTag) ? '' : value[Symbol.toStringTag];
  const suffix = typeof ownTag === 'string' && ownTag && ownTag !== name ? ` [${ownTag}]` : '';
  const base = name === null ? `[Object: null prototype]${suffix}` : name === 'Object' && !suffix ? '' : name + suffix;
  return { base, short: name === null ? 'Object: null prototype' : name, braces: ['{', '}'], empty: (base && base + ' ') + '{}' };
}

const isIndex = key => typeof key === 'string' && /^\d+$/.test(key);

function isBoxed(value, tag) {
  try {
    globalThis[tag].prototype.valueOf.call(value);
    return true;
  } catch {
    return false;
  }
}

function arrayItems(value, context, depth, inside, rest) {
  const parts = [];
  let holes = 0, shown = 0, i = 0;
  const flush = () => {
    if (holes) parts.push(paint(`<${holes} empty item${holes > 1 ? 's' : ''}>`, 'undefined', context));
    holes = 0;
  };
  for (; i < value.length && shown < context.maxArrayLength; i++) {
    if (Object.hasOwn(value, i)) {
      flush();
      parts.push(inside(value[i], depth));
      shown++;
    } else if (holes++ === 0) {
      shown++;
    }
  }
  flush();
  return [...parts, ...rest(value.length, i)];
}

function constructorName(value) {
  for (let one = value; one; one = Object.getPrototypeOf(one)) {
    const descriptor = Object.getOwnPropertyDescriptor(one, 'constructor');
    if (typeof descriptor?.value === 'function' && descriptor.value.name && isInstance(value, descriptor.value)) return descriptor.value.name;
  }
  return null;
}

function isInstance(value, constructor) {
  try {
    return value instanceof constructor;
  } catch {
    return false;
  }
}

function functionName(value, name) {
  const source = Function.prototype.toString.call(value);
  if (/^class\b/.test(source)) {
    const parent = Object.getPrototypeOf(value);
    return `[class ${value.name || '(anonymous)'}${typeof parent === 'function' && parent.name ? ` extends ${parent.name}` : ''}]`;
  }
  const kind = name ?? 'Function (null prototype)';
  return `[${kind === 'Function' ? 'Function' : kind}${value.name ? `: ${value.name}` : ' (anonymous)'}]`;
}

function errorText(error, context) {
  let stack = typeof error.stack === 'string' && error.stack ? error.stack.trimEnd() : '';
  const head = errorHead(error);
  if (!stack) return `[${head}]`;
  if (/^\s+at /.test(stack)) return `${head}\n${stack}`;
  // A class that did not name itself is named all the same.
  const { name } = error, made = constructorName(error);
  if (made && made !== name && typeof name === 'string' && name.endsWith('Error') && stack.startsWith(name) && /^[:\n]|^$/.test(stack.slice(name.length, name.length + 1))) {
    return (made.includes(name) ? made : `${made} [${name}]`) + stack.slice(name.length);
  }
  // The stack was made before the constructor gave the error its name.
  if (typeof error.name === 'string' && error.name && !stack.split('\n', 1)[0].includes(error.name)) stack = stack.replace(/^\w*Error/, error.name);
  return stack;
}

/** `Name: message`, even where the two are odd. */
export function errorHead(error) {
  const name = error.name === undefined ? 'Error' : String(error.name), message = String(error.message ?? '');
  return message ? (name ? `${name}: ${message}` : message) : name;
}

function properties(value, described, context, depth) {
  const keys = Reflect.ownKeys(value).filter(key => {
    if (described.skip?.(key)) return false;
    return described.always?.includes(key) || context.showHidden && key !== 'constructor' || Object.prototype.propertyIsEnumerable.call(value, key);
  });
  if (context.sorted) keys.sort(typeof context.sorted === 'function' ? context.sorted : undefined);
  return keys.map(key => {
    const hidden = !Object.prototype.propertyIsEnumerable.call(value, key);
    const label = typeof key === 'symbol' ? `[${key.toString()}]` : hidden ? `[${key}]` : IDENTIFIER.test(key) ? key : quoted(key, context);
    return `${label}: ${property(value, key, context, depth)}`;
  });
}

function property(value, key, context, depth) {
  let descriptor;
  try {
    descriptor = Object.getOwnPropertyDescriptor(value, key) ?? { value: value[key] };
  } catch (error) {
    return paint('<uninitialized>', 'special', context);
  }
  if (descriptor.get) {
    const label = descriptor.set ? 'Getter/Setter' : 'Getter';
    const wanted = context.getters === true || context.getters === (descriptor.set ? 'set' : 'get');
    if (!wanted) return paint(`[${label}]`, 'special', context);
    try {
      const got = descriptor.get.call(value);
      const text = show(got, context, depth + 1);
      return got !== null && typeof got === 'object' ? `${paint(`[${label}]`, 'special', context)} ${text}` : `${paint(`[${label}:`, 'special', context)} ${text}${paint(']', 'special', context)}`;
    } catch (error) {
      return paint(`[${label}: <Inspection threw (${error.message})>]`, 'special', context);
    }
  }
  if (descriptor.set) return paint('[Setter]', 'special', context);
  return show(descriptor.value, context, depth + 1);
}
