// node:util

import { format, formatWithOptions, inspect } from '../core/inspect.js';
import { decode, encode, isValid, unfinished } from '../core/utf8.js';
import { invalidArgument } from '../core/arguments.js';
import { describeErrno, errnoNumbers } from '../core/output.js';
import { isDeepStrictEqual } from '../core/equal.js';
import process from '../core/process.js';
import types from './util-types.js';

export { format, formatWithOptions, inspect, isDeepStrictEqual, types };

export class TextEncoder {
  get encoding() { return 'utf-8'; }
  encode(text = '') { return encode(String(text)); }
  encodeInto(text, target) {
    let read = 0, written = 0;
    for (const character of text) {
      const bytes = encode(character);
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      written += bytes.length;
      read += character.length;
    }
    return { read, written };
  }
}

const LABELS = { 'utf-8': 'utf-8', utf8: 'utf-8', 'unicode-1-1-utf-8': 'utf-8', 'utf-16le': 'utf-16le', 'utf-16': 'utf-16le',
  latin1: 'windows-1252', 'iso-8859-1': 'windows-1252', ascii: 'windows-1252', 'us-ascii': 'windows-1252', 'windows-1252': 'windows-1252' };
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

export class TextDecoder {
  #rest = new Uint8Array(0);
  #begun = false;

  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    this.encoding = LABELS[String(label).trim().toLowerCase()];
    if (!this.encoding) throw Object.assign(new RangeError(`The "${label}" encoding is not supported`), { code: 'ERR_ENCODING_NOT_SUPPORTED' });
    this.fatal = fatal;
    this.ignoreBOM = ignoreBOM;
  }

  decode(input = new Uint8Array(0), { stream = false } = {}) {
    let bytes = ArrayBuffer.isView(input) ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength) : new Uint8Array(input);
    if (this.#rest.length) {
      const all = new Uint8Array(this.#rest.length + bytes.length);
      all.set(this.#rest);
      all.set(bytes, this.#rest.length);
      bytes = all;
    }
    const keep = !stream ? 0 : this.encoding === 'utf-8' ? unfinished(bytes) : this.encoding === 'utf-16le' ? bytes.length % 2 : 0;
    this.#rest = bytes.slice(bytes.length - keep);
    bytes = bytes.subarray(0, bytes.length - keep);
    let text = this.#text(bytes);
    if (!this.#begun && text && !this.ignoreBOM && this.encoding !== 'windows-1252') text = text.replace(/^\ufeff/, '');
    this.#begun = stream && (this.#begun || text !== '');
    return text;
  }

  #text(bytes) {
    if (this.encoding === 'utf-8') {
      if (this.fatal && !isValid(bytes)) throw Object.assign(new TypeError('The encoded data was not valid for encoding utf-8'), { code: 'ERR_ENCODING_INVALID_ENCODED_DATA' });
      return decode(bytes);
    }
    let text = '';
    if (this.encoding === 'utf-16le') for (let i = 0; i + 1 < bytes.length; i += 2) text += String.fromCharCode(bytes[i] | bytes[i + 1] << 8);
    else for (const byte of bytes) text += byte >= 0x80 && byte < 0xa0 ? WINDOWS_1252[byte - 0x80] : String.fromCharCode(byte);
    return text;
  }
}

promisify.custom = Symbol.for('nodejs.util.promisify.custom');
export function promisify(callback) {
  if (typeof callback !== 'function') throw invalidArgument('original', 'of type function', callback);
  if (callback[promisify.custom]) return callback[promisify.custom];
  if (callback === globalThis.setTimeout) return (delay, value) => new Promise(resolve => { globalThis.setTimeout(resolve, delay, value); });
  return Object.defineProperties(function (...args) {
    return new Promise((resolve, reject) => callback.call(this, ...args, (error, value) => (error ? reject(error) : resolve(value))));
  }, Object.getOwnPropertyDescriptors(callback));
}

export function callbackify(original) {
  return function (...args) {
    const callback = args.pop();
    original.apply(this, args).then(value => process.nextTick(callback, null, value), error => process.nextTick(callback, error ?? new Error('rejected with ' + error)));
  };
}

export function inherits(constructor, parent) {
  Object.defineProperty(constructor, 'super_', { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

export function deprecate(callback, message, code) {
  let told = false;
  return function (...args) {
    if (!told) process.emitWarning(message, 'DeprecationWarning', code);
    told = true;
    return new.target ? Reflect.construct(callback, args, new.target) : callback.apply(this, args);
  };
}

export const debuglog = name => {
  const enabled = (process.env.NODE_DEBUG ?? '').split(',').some(one => one.toLowerCase() === name.toLowerCase());
  return Object.assign((...args) => { if (enabled) process.stderr.write(`${name.toUpperCase()} ${process.pid}: ${format(...args)}\n`); }, { enabled });
};
export { debuglog as debug };

export const stripVTControlCharacters = text => text.replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07)/g, '');
export const toUSVString = text => String(text).toWellFormed();
export const getSystemErrorName = errno => Object.keys(errnoNumbers).find(name => errnoNumbers[name] === -errno);
export const getSystemErrorMap = () => new Map(Object.entries(errnoNumbers).map(([name, number]) => [-number, [name, describeErrno(name)]]));
export const aborted = async signal => { if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true })); };
export const isArray = Array.isArray;

const STYLES = { reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], inverse: [7, 27], strikethrough: [9, 29],
  black: [30, 39], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39], magenta: [35, 39], cyan: [36, 39], white: [37, 39], gray: [90, 39], grey: [90, 39],
  bgRed: [41, 49], bgGreen: [42, 49], bgYellow: [43, 49], bgBlue: [44, 49], bgMagenta: [45, 49], bgCyan: [46, 49], bgWhite: [47, 49] };
inspect.colors = STYLES;
export const styleText = (styles, text) => [].concat(styles).reduceRight((inner, name) => `\x1b[${STYLES[name][0]}m${inner}\x1b[${STYLES[name][1]}m`, text);

/** util.parseArgs */
export function parseArgs({ strict = true, args = process.argv.slice(2), options = {}, allowPositionals = !strict, allowNegative = false, tokens = false } = {}) {
  const values = Object.create(null), positionals = [];
  const byShort = Object.fromEntries(Object.entries(options).filter(([, option]) => option.short).map(([name, option]) => [option.short, name]));
  const fail = (message, code) => { throw Object.assign(new TypeError(message), { code }); };
  const store = (name, value) => {
    if (options[name]?.multiple) (values[name] ??= []).push(value); else values[name] = value;
  };
  const list = [...args], found = [];
  const index = () => args.length - list.length - 1;
  while (list.length) {
    const arg = list.shift();
    if (arg === '--') {
      found.push({ kind: 'option-terminator', index: index() });
      if (strict && !allowPositionals && list.length) fail(`Unexpected argument '${list[0]}'. This command does not take positional arguments`, 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL');
      list.forEach((value, i) => found.push({ kind: 'positional', index: args.length - list.length + i, value }));
      positionals.push(...list.splice(0));
      break;
    }
    let match, name, value, rawName, inlineValue, at = index();
    if ((match = /^--([^=]+)(?:=([^]*))?$/.exec(arg))) {
      [, name, value] = match;
      rawName = `--${name}`;
      if (value !== undefined) inlineValue = true;
      // --no-color of an option color
      if (allowNegative && value === undefined && name.startsWith('no-') && options[name.slice(3)]?.type === 'boolean') {
        found.push({ kind: 'option', name: name.slice(3), rawName, index: at, value: undefined, inlineValue: undefined });
        store(name.slice(3), false);
        continue;
      }
    }
    else if (/^-[^-]/.test(arg)) {
      const [, short, rest] = /^-(.)([^]*)$/.exec(arg);
      name = byShort[short] ?? short;
      rawName = `-${short}`;
      if (rest && options[name]?.type === 'string') [value, inlineValue] = [rest, true];
      else if (rest) {
        list.unshift('-' + rest);
        at = args.length - list.length;
      }
    } else {
      if (strict && !allowPositionals) fail(`Unexpected argument '${arg}'. This command does not take positional arguments`, 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL');
      found.push({ kind: 'positional', index: at, value: arg });
      positionals.push(arg);
      continue;
    }
    if (strict && !options[name]) fail(`Unknown option '${rawName}'${allowPositionals ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "${rawName}"` : ''}`, 'ERR_PARSE_ARGS_UNKNOWN_OPTION');
    if (options[name]?.type === 'string') {
      if (value === undefined && list.length) {
        value = list.shift();
        inlineValue = false;
      }
      if (strict && inlineValue === false && /^-./.test(value)) fail(`Option '${rawName}' argument is ambiguous.\nDid you forget to specify the option argument for '${rawName}'?\nTo specify an option argument starting with a dash use '${rawName}=-XYZ'.`, 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE');
      if (strict && value === undefined) fail(`Option '${optionName(options, name)} <value>' argument missing`, 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE');
      found.push({ kind: 'option', name, rawName, index: at, value, inlineValue });
      store(name, value);
    } else {
      if (strict && value !== undefined) fail(`Option '${optionName(options, name)}' does not take an argument`, 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE');
      found.push({ kind: 'option', name, rawName, index: at, value, inlineValue });
      store(name, value ?? true);
    }
  }
  for (const [name, option] of Object.entries(options)) if (option.default !== undefined && !(name in values)) values[name] = option.default;
  return { values, positionals, ...tokens && { tokens: found } };
}

const optionName = (options, name) => (options[name]?.short ? `-${options[name].short}, --${name}` : `--${name}`);

// What has been in util from the first, and is still asked for.
const old = {
  isBoolean: value => typeof value === 'boolean', isNull: value => value === null, isNullOrUndefined: value => value == null, isNumber: value => typeof value === 'number',
  isString: value => typeof value === 'string', isSymbol: value => typeof value === 'symbol', isUndefined: value => value === undefined, isRegExp: types.isRegExp,
  isObject: value => typeof value === 'object' && value !== null, isDate: types.isDate, isError: value => value instanceof Error, isFunction: value => typeof value === 'function',
  isPrimitive: value => value === null || typeof value !== 'object' && typeof value !== 'function', isBuffer: value => Buffer.isBuffer(value),
  log: (...args) => console.log(`${new Date().toTimeString().slice(0, 8)} - ${format(...args)}`), _extend: (target, source) => Object.assign(target, source),
};
export const { isBoolean, isBuffer, isDate, isError, isFunction, isNull, isNullOrUndefined, isNumber, isObject, isPrimitive, isRegExp, isString, isSymbol, isUndefined, log, _extend } = old;

export default {
  ...old, aborted, getSystemErrorMap,
  TextDecoder, TextEncoder, callbackify, debug: debuglog, debuglog, deprecate, format, formatWithOptions, getSystemErrorName, inherits, inspect,
  isArray, isDeepStrictEqual, parseArgs, promisify, stripVTControlCharacters, styleText, toUSVString, types,
};
