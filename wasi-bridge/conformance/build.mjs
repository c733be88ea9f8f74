// Builds each NAME.c of this folder into NAME.wasm beside it; `build.mjs NAME…` builds these only.
// Clang is the one of examples/wasi-clang, loaded once; SAMOVAR_CLANG names another one.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
process.chdir(here);
const names = process.argv.length > 2 ? process.argv.slice(2)
  : readdirSync('.').filter((name) => name.endsWith('.c')).map((name) => name.slice(0, -2));
const flags = (name) => ['--target=wasm32-wasip1', '-std=c2x', '-Oz', '-Wall', '-Wextra', '-Wno-unused-function',
  '-mbulk-memory', '-fno-builtin', '-nostdlib', '-s', '-Wl,--no-entry', '-Wl,-z,stack-size=16384', `${name}.c`, '-o', `${name}.wasm`];

if (process.env.SAMOVAR_CLANG) {
  for (const name of names) {
    execFileSync(process.env.SAMOVAR_CLANG, flags(name), { stdio: 'inherit' });
  }
} else {
  const clang = resolve(here, '../../examples/wasi-clang');
  execFileSync(`${clang}/clang`, ['--version'], { stdio: 'ignore' }); // fetches it on the first call
  const { Exit, runClang, runLLVM } = await import(pathToFileURL(createRequire(`${clang}/clang.mjs`).resolve('@yowasp/clang')).href);
  await runLLVM(null, {}, { fetchProgress() {} });
  const header = readFileSync('expect.h');
  for (const name of names) {
    try {
      const files = await runClang(['clang', ...flags(name)], { 'expect.h': header, [`${name}.c`]: readFileSync(`${name}.c`) });
      writeFileSync(`${name}.wasm`, files[`${name}.wasm`]);
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      process.exitCode = 1;
    }
  }
}
console.log(`${names.length} built`);
