// Chromium writes the code that it optimised into its cache whenever a module has got another megabyte of it, and for less
// only when nothing else was optimised in the two seconds after, which is seldom so. An interpreter's hot functions are less
// than a megabyte. So a runtime gets some functions that are large and quickly optimised, to be called when its own have been:
// they make the megabyte full. They compute nothing.

/** Their exported names begin so. */
const PREFIX = 'samovar:ballast:';
const FUNCTIONS = 16;
/** Each is some 70 bytes of machine code. */
const SHUFFLES = 1000;
/** So often does a loop go round that a browser is sure to optimise its function. */
const ROUNDS = 3_000_000;

const HEADER = 8;
const [TYPES, IMPORTS, DECLARED, EXPORTS, CODE] = [1, 2, 3, 7, 10];
const FUNCTION = 0;
const [I32, V128, EMPTY] = [0x7f, 0x7b, 0x40];

/** Whether this browser has such a cache. */
export const hasCodeCache = navigator.userAgentData?.brands.some(({ brand }) => brand === 'Chromium') ?? false;

/** The bytes of a valid module with the ballast. */
export async function withBallast(bytes) {
  const imports = WebAssembly.Module.imports(await WebAssembly.compile(bytes)).filter(({ kind }) => kind === 'function').length;
  const parts = [bytes.subarray(0, HEADER)];
  let type = 0;
  let first = imports;
  for (const { id, body, end, start } of sections(bytes)) {
    const [count, items] = number(bytes, body);
    let added;
    if (id === TYPES) {
      type = count;
      added = [[0x60, 1, I32, 0]];
    } else if (id === DECLARED) {
      first += count;
      added = all(() => encode(type));
    } else if (id === EXPORTS) {
      added = all((i) => [...text(PREFIX + i), FUNCTION, ...encode(first + i)]);
    } else if (id === CODE) {
      added = all((i) => sized(functionBody(i)));
    }
    if (added) {
      const contents = [Uint8Array.from(encode(count + added.length)), bytes.subarray(items, end), ...added.map((it) => Uint8Array.from(it))];
      const size = contents.reduce((sum, part) => sum + part.length, 0);
      parts.push(Uint8Array.from([id, ...encode(size)]), ...contents);
    } else {
      parts.push(bytes.subarray(start, end));
    }
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Calls it, so that it is optimised. */
export function callBallast(exports) {
  for (const name of Object.keys(exports).filter((each) => each.startsWith(PREFIX))) {
    exports[name](0);
  }
}

function all(make) {
  return Array.from({ length: FUNCTIONS }, (_, i) => make(i));
}

function* sections(bytes) {
  for (let start = HEADER; start < bytes.length;) {
    const [size, body] = number(bytes, start + 1);
    yield { id: bytes[start], start, body, end: body + size };
    start = body + size;
  }
}

/** An unsigned number, and where it ends. */
function number(bytes, at) {
  for (let value = 0, shift = 1; ; shift *= 128) {
    const byte = bytes[at++];
    value += (byte & 127) * shift;
    if (!(byte & 128)) {
      return [value, at];
    }
  }
}

function encode(value) {
  const bytes = [];
  for (; value >= 128; value = Math.floor(value / 128)) {
    bytes.push(value % 128 | 128);
  }
  return [...bytes, value];
}

function sized(bytes) {
  return [...encode(bytes.length), ...bytes];
}

function text(string) {
  return sized([...new TextEncoder().encode(string)]);
}

/** (param i32): shuffles vectors if it is -1, which it never is, and counts up to ROUNDS. Each seed gives another one. */
function functionBody(seed) {
  const code = [1, 2, V128]; // locals 1 and 2
  code.push(0x20, 0, 0x41, 0x7f, 0x46, 0x04, EMPTY); // if (local 0 == -1)
  for (let i = 0, random = seed + 1; i < SHUFFLES; i++) {
    code.push(0x20, 1, 0x20, 2, 0xfd, 0x0d); // i8x16.shuffle
    for (let lane = 0; lane < 16; lane++) {
      random = Math.imul(random, 1_103_515_245) + 12_345 | 0;
      code.push(random >>> 16 & 31);
    }
    code.push(0x21, 1 + (i & 1));
  }
  code.push(0x41, 0, 0x20, 1, 0xfd, 0x0b, 0, 0, 0x0b); // v128.store: the result seems to be needed
  code.push(0x03, EMPTY, 0x20, 0, 0x41, 1, 0x6a, 0x22, 0); // loop, ++local 0
  return [...code, 0x41, ...encode(ROUNDS), 0x49, 0x0d, 0, 0x0b, 0x0b]; // while it is less
}
