// Which file a specifier means: Node's rules for import and require.

import * as std from 'qjs:std';
import * as os from 'qjs:os';
import { builtinFile, isBuiltin, list } from './builtins.js';
import { absolute, fromFileUrl, parent } from './paths.js';

const EXTENSIONS = ['.js', '.json', '.cjs', '.mjs'];

/** How a module is asked for: the conditions in a package's `exports`, and whether names may be incomplete. */
export const IMPORT = { conditions: ['import', 'module-sync', 'node', 'default'], complete: false };
export const REQUIRE = { conditions: ['require', 'module-sync', 'node', 'default'], complete: true };

/**
 * The absolute path of the file that a specifier means.
 *
 * @param {string} specifier as written
 * @param {string} asker the file that asks, absolute
 * @param {object} how {@link IMPORT} or {@link REQUIRE}
 * @throws {Error} with code MODULE_NOT_FOUND or ERR_MODULE_NOT_FOUND, saying who asked and what there is
 */
export function resolve(specifier, asker, how) {
  if (isBuiltin(specifier)) return builtinFile(specifier, asker);
  if (specifier.startsWith('file:')) specifier = fromFileUrl(specifier);
  else if (/^[a-z][a-z0-9+.-]+:/i.test(specifier)) {
    throw notFound(specifier, how, `'${specifier}' (asked for by ${asker}) is a URL, and modules come from files only`);
  }
  if (specifier.startsWith('#')) return imported(specifier, asker, how);
  if (/^(\.{0,2}\/|\.{1,2}$)/.test(specifier)) {
    const path = absolute(parent(asker), specifier);
    const file = how.complete ? complete(path) : exact(path);
    if (file) return file;
    throw notFound(specifier, how, `no file ${path} ('${specifier}' asked for by ${asker})${hint(path, specifier, how)}`);
  }
  return inPackage(specifier, asker, how);
}

/** `package.json` of the nearest folder that has one, with `folder` in it; `undefined` where there is none. */
export function nearestPackage(file) {
  for (let folder = parent(file); ; folder = parent(folder)) {
    const json = packageIn(folder);
    if (json || folder === '/') return json && { folder, json };
    if (folder.endsWith('/node_modules')) return undefined;
  }
}

/** A path completed as require does: the file, with an extension, or the folder's main file. */
export function complete(path) {
  return exact(path) ?? withExtension(path) ?? mainOf(path);
}

/** @returns {'esm' | 'cjs' | 'json' | undefined} undefined where only the source can tell */
export function kindByName(file) {
  if (/\.mjs$/.test(file)) return 'esm';
  if (/\.cjs$/.test(file)) return 'cjs';
  if (/\.json$/.test(file)) return 'json';
  const type = nearestPackage(file)?.json.type;
  return type === 'module' ? 'esm' : type === 'commonjs' ? 'cjs' : undefined;
}

/** Where require looks for packages, from a folder upwards. */
export function packageFolders(folder) {
  const folders = [];
  for (; ; folder = parent(folder)) {
    if (!folder.endsWith('/node_modules')) folders.push(absolute(folder, 'node_modules'));
    if (folder === '/') return folders;
  }
}

function inPackage(specifier, asker, how) {
  const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? [, specifier];
  const own = nearestPackage(asker);
  if (own?.json.name === name && own.json.exports) return exported(own.folder, own.json, name, rest, asker, how);
  const folders = packageFolders(parent(asker));
  for (const folder of folders.map(modules => absolute(modules, name))) {
    if (!isFolder(folder)) continue;
    const json = packageIn(folder);
    if (json?.exports != null) return exported(folder, json, name, rest, asker, how);
    const path = rest ? absolute(folder, '.' + rest) : folder;
    const file = rest && !how.complete ? exact(path) : complete(path);
    if (file) return file;
    throw notFound(specifier, how, `package '${name}' in ${folder} has no file for '${specifier}' (asked for by ${asker})`);
  }
  const there = folders.filter(isFolder);
  const looked = there.length
    ? there.map(folder => `in ${folder} there are: ${packagesIn(folder).join(', ') || 'none'}`).join('; ')
    : 'there is no node_modules folder here; bring one (npm install, then the folder as it is)';
  throw notFound(specifier, how, `no package '${name}' for '${specifier}' (asked for by ${asker}): ${looked}. Built in are: ${list()}`);
}

function exported(folder, json, name, rest = '', asker, how) {
  const { exports } = json;
  const table = typeof exports === 'string' || Array.isArray(exports) || !Object.keys(exports).some(key => key.startsWith('.'))
    ? { '.': exports } : exports;
  const target = lookUp(table, '.' + rest, how.conditions);
  if (target) {
    const file = exact(absolute(folder, target));
    if (file) return file;
    throw notFound(name + rest, how, `package '${name}' promises ${target} for '${name}${rest}', and ${folder} has no such file (asked for by ${asker})`);
  }
  throw notFound(name + rest, how, `package '${name}' in ${folder} does not export '.${rest}' to ${how === REQUIRE ? 'require' : 'import'} (asked for by ${asker}); `
    + `it exports: ${Object.keys(table).join(', ')}`, 'ERR_PACKAGE_PATH_NOT_EXPORTED');
}

function imported(specifier, asker, how) {
  const own = nearestPackage(asker);
  const target = own?.json.imports && lookUp(own.json.imports, specifier, how.conditions);
  if (!target) throw notFound(specifier, how, `'${specifier}' (asked for by ${asker}) is not under "imports" of ${own ? own.folder + '/package.json' : 'a package.json'}`);
  return resolve(target, own.folder + '/package.json', how);
}

/** The target of a key in `exports` or `imports`: exactly, or by the longest pattern with a `*`. */
function lookUp(table, key, conditions) {
  if (Object.hasOwn(table, key) && !key.includes('*')) return chosen(table[key], conditions);
  let best;
  for (const pattern of Object.keys(table)) {
    const star = pattern.indexOf('*');
    if (star < 0 || !key.startsWith(pattern.slice(0, star)) || !key.endsWith(pattern.slice(star + 1))
        || key.length < pattern.length || best?.length > pattern.length) continue;
    best = pattern;
  }
  if (!best) return undefined;
  const star = best.indexOf('*');
  const middle = key.slice(star, key.length - (best.length - star - 1));
  return chosen(table[best], conditions)?.replaceAll('*', () => middle);
}

function chosen(target, conditions) {
  if (typeof target === 'string' || target == null) return target ?? undefined;
  if (Array.isArray(target)) return target.map(one => chosen(one, conditions)).find(Boolean);
  for (const condition of Object.keys(target)) {
    const found = conditions.includes(condition) && chosen(target[condition], conditions);
    if (found) return found;
  }
  return undefined;
}

function mainOf(folder) {
  if (!isFolder(folder)) return undefined;
  const main = packageIn(folder)?.main;
  if (main) {
    const path = absolute(folder, main);
    const file = exact(path) ?? withExtension(path) ?? withExtension(path + '/index');
    if (file) return file;
  }
  return withExtension(absolute(folder, 'index'));
}

function exact(path) {
  return (os.stat(path)[0]?.mode & os.S_IFMT) === os.S_IFREG ? path : undefined;
}

function isFolder(path) {
  return (os.stat(path)[0]?.mode & os.S_IFMT) === os.S_IFDIR;
}

function withExtension(path) {
  return EXTENSIONS.map(extension => path + extension).find(exact);
}

const packages = new Map();

function packageIn(folder) {
  if (!packages.has(folder)) {
    const path = absolute(folder, 'package.json');
    const text = exact(path) && std.loadFile(path);
    try {
      packages.set(folder, text ? JSON.parse(text) : undefined);
    } catch (error) {
      throw Object.assign(new Error(`${path} is not JSON: ${error.message}`), { code: 'ERR_INVALID_PACKAGE_CONFIG' });
    }
  }
  return packages.get(folder);
}

function packagesIn(folder) {
  return os.readdir(folder)[0].filter(name => !name.startsWith('.')).sort().flatMap(name => name.startsWith('@')
    ? os.readdir(folder + '/' + name)[0].filter(part => !part.startsWith('.')).map(part => name + '/' + part) : [name]);
}

function hint(path, specifier, how) {
  const file = how.complete ? undefined : complete(path);
  if (file) return `; import takes whole names: there is ${file}`;
  const [names] = os.readdir(parent(path));
  const there = names.filter(name => !name.startsWith('.')).sort().slice(0, 20);
  return there.length ? `; in ${parent(path)} there are: ${there.join(', ')}` : `; there is no folder ${parent(path)}, or it is empty`;
}

/** An error that begins as Node's does, and goes on with what there is. */
function notFound(specifier, how, message, code = how === REQUIRE ? 'MODULE_NOT_FOUND' : 'ERR_MODULE_NOT_FOUND') {
  const what = how === IMPORT && /^[^./]/.test(specifier) ? 'package' : 'module';
  return Object.assign(new Error(`Cannot find ${what} '${specifier}': ${message}`), { code });
}
