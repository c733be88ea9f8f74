// node:module

import { builtins, cache, createRequire } from '../core/loader.js';
import { isBuiltin as known } from '../core/builtins.js';

export { createRequire };
export const builtinModules = [...builtins];
export const isBuiltin = name => known(name) && builtins.has(name.replace(/^node:/, ''));

export default { builtinModules, createRequire, isBuiltin, _cache: cache };
