// The prelude as it is mounted: all its modules in one file, compiled (build/compile.js). Each is taken in when it is first
// asked for; most programs need few.

import * as std from 'qjs:std';
import * as bjson from 'qjs:bjson';

export const root = '/usr/lib/javascript';

const modules = open();

/** Makes a module of the prelude, and what it imports, known to QuickJS under `file`, unless it is. */
export function provide(file) {
  const module = modules[file];
  if (!module) return;
  delete modules[file];
  module.imports.forEach(provide);
  bjson.read(module.code, 0, module.code.byteLength, bjson.READ_OBJ_BYTECODE);
}

function open() {
  const { buffer, byteLength } = std.loadFile(root + '/prelude.image', { binary: true });
  return bjson.read(buffer, 0, byteLength);
}
