// Builds what stands beside the Java kernel: the wasm helpers from their text form, and the kernel's own module with
// its memory import opened up. node build/assemble.mjs TEAVM_DIRECTORY OUTPUT_DIRECTORY
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import wabtFactory from 'wabt';
import { gateText } from './gate.mjs';
import { withMemoryLimits } from './memory-limits.mjs';

const [teavm, output] = process.argv.slice(2);
const here = fileURLToPath(new URL('..', import.meta.url));
mkdirSync(output, { recursive: true });

const features = { threads: true, multi_memory: true, bulk_memory: true };
const wabt = await wabtFactory();
function assemble(name, text) {
  const module = wabt.parseWat(`${name}.wat`, text, features);
  module.resolveNames();
  module.validate(features);
  writeFileSync(join(output, `${name}.wasm`), module.toBinary({}).buffer);
  module.destroy();
}

for (const name of ['shm', 'guest']) {
  assemble(name, readFileSync(join(here, `src/main/wat/${name}.wat`), 'utf8'));
}
assemble('gate', gateText());

// 1 to 32 768 pages: the page chooses, and the memory grows (TeaVM fixes both at build time).
writeFileSync(join(output, 'kernel.wasm'), withMemoryLimits(readFileSync(join(teavm, 'kernel.wasm')), 1, 32768));

const scripts = join(here, 'src/main/js');
for (const name of readdirSync(scripts)) {
  copyFileSync(join(scripts, name), join(output, name));
}
