// What `node` is on a terminal, without a program: it reads lines, runs them, and prints what comes of them.

import * as std from 'qjs:std';
import { builtins } from './builtins.js';
import { describeUncaught } from './errors.js';
import { inspect } from './inspect.js';
import { $import, createRequire, withImports } from './loader.js';
import { absolute } from './paths.js';
import process from './process.js';
import { createInterface } from '../node/readline.js';

const PLACE = absolute('[repl]');
const HELP = `.exit    ends this, as ^D does
.clear   forgets the lines that are not complete yet
.help    prints this
_ is the value of the last line; require, import() and await work as in a file.
`;

const define = (name, property) => Object.defineProperty(globalThis, name, { configurable: true, ...property });

/** Reads lines until the terminal ends. */
export function start() {
  const require = createRequire(PLACE);
  define('require', { value: require, writable: true });
  define('$import', { value: $import });
  for (const name of builtins) {
    if (/^[a-z]\w*$/.test(name) && !(name in globalThis)) define(name, { get: () => require(name), set: value => define(name, { value, writable: true }) });
  }
  process.stdout.write(`${process.version} on QuickJS-ng ${process.versions.quickjs}; .help says more.\n`);
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  process.on('uncaughtException', error => {
    process.stdout.write(describeUncaught(error).replace(/^(?!Uncaught )/, 'Uncaught '));
    lines.prompt();
  });
  let source = '';
  lines.on('line', line => {
    if (line.trim() === '.exit') return lines.close();
    if (line.trim() === '.help') process.stdout.write(HELP);
    source = /^\.(clear|help)\s*$/.test(line.trim()) ? '' : `${source}${line}\n`;
    if (isOpen(source)) return process.stdout.write('... ');
    const complete = source;
    source = '';
    if (!complete.trim()) return lines.prompt();
    Promise.resolve(complete).then(run).then(value => {
      if (value !== undefined) define('_', { value, writable: true });
      process.stdout.write(inspect(value) + '\n');
      lines.prompt();
    }).catch(error => process.emit('uncaughtException', error));
    return undefined;
  });
  lines.on('close', () => process.exit());
  lines.prompt();
}

const compiles = (source) => {
  try {
    std.evalScript(source, { compile_only: true });
    return true;
  } catch {
    return false;
  }
};

/** The value of a source, in the scope that all scripts share; a promise, where it awaits something. */
function run(text) {
  let source = withImports(text, JSON.stringify(PLACE), script => std.evalScript(script, { compile_only: true }));
  if (/^\s*\{/.test(source) && compiles(`(${source}\n)`)) source = `(${source}\n)`;       // an object, not a block
  if (compiles(source) || !/\bawait\b/.test(source)) return std.evalScript(source);
  const [, declared, value] = /^\s*(?:const|let|var)\s+([\w$]+)\s*=([^]*?);?\s*$/.exec(source) ?? [];
  if (!declared) return std.evalScript(compiles(`(async()=>(${source}\n))`) ? `(async()=>(${source}\n))()` : `(async()=>{${source}\n})()`);
  return std.evalScript(`(async()=>{globalThis.${declared}=(${value}\n)})()`);
}

/** Whether brackets, a comment or a template are not closed yet. */
function isOpen(source) {
  let depth = 0;
  const rest = source.replace(/\\[^]|\/\*[^]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`/g, '');
  for (const character of rest) {
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
  }
  return depth > 0 || rest.includes('`') || rest.includes('/*');
}
