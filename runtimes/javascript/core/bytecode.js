// QuickJS gives a program no hook in its module loader, but it does give it its own compiled modules as bytes, and takes
// them back. This is where a module gets its file's name, and its imports the files that they were resolved to, between
// the two: the parser stays QuickJS's own, and lines and columns stay the user's.
//
//   version u8, checksum u32, atoms: count, (type u8, u32 | string)*, then the object; for a module: tag u8, name,
//   requests: count, name*, exports: count, (type u8, LOCAL ? var : request + local name, name)*,
//   star exports: count, request*, imports: count, (var, name, request)*, …
//
// Numbers are LEB128; a name is an atom's index shifted left by one (or an integer, with the lowest bit set), where
// QuickJS's own atoms come before those of the table.

import * as std from 'qjs:std';
import * as bjson from 'qjs:bjson';

const VERSION = 27;             // BC_VERSION of QuickJS-ng 0.16
const NO_CHECKSUM = 0xff;       // a checksum of ffffffff is not compared
const TAG_OBJECT = 8, TAG_NULL = 1, TAG_MODULE = 13;
const EXPORT_LOCAL = 0;
/** The name that QuickJS compiles under; in two parts, or it would be replaced here as well when this module is renamed. */
export const COMPILED_AS = ['<eval', 'Script>'].join('');

/** Compiles a module's source; QuickJS must find something under each name that the source imports. */
export function compileModule(source) {
  return bjson.write(std.evalScript(source, { compile_module: true, compile_only: true }), bjson.WRITE_OBJ_BYTECODE);
}

/** Compiles a script and gives back the value of its last expression, with `file` as the name in its stack traces. */
export function runScript(source, file) {
  const bytes = bjson.write(std.evalScript(source, { compile_only: true }), bjson.WRITE_OBJ_BYTECODE);
  return std.evalScript(load(renamed(new Reader(bytes), file)), { eval_function: true });
}

/**
 * What a compiled module imports.
 *
 * @returns {{specifier: string, names: string[], star: boolean}[]} in the order of the source; `star`: all names
 */
export function requestsOf(bytes) {
  const reader = new Reader(bytes);
  const { requests, names, stars } = reader.module();
  return requests.map((specifier, i) => ({ specifier, names: names[i], star: stars[i] }));
}

/** The compiled module under the name `file`, its imports replaced by `targets`, known to QuickJS from now on. */
export function defineModule(bytes, file, targets) {
  const reader = new Reader(bytes);
  const { requestsAt, requestsEnd } = reader.module();
  const first = reader.firstAtom + reader.atoms.length;
  const requests = [...leb(targets.length), ...targets.flatMap((_, i) => leb((first + i) << 1))];
  return load(renamed(reader, file, targets, { at: requestsAt, end: requestsEnd, bytes: requests }));
}

/** Registers an empty module, so that a source which imports `name` compiles. */
export function definePlaceholder(name) {
  empty ??= bjson.write(std.evalScript('export {}', { compile_module: true, compile_only: true }), bjson.WRITE_OBJ_BYTECODE);
  load(renamed(new Reader(empty), name));
}
let empty;

function load(bytes) {
  return bjson.read(bytes.buffer, 0, bytes.length, bjson.READ_OBJ_BYTECODE);
}

/** The bytes with another file name, more atoms, and one stretch replaced. */
function renamed(reader, file, moreAtoms = [], patch = { at: reader.bodyAt, end: reader.bodyAt, bytes: [] }) {
  const own = reader.atoms.find(atom => atom.text === COMPILED_AS);
  if (!own) throw new Error('QuickJS no longer compiles under the name ' + COMPILED_AS);
  const { bytes } = reader;
  return concat(
    [VERSION, NO_CHECKSUM, NO_CHECKSUM, NO_CHECKSUM, NO_CHECKSUM], leb(reader.atoms.length + moreAtoms.length),
    bytes.subarray(reader.atomsAt, own.at), atom(file), bytes.subarray(own.end, reader.bodyAt),
    ...moreAtoms.map(atom),
    bytes.subarray(reader.bodyAt, patch.at), patch.bytes, bytes.subarray(patch.end));
}

class Reader {
  constructor(buffer) {
    this.bytes = new Uint8Array(buffer);
    if (this.bytes[0] !== VERSION) throw new Error(`QuickJS's bytecode is version ${this.bytes[0]}, and this prelude knows ${VERSION}`);
    this.at = 5;
    const count = this.leb();
    this.atomsAt = this.at;
    this.atoms = Array.from({ length: count }, () => this.atom());
    this.bodyAt = this.at;
  }

  leb() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  atom() {
    const at = this.at;
    if (this.bytes[this.at++] === 0) {
      const index = new DataView(this.bytes.buffer, this.at).getUint32(0, true);
      this.at += 4;
      return { at, end: this.at, index };
    }
    const head = this.leb(), wide = head & 1, units = head >>> 1;
    const start = this.at;
    this.at += units << wide;
    const { bytes } = this;
    return { at, end: this.at, get text() {
      let text = '';
      for (let i = 0; i < units; i++) {
        text += String.fromCharCode(wide ? bytes[start + 2 * i] | bytes[start + 2 * i + 1] << 8 : bytes[start + i]);
      }
      return text;
    } };
  }

  name() {
    const value = this.leb();
    if (value & 1) return String(value >>> 1);
    const index = value >>> 1;
    if (index < this.firstAtom) return ownName(index);
    const atom = this.atoms[index - this.firstAtom];
    return atom.index === undefined ? atom.text : ownName(atom.index);
  }

  module() {
    this.at = this.bodyAt;
    if (this.bytes[this.at++] !== TAG_MODULE) throw new Error('not a module');
    this.firstAtom = this.leb() >>> 1;         // the module's own name is the first atom that it uses
    const requestsAt = this.at;
    const requests = this.list(() => this.name());
    const requestsEnd = this.at;
    const names = requests.map(() => []), stars = requests.map(() => false);
    const request = (i, name) => {
      if (name === '*') stars[i] = true; else names[i].push(name);
    };
    this.list(() => {
      if (this.bytes[this.at++] === EXPORT_LOCAL) this.leb(); else request(this.leb(), this.name());
      this.name();
    });
    this.list(() => { stars[this.leb()] = true; });
    this.list(() => {
      this.leb();
      const name = this.name();
      request(this.leb(), name);
    });
    return { requestsAt, requestsEnd, requests, names, stars };
  }

  list(item) {
    return Array.from({ length: this.leb() }, item);
  }
}

/** The text of one of QuickJS's own atoms: the key of an object made of bytes. */
function ownName(index) {
  const [name] = Object.keys(load(concat([VERSION, NO_CHECKSUM, NO_CHECKSUM, NO_CHECKSUM, NO_CHECKSUM, 0, TAG_OBJECT, 1],
    leb(index << 1), [TAG_NULL])));
  return name;
}

function atom(text) {
  const wide = /[^\0-\xff]/.test(text);
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  return [1, ...leb(text.length << 1 | wide), ...wide ? units.flatMap(unit => [unit & 255, unit >> 8]) : units];
}

function leb(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push(value & 127 | 128);
  return [...bytes, value];
}

function concat(...parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
