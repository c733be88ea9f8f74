// The beginning: qjs main.js [-e CODE | -p CODE | -] [PROGRAM] [ARGUMENT …]

import * as std from 'qjs:std';
import * as os from 'qjs:os';
import { cwd, absolute } from './core/paths.js';

cwd.set(startFolder());
const { installStacks } = await import('./core/errors.js');
const { installGlobals } = await import('./core/globals.js');
const { default: process, uncaught } = await import('./core/process.js');
const { builtins, findProgram, runMain, runSource, setMain } = await import('./core/loader.js');
const { runTask } = await import('./core/loop.js');

const args = globalThis.scriptArgs.slice(1);
installStacks();
installGlobals();

try {
  await run();
} catch (error) {
  uncaught(error);
}
runTask(() => {});

async function run() {
  const [first, ...rest] = args;
  if (first === '-e' || first === '--eval' || first === '-p' || first === '--print') {
    const [code, ...more] = rest;
    if (code === undefined) throw new Error(`${first} takes the code to run`);
    return code === undefined ? undefined : inline(first.startsWith('-p') || first === '--print', code, more);
  }
  if (first === '-v' || first === '--version') return process.stdout.write(`${process.version} (QuickJS-ng ${process.versions.quickjs})\n`);
  if (first === undefined || first === '-') {
    process.argv = ['/usr/bin/node', '-', ...rest];
    const source = std.in.readAsString();
    return runSource(source, absolute('[stdin]'));
  }
  const file = findProgram(first);
  if (!file) {
    const error = new Error(`Cannot find module: no file ${absolute(first)} (the program to run)`);
    throw Object.assign(error, { code: 'MODULE_NOT_FOUND', stack: `Error: ${error.message}` });
  }
  process.argv = ['/usr/bin/node', file, ...rest];
  setMain(file);
  return runMain(file);
}

function inline(print, code, more) {
  process.argv = ['/usr/bin/node', ...more];
  const file = absolute('[eval]');
  return runSource(print ? `console.log(eval(${JSON.stringify(code)}))` : code, file);
}

// wasi-libc knows no working directory but "/", so the one who starts the program says it.
function startFolder() {
  const said = std.getenv('PWD');
  if (said?.startsWith('/') && (os.stat(said)[0]?.mode & os.S_IFMT) === os.S_IFDIR) return said.replace(/(?<=.)\/+$/, '');
  return os.getcwd()[0] || '/';
}
