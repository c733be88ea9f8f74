// QuickJS-ng's own command `qjs`, compiled from Debian's source by the Clang that the examples are built with, too; with it
// goes what is in javascript/native.

import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { retry, run } from './commands.mjs';
import { fetchSource } from './debian.mjs';
import { patched } from '../javascript/native/patches.mjs';

const clang = fileURLToPath(new URL('../../examples/wasi-clang/', import.meta.url));

const native = fileURLToPath(new URL('../javascript/native/', import.meta.url));

/** Modules of our own, and what they need. */
const own = ['wasi', 'codec', 'flate', 'hash'];
const units = ['dtoa', 'libregexp', 'libunicode', 'quickjs', 'quickjs-libc', 'qjs', 'repl', 'standalone', ...own];

// A change here changes the result, which is pinned to the byte.
const flags = [
  '--target=wasm32-wasip1', '-O2', '-funsigned-char',
  '-D_GNU_SOURCE', '-D_WASI_EMULATED_PROCESS_CLOCKS', '-D_WASI_EMULATED_SIGNAL', '-DQUICKJS_NG_BUILD',
  '-lwasi-emulated-process-clocks', '-lwasi-emulated-signal',
  '-Wl,-z,stack-size=8388608',     // what JavaScript's own frames need; a call costs about 1 KiB of it
  '-Wl,--strip-all',
];

/**
 * Fetches the source and compiles it; the compiler takes a minute.
 *
 * @param {object} source as {@link fetchSource} takes it
 * @param {string} work an empty folder
 * @param {(line: string) => void} say hears about progress
 * @returns {Promise<string>} where the .wasm is
 */
export default async function make(source, work, say) {
  const tarball = await fetchSource(source, work, say);
  const unpacked = join(work, 'unpacked');
  mkdirSync(unpacked);
  await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);

  // The compiler sees one folder, without the ones below it.
  const sources = join(work, 'sources');
  mkdirSync(sources);
  for (const folder of [unpacked, join(unpacked, 'gen')]) {
    for (const name of readdirSync(folder)) {
      const unit = name.replace(/\.c$/, '');
      if (name.endsWith('.h') || (unit !== name && units.includes(unit))) {
        writeFileSync(join(sources, name), patched(name, readFileSync(join(folder, name), 'utf8')));
      }
    }
  }
  for (const name of readdirSync(native)) {
    if (/\.[ch]$/.test(name)) copyFileSync(join(native, name), join(sources, name));
  }

  if (!existsSync(join(clang, 'node_modules/@yowasp/clang/package.json'))) {
    say('fetching the compiler, npm package @yowasp/clang');
    const args = ['install', '--prefix', clang, '--no-package-lock', '--no-audit', '--no-fund', '--fetch-retries=0', '--loglevel=error'];
    await retry(say, () => run('npm', args, { seconds: 900, say, what: 'npm install' }));
  }
  say('compiling, which takes a minute or two');
  await run(process.execPath, [join(clang, 'clang.mjs'), ...units.map(unit => `${unit}.c`), ...flags, '-o', 'qjs.wasm'],
    { cwd: sources, seconds: 1200, say, what: 'compiling' });
  return join(sources, 'qjs.wasm');
}
