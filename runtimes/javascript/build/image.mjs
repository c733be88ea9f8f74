// The prelude's image: made at build time by the QuickJS that will read it.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const prelude = fileURLToPath(new URL('..', import.meta.url));

/** The flags with which node:wasi can be trusted: in Node 20 calls through V8's fast API corrupt it now and then. */
export const NODE_FLAGS = ['--no-warnings', '--no-turbo-fast-api-calls'];
export const HOST = fileURLToPath(new URL('host.mjs', import.meta.url));

/** The image's name under /runtimes/: it changes with what is compiled, and with what compiles it. */
export function imageName(runtime) {
  const hash = createHash('sha256').update(runtime.sha256);
  for (const folder of ['core', 'core/http', 'core/net', 'core/web', 'node', 'build', '.']) {
    for (const name of readdirSync(join(prelude, folder)).sort()) {
      if (name.endsWith('.js')) hash.update(`\0${folder}/${name}\0`).update(readFileSync(join(prelude, folder, name)));
    }
  }
  return `javascript-${hash.digest('hex').slice(0, 32)}.image`;
}

/**
 * Makes the image beside its runtime, unless it is there; older ones are removed.
 *
 * @param {object} runtime QuickJS's entry of the catalogue
 * @param {string} folder where the runtime is
 * @throws {Error} with what QuickJS said
 */
export function makeImage(runtime, folder) {
  const name = imageName(runtime);
  if (existsSync(join(folder, name))) return;
  const work = mkdtempSync(join(folder, 'making-'));
  try {
    mkdirSync(join(work, 'out'));
    const preopens = { '/usr/lib/javascript': prelude, '/out': join(work, 'out') };
    const { status, stderr, error } = spawnSync(process.execPath, [...NODE_FLAGS, HOST, join(folder, runtime.file), JSON.stringify(preopens),
      '/usr/lib/javascript/build/compile.js', '/out/image'], { encoding: 'utf8', timeout: 60_000 });
    if (error || status !== 0) throw new Error(`QuickJS could not compile the prelude: ${error?.message ?? `${stderr.trim()} (status ${status})`}`);
    for (const old of readdirSync(folder)) {
      if (/^javascript-.*\.image$/.test(old)) rmSync(join(folder, old));
    }
    renameSync(join(work, 'out/image'), join(folder, name));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
