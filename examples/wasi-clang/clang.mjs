// Runs Clang, itself a WebAssembly program, on the C files of the current folder.
// Usage: clang.mjs ARGUMENTS…, as for `clang`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Exit, runClang, runLLVM } from '@yowasp/clang';

// Clang sees only the files it is handed: all sources and headers of this folder.
const sources = {};
for (const name of readdirSync('.').filter(name => /\.[ch]$/.test(name))) sources[name] = readFileSync(name);

await runLLVM(null, {}, { fetchProgress() {} }); // loads it, and keeps it from telling how far it has loaded
try {
  const files = await runClang(['clang', ...process.argv.slice(2)], sources);
  for (const [name, content] of Object.entries(files)) {
    if (!(name in sources)) writeFileSync(name, content);
  }
} catch (error) {
  if (!(error instanceof Exit)) throw error;
  process.exit(error.code || 1);
}
