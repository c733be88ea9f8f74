// Builds what stands beside the Java kernel: the wasm helpers from their text form, and the kernel's own module with
// its memory import opened up. node build/assemble.mjs TEAVM_DIRECTORY OUTPUT_DIRECTORY
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import wabtFactory from 'wabt';
import { gateText } from './gate.mjs';
import { joinModules } from './join-modules.mjs';
import { withMemoryLimits } from './memory-limits.mjs';
import { compress, filesOf } from '../../.mvn/site.mjs';

const [teavm, output] = process.argv.slice(2);
const here = fileURLToPath(new URL('..', import.meta.url));
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });

const features = { threads: true, multi_memory: true, bulk_memory: true };
const wabt = await wabtFactory();
function assemble(directory, name, text) {
  const module = wabt.parseWat(`${name}.wat`, text, features);
  module.resolveNames();
  module.validate(features);
  writeFileSync(join(directory, `${name}.wasm`), module.toBinary({}).buffer);
  module.destroy();
}

const handwritten = (name) => readFileSync(join(here, `src/main/wat/${name}.wat`), 'utf8');
assemble(output, 'guest', handwritten('guest'));
// The same for a guest whose threads share its memory: the type of an imported memory has to say so.
assemble(output, 'guest-shared', handwritten('guest').replace('(memory $guest 0)', '(memory $guest 0 65536 shared)'));
assemble(output, 'gate', gateText());
assemble(teavm, 'shm', handwritten('shm'));

// 1 to 32 768 pages: the page chooses, and the memory grows (TeaVM fixes both at build time).
const opened = join(teavm, 'kernel-opened.wasm');
writeFileSync(opened, withMemoryLimits(readFileSync(join(teavm, 'kernel.wasm')), 1, 32768));
joinModules(opened, join(teavm, 'shm.wasm'), join(output, 'kernel.wasm'));

const scripts = join(here, 'src/main/js');
for (const name of readdirSync(scripts)) {
  copyFileSync(join(scripts, name), join(output, name));
}
// A worker's script comes as one file: its modules, one asking for the next, would take as many rounds to the server.
await build({
  entryPoints: ['kernel-worker.js', 'process-worker.js'].map((name) => join(scripts, name)),
  bundle: true, minify: true, format: 'esm', target: 'es2022', sourcemap: 'linked', outdir: output,
});

filesOf(output).forEach((file) => compress(join(output, file)));
