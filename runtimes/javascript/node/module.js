// node:module

import { Module, builtins, cache, createRequire } from '../core/loader.js';
import { isBuiltin as known } from '../core/builtins.js';
import { packageFolders } from '../core/resolve.js';

export { createRequire };
export const builtinModules = [...builtins];
export const isBuiltin = name => known(name) && builtins.has(name.replace(/^node:/, ''));

// What libraries call that load modules by themselves. Nothing here can be replaced to change how others load.
const requireFor = asker => createRequire(asker?.filename ?? `${globalThis.process.cwd()}/[module]`);
Object.assign(Module, {
  Module, _cache: cache, builtinModules, createRequire, isBuiltin, globalPaths: [],
  _load: (request, asker) => requireFor(asker)(request),
  _resolveFilename: (request, asker) => requireFor(asker).resolve(request),
  _nodeModulePaths: folder => packageFolders(folder),
  wrap: source => `(function (exports, require, module, __filename, __dirname) { ${source}\n});`,
  syncBuiltinESMExports() {}, enableCompileCache() {}, findSourceMap() {},
});

export { Module };
export default Module;
