// What `node:…` names there are, and which are not there (yet).

import { root } from './image.js';

export const builtins = new Set([
  'assert', 'assert/strict', 'async_hooks', 'buffer', 'child_process', 'console', 'constants', 'crypto',
  'diagnostics_channel', 'dns', 'dns/promises', 'events', 'fs', 'fs/promises', 'http', 'http2', 'https', 'module', 'net', 'os', 'path',
  'path/posix', 'path/win32', 'perf_hooks', 'process', 'punycode', 'querystring', 'readline', 'readline/promises', 'stream', 'stream/consumers', 'stream/promises', 'stream/web',
  'string_decoder', 'sys', 'timers', 'timers/promises', 'tls', 'tty', 'url', 'util', 'util/types', 'v8', 'vm', 'worker_threads', 'zlib',
]);
/** Names that are Node's only with `node:` before them, and their files. */
const prefixed = new Map([['test', 'testing']]);

const absent = new Set([
  'cluster', 'dgram', 'domain', 'inspector', 'repl', 'sea', 'sqlite', 'trace_events', 'wasi',
]);

/** Whether a specifier means something of Node's own, there or not. */
export function isBuiltin(specifier) {
  return specifier.startsWith('node:') || builtins.has(specifier) || absent.has(specifier);
}

/**
 * The file of a built-in module.
 *
 * @throws {Error} if it is not there, naming what is
 */
export function builtinFile(specifier, asker) {
  const name = specifier.replace(/^node:/, '');
  if (builtins.has(name)) return `${root}/node/${name.replace('/', '-')}.js`;
  if (prefixed.has(name) && name !== specifier) return `${root}/node/${prefixed.get(name)}.js`;
  const why = absent.has(name) ? 'is not there yet in this JavaScript' : 'is not a module of Node\'s that this JavaScript knows';
  const error = new Error(`'${specifier}' ${why} (asked for by ${asker}). There are: ${list()}`);
  error.code = 'ERR_UNKNOWN_BUILTIN_MODULE';
  throw error;
}

/** The names of all built-in modules, for a message. */
export function list() {
  return [...builtins, ...[...prefixed.keys()].map(name => `node:${name}`)].sort().join(', ');
}
