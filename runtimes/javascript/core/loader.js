// Modules: ES modules, CommonJS, JSON, and what is between them.
//
// An ES module's source is compiled by QuickJS under placeholders for what it imports, then named and joined to the real
// files (bytecode.js). A CommonJS or JSON module that is imported becomes a small ES module of its exports.

import * as std from 'qjs:std';
import * as os from 'qjs:os';
import { compileModule, defineModule, definePlaceholder, requestsOf, runScript } from './bytecode.js';
import { absolute, fromFileUrl, parent, toFileUrl } from './paths.js';
import { IMPORT, REQUIRE, complete, kindByName, packageFolders, resolve } from './resolve.js';
import { builtins } from './builtins.js';
import { defineCycle } from './cycle.js';
import { provide, root } from './image.js';

const SELF = root + '/core/loader.js';

const placeholders = new Set();
const graph = new Map();        // file → ES module: { name, bytes, requests, targets, … }
const synthetic = new Set();    // names of ES modules made of CommonJS and JSON
const kinds = new Map();
const results = new Map();

/** CommonJS modules by file, as `require.cache` shows them. */
export const cache = Object.create(null);

let mainModule;

/** Runs the program's own file; @returns {Promise | undefined} of its end, where it is an ES module */
export function runMain(file) {
  mainFile = file;
  if (kindOf(file) === 'esm') return importFile(file);
  requireFile(file, undefined, true);
  return undefined;
}

/** Runs a source as if it were a file of that name. */
export function runSource(source, file) {
  sources.set(file, source);
  return runMain(file);
}
const sources = new Map();

/** Whether a file is part of this prelude, which QuickJS loads by itself. */
const isOwn = file => file.startsWith(root + '/');

/** import(): `asker` is a path or a file: URL. */
export async function $import(asker, specifier) {
  const from = asker.startsWith('file:') ? fromFileUrl(asker) : asker;
  return importFile(resolve(String(specifier), from, IMPORT));
}

/** Gives a module's import.meta what Node's has. */
export function $attach(meta, file) {
  Object.assign(meta, {
    dirname: parent(file), filename: file, main: file === mainFile,
    resolve: specifier => {
      const found = resolve(String(specifier), file, IMPORT);
      return found.startsWith(root) ? 'node:' + String(specifier).replace(/^node:/, '') : toFileUrl(found);
    },
    url: toFileUrl(file),
  });
}
let mainFile;

/** The `require` of a file. */
export function createRequire(file) {
  if (file instanceof Object) file = file.href;
  if (file.startsWith('file:')) file = fromFileUrl(file);
  return requireOf({ filename: file, children: [], paths: packageFolders(parent(file)) });
}

/** A built-in module, now. */
export function requireBuiltin(file) {
  const namespace = evaluateNow(file, file);
  return 'default' in namespace ? namespace.default : namespace;
}

// --- ES modules

async function importFile(file) {
  const name = targetOf(file, [], true);
  const done = evaluate(name);
  await done.promise;
  return done.namespace;
}

function evaluate(name) {
  let done = results.get(name);
  if (!done) {
    provide(name);
    done = {};
    results.set(name, done);
    const key = `#${results.size}`;
    taken.set(key, done);
    done.promise = std.evalScript(`import*as n from${JSON.stringify(name)};import{$take}from${JSON.stringify(SELF)};$take("${key}",n)`,
      { compile_module: true });
  }
  return done;
}

function evaluateNow(name, file) {
  const done = evaluate(name);
  if (!done.namespace) {
    done.promise.catch(error => { done.error = error; });
    throw Object.assign(new Error(`require() of ${file} cannot wait for its top-level await, or it failed; import() it`), { code: 'ERR_REQUIRE_ASYNC_MODULE' });
  }
  return done.namespace;
}

const taken = new Map();
/** Called by the module that {@link evaluate} makes, once what it imports has run. */
export function $take(key, namespace) {
  taken.get(key).namespace = namespace;
}

/** The name under which QuickJS knows a file's ES module, with these names exported. */
function targetOf(file, names, star) {
  if (isOwn(file)) {
    provide(file);
    return file;
  }
  const kind = kindOf(file);
  if (kind === 'esm') {
    link(file);
    return graph.get(file).name;
  }
  return kind === 'json' ? jsonModule(file) : commonModule(file, names, star);
}

function link(file) {
  const components = [];
  visit(file, [], components);
  for (const component of components) {
    const [module] = component;
    for (const one of component) {
      one.targets = one.requests.map(({ file, names, star }) => graph.get(file)?.name ?? targetOf(file, names, star));
    }
    if (component.length === 1 && !module.targets.includes(module.name)) {
      defineModule(module.bytes, module.name, module.targets);
    } else {
      defineCycle(component);
    }
    for (const one of component) one.bytes = one.source = undefined;
  }
}

// Tarjan's components come out in the order that is needed: what is imported before who imports it.
function visit(file, stack, components) {
  const module = { ...compileFile(file), order: graph.size, low: graph.size, open: true };
  graph.set(file, module);
  stack.push(module);
  try {
    for (const request of module.requests) {
      request.file = request.specifier === SELF ? SELF : resolve(request.specifier, file, IMPORT);
      if (isOwn(request.file) || kindOf(request.file) !== 'esm') continue;
      const other = graph.get(request.file) ?? visit(request.file, stack, components);
      if (other.open) module.low = Math.min(module.low, other.low);
    }
  } catch (error) {
    graph.delete(file);        // so that a later import() finds the error again, and not half a module
    throw error;
  }
  if (module.low === module.order) {
    const component = stack.splice(stack.indexOf(module));
    for (const one of component) one.open = false;
    components.push(component);
  }
  return module;
}

function compileFile(file) {
  const prefix = `import{$attach,$import}from${JSON.stringify(SELF)};$attach(import.meta,${JSON.stringify(file)});`;
  let source = prefix + withImports(readSource(file), 'import.meta.url', text => compileUnderPlaceholders(text));
  const { bytes, text } = compileNamed(file, () => compileUnderPlaceholders(source));
  let name = file;
  while (placeholders.has(name)) name = '/' + name;
  return { file, name, bytes, source: text, requests: requestsOf(bytes) };
}

/** Compiles; where QuickJS misses what an import names, it gets an empty module of that name. */
function compileUnderPlaceholders(text) {
  for (const [, , specifier] of text.matchAll(/(?:\bfrom|\bimport)\s*(["'])([^"'\n\\]+)\1/g)) placeholder(specifier);
  for (;;) {
    try {
      return { bytes: compileModule(text), text };
    } catch (error) {
      const missing = /^could not load module filename '([^]*)'$/.exec(error.message)?.[1];
      if (missing === undefined) throw error;
      if (placeholder(missing)) continue;
      // It is there, but not under these attributes, which say nothing that the file's name does not say.
      const plain = text.replace(/((["'])[^"'\n]+\2\s*)(\b(?:with|assert)\s*\{[^{}]*\})/g,
        (all, before, quote, attributes) => before + attributes.replace(/[^\n]/g, ' '));
      if (plain === text) throw error;
      text = plain;
    }
  }
}

/** @returns {boolean} false if it was there before */
function placeholder(specifier) {
  const name = specifier.replace(/^(?:\.\/)+/, '');       // as QuickJS makes it of a name without a folder
  if (placeholders.has(name) || name.startsWith(root) || name.startsWith('qjs:')) return false;
  placeholders.add(name);
  definePlaceholder(name);
  return true;
}

/**
 * The source with its import() calls handed to {@link $import}. Whether an `import(` is a call or part of a text or comment
 * is QuickJS's to say: broken, a call no longer compiles; replaced by another call, it does.
 */
export function withImports(source, asker, compile) {
  const found = [...source.matchAll(/(?<![.\w$#])import\s*\(/g)].reverse();
  const compiles = text => {
    try {
      compile(text);
      return true;
    } catch {
      return false;
    }
  };
  for (const { index, 0: call } of found) {
    const before = source.slice(0, index), after = source.slice(index + call.length);
    if (!compiles(before + 'import@(' + after) && compiles(before + '(0)(' + after)) {
      source = `${before}$import(${asker},${after}`;
    }
  }
  return source;
}

// --- CommonJS and JSON

/** What a file exports to require. */
export function requireFile(file, asker, main = false) {
  if (isOwn(file)) return requireBuiltin(file);
  const known = cache[file];
  if (known) return known.exports;
  if (kindOf(file) === 'esm') {
    link(file);
    const namespace = evaluateNow(graph.get(file).name, file);
    return 'module.exports' in namespace ? namespace['module.exports'] : namespace;
  }
  const module = Object.assign(new Module(main ? '.' : file, asker), { path: parent(file), filename: file, paths: packageFolders(parent(file)) });
  if (main) mainModule = module;
  module.require = requireOf(module);
  asker?.children.push(module);
  cache[file] = module;
  try {
    if (kindOf(file) === 'json') module.exports = parseJson(file);
    else runCommon(module);
  } catch (error) {
    delete cache[file];
    throw error;
  }
  module.loaded = true;
  return module.exports;
}

function runCommon(module) {
  module._compile(readSource(module.filename), module.filename);
}

/** What `module` is. */
export class Module {
  constructor(id = '', asker = undefined) {
    Object.assign(this, { id, path: parent(id), exports: {}, filename: null, loaded: false, children: [], paths: [], parent: asker });
  }
  require(specifier) { return requireOf(this)(specifier); }
  /** Runs a source as this module's. */
  _compile(text, filename) {
    this.filename ??= filename;
    const source = withImports(text, '__filename', wrapper);
    const body = compileNamed(filename, () => runScript(wrapped(source), filename));
    body.call(this.exports, this.exports, Object.hasOwn(this, 'require') ? this.require : requireOf(this), this, filename, parent(filename), $import);
  }
}

const wrapped = source => `(function(exports,require,module,__filename,__dirname,$import){${source}\n})`;
const wrapper = source => std.evalScript(wrapped(source), { compile_only: true });

function requireOf(module) {
  const find = specifier => {
    if (typeof specifier !== 'string' || !specifier) {
      throw Object.assign(new TypeError(`require takes the name of a module, not ${specifier === '' ? 'an empty string' : typeof specifier}`), { code: 'ERR_INVALID_ARG_TYPE' });
    }
    return resolve(specifier, module.filename, REQUIRE);
  };
  const require = specifier => requireFile(find(specifier), module);
  require.resolve = specifier => {
    const file = find(specifier);
    return isOwn(file) ? specifier : file;
  };
  require.resolve.paths = () => module.paths;
  require.cache = cache;
  require.main = mainModule;
  return require;
}

/** An ES module of a CommonJS file's exports; `star` needs all names, so the file runs now and not in its turn. */
function commonModule(file, names, star) {
  if (star) {
    const { exports } = cache[file] ?? { exports: requireFile(file) };
    if (exports instanceof Object) names = [...names, ...Object.keys(exports)];
  }
  names = [...new Set(names)].filter(name => name !== 'default').sort();
  return syntheticModule(`${file}#${names}`, `import{requireFile,$pick}from${JSON.stringify(SELF)};`
    + `const m=requireFile(${JSON.stringify(file)});export default m;`
    + names.map((name, i) => `const n${i}=$pick(m,${JSON.stringify(name)},${JSON.stringify(file)});export{n${i} as ${JSON.stringify(name)}};`).join(''));
}

/** A named export of a CommonJS module. */
export function $pick(exports, name, file) {
  if (name === 'module.exports') return exports;
  if (exports != null && name in Object(exports)) return exports[name];
  throw new SyntaxError(`${file} is a CommonJS module and exports no '${name}'; it exports: ${Object.keys(Object(exports)).join(', ') || 'nothing by name'}`);
}

function jsonModule(file) {
  return syntheticModule(file, `import{requireFile}from${JSON.stringify(SELF)};export default requireFile(${JSON.stringify(file)});`);
}

function syntheticModule(name, source) {
  if (!synthetic.has(name)) {
    synthetic.add(name);
    defineModule(compileModule(source), name, [SELF]);
  }
  return name;
}

function parseJson(file) {
  const text = readSource(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`${file} is not JSON: ${error.message}`);
  }
}

// --- Sources

function kindOf(file) {
  let kind = kinds.get(file);
  if (!kind) {
    kind = kindByName(file) ?? kindBySource(readSource(file));
    kinds.set(file, kind);
  }
  return kind;
}

// Nothing says what a .js file is: it is CommonJS, unless it has something that only an ES module has.
function kindBySource(source) {
  if (!/\b(?:import|export|await)\b/.test(source)) return 'cjs';
  try {
    wrapper(source);
    return 'cjs';
  } catch {
    try {
      compileUnderPlaceholders(source);
      return 'esm';
    } catch {
      return /^\s*(?:import|export)\b/m.test(source) ? 'esm' : 'cjs';
    }
  }
}

function readSource(file) {
  const source = sources.get(file) ?? std.loadFile(file);
  if (source == null) throw Object.assign(new Error(`Cannot read ${file}`), { code: os.stat(file)[1] ? 'ENOENT' : 'EISDIR' });
  return source.replace(/^\ufeff/, '').replace(/^#!/, '//');
}

/** Compiles, and gives a syntax error the name of the file it is in. */
function compileNamed(file, compile) {
  try {
    return compile();
  } catch (error) {
    const place = /<evalScript>:(\d+)/.exec(error.stack)?.[1];
    if (place) {
      const line = sources.has(file) || std.loadFile(file) ? readSource(file).split('\n')[place - 1] : '';
      error.message = `${error.message} (${file}:${place})${line?.trim() ? `\n    ${line.trim()}` : ''}`;
      Object.defineProperty(error, 'stack', { value: `${error.name}: ${error.message}\n    at ${file}:${place}\n`, writable: true, configurable: true });
    }
    throw error;
  }
}

/** What `require` and the command line make of a path that may lack its extension. */
export const findProgram = path => complete(absolute(path));
export { builtins };
