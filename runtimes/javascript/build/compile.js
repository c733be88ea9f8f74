// Runs under QuickJS itself: compiles the prelude into the image that core/image.js reads, which is an object as QuickJS
// writes it: { [file]: { imports: [file…], code: ArrayBuffer } }.
//
//   qjs --module …/build/compile.js IMAGE

import * as std from 'qjs:std';
import * as os from 'qjs:os';
import * as bjson from 'qjs:bjson';
import { compileModule, defineModule, definePlaceholder, requestsOf } from '../core/bytecode.js';

const root = '/usr/lib/javascript';
const AS_IT_IS = [`${root}/core/image.js`];     // loaded before there is an image
const image = {};
const placeholders = new Set();

for (const folder of ['core', 'core/http', 'core/net', 'core/web', 'node']) {
  for (const name of os.readdir(`${root}/${folder}`)[0].sort()) {
    if (name.endsWith('.js')) add(`${root}/${folder}/${name}`);
  }
}
add(`${root}/main.js`);

const bytes = bjson.write(image, 0);
const out = std.open(globalThis.scriptArgs[1], 'wb');
if (out.write(bytes, 0, bytes.byteLength) !== bytes.byteLength || out.close() !== 0) throw new Error('the image cannot be written');

function add(file) {
  if (file in image || AS_IT_IS.includes(file)) return;
  const source = std.loadFile(file);
  if (source === null) throw new Error(`there is no ${file}`);
  for (const [, specifier] of source.matchAll(/^(?:import|export|\}).* from '(\.[^']+)';$/gm)) placeholder(specifier);
  let compiled;
  try {
    compiled = compileModule(source);
  } catch (error) {
    throw new Error(`${file}: ${error.message}\n${error.stack}`);
  }
  const targets = requestsOf(compiled).map(({ specifier }) => (specifier.startsWith('qjs:') ? specifier : resolved(file, specifier)));
  const imports = targets.filter((target) => !target.startsWith('qjs:') && !AS_IT_IS.includes(target));
  if (file in image) return;
  image[file] = undefined;                      // a circle would end here, as something that is not there
  imports.forEach(add);
  const module = defineModule(compiled, file, targets);
  const code = bjson.write(module, bjson.WRITE_OBJ_BYTECODE | bjson.WRITE_OBJ_STRIP_SOURCE | bjson.WRITE_OBJ_STRIP_DEBUG);
  image[file] = { imports, code };
}

function placeholder(specifier) {
  const name = specifier.replace(/^(?:\.\/)+/, '');       // as QuickJS makes it of a name without a folder
  if (!placeholders.has(name)) definePlaceholder(name);
  placeholders.add(name);
}

function resolved(file, specifier) {
  const names = file.split('/').slice(0, -1);
  for (const name of specifier.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '.') names.push(name);
  }
  return names.join('/');
}
