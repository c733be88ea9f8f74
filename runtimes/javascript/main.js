// The beginning: qjs --module main.js [-e CODE | -p CODE | -] [PROGRAM] [ARGUMENT …]

import * as std from 'qjs:std';
import * as os from 'qjs:os';
import { absolute, cwd } from './core/paths.js';
import { installStacks } from './core/errors.js';
import { installGlobals } from './core/globals.js';
import { root } from './core/image.js';
import { findProgram, requireBuiltin, runMain, runSource } from './core/loader.js';
import { runLoop } from './core/loop.js';
import process, { expect } from './core/process.js';

const NODE = '/usr/bin/node';

const args = globalThis.scriptArgs.slice(1);
cwd.set(startFolder());
installStacks();
installGlobals();
// Not from here: what the program does is not to be on top of this module's own evaluation.
Promise.resolve().then(() => runLoop(() => {
  const evaluation = run(args);
  if (evaluation) expect(evaluation);
}));

/** @returns {Promise | undefined} of the program's evaluation, where it is an ES module */
function run([first, ...rest]) {
  // What is about Node itself, in scripts that were written for it.
  while (/^--(watch|inspect|no-|trace-|enable-|experimental-)/.test(first)) first = rest.shift();
  if (first === '-v' || first === '--version') {
    process.stdout.write(`${process.version} (QuickJS-ng ${process.versions.quickjs})\n`);
    return undefined;
  }
  if (first === '-e' || first === '--eval' || first === '-p' || first === '--print') {
    const [code, ...more] = rest;
    if (code === undefined) throw new Error(`${first} takes the code to run`);
    process.argv = [NODE, ...more];
    return runSource(first.startsWith('-p') || first === '--print' ? `console.log(eval(${JSON.stringify(code)}))` : code, absolute('[eval]'));
  }
  if (first === undefined && os.isatty(0)) return requireBuiltin(`${root}/core/repl.js`).start();
  if (first === undefined || first === '-') {
    process.argv = [NODE, '-', ...rest];
    return runSource(std.in.readAsString(), absolute('[stdin]'));
  }
  const file = findProgram(first);
  if (!file) throw Object.assign(new Error(`Cannot find module: no file ${absolute(first)}, the program to run`), { code: 'MODULE_NOT_FOUND' });
  process.argv = [NODE, file, ...rest];
  return runMain(file);
}

// wasi-libc knows no working directory but "/", so the one who starts the program says it.
function startFolder() {
  // The second stands for the first where the program is not to know it.
  const said = std.getenv('PWD') ?? std.getenv('SAMOVAR_PWD');
  delete process.env.SAMOVAR_PWD;
  if (said?.startsWith('/') && (os.stat(said)[0]?.mode & os.S_IFMT) === os.S_IFDIR) return said.replace(/(?<=.)\/+$/, '');
  return os.getcwd()[0] || '/';
}
