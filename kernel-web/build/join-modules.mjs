// Makes one module of the Java kernel and its helper shm. A call from one module into another costs 9 ns, and a system
// call makes a dozen of them; within a module the optimizer puts the helper's one instruction where the call was.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What TeaVM's output and the helper use; one flag more might change what is emitted. */
const FEATURES = ['threads', 'bulk-memory', 'multimemory', 'gc', 'reference-types', 'exception-handling',
  'nontrapping-float-to-int', 'sign-ext', 'mutable-globals', 'multivalue'].map((name) => `--enable-${name}`);

const tools = join(dirname(createRequire(import.meta.url).resolve('binaryen/package.json')), 'bin');

function run(tool, ...args) {
  execFileSync(process.execPath, [join(tools, tool), ...FEATURES, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/**
 * Joins `kernel` and what it imports as `shm`, optimizes that, and writes it to `output`; all are paths. Nothing is done
 * if `output` was made of the same before.
 */
export function joinModules(kernel, shm, output) {
  const stamp = `${kernel}.stamp`;
  const hash = createHash('sha256');
  for (const input of [kernel, shm, new URL(import.meta.url)]) {
    hash.update(readFileSync(input));
  }
  const state = hash.digest('hex');
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === state) {
    return;
  }
  const joined = `${kernel}.joined`;
  run('wasm-merge', kernel, 'kernel', shm, 'shm', '-o', joined);
  // Optimizing takes half of the kernel's build: SAMOVAR_QUICK=1 leaves it out, for work on the kernel.
  const optimization = process.env.SAMOVAR_QUICK ? '-O0' : '-O2';
  run('wasm-opt', joined, optimization, '-o', output);
  writeFileSync(stamp, optimization === '-O2' ? state : '');
}
