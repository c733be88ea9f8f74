// Runs a small program under QuickJS with the prelude, on node:wasi.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { runtimes } = JSON.parse(readFileSync(new URL('../../manifest.json', import.meta.url), 'utf8'));
const { file } = runtimes.find(runtime => runtime.name === 'QuickJS-ng');

/** The runtime that the tests run on, made by runtimes/make.mjs. */
export const wasm = fileURLToPath(new URL(`../../../.samovar/site/runtimes/${file}`, import.meta.url));

const HOST = fileURLToPath(new URL('host.mjs', import.meta.url));
const PRELUDE = fileURLToPath(new URL('..', import.meta.url));
const SECONDS = 20;

/**
 * @param {Record<string, string>} files of the project, by path; the first one is the program
 * @param {{args?: string[], stdin?: string, command?: string[]}} [options] `command` replaces the program and arguments
 * @returns {Promise<{stdout: string, stderr: string, status: number, wrote?: string}>} `wrote`: the project's out.txt
 */
export async function run(files, { args = [], stdin = '', command = [Object.keys(files)[0], ...args] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'prelude-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, 'project', dirname(name)), { recursive: true });
      writeFileSync(join(folder, 'project', name), text);
    }
    mkdirSync(join(folder, 'project'), { recursive: true });
    mkdirSync(join(folder, 'tmp'));
    const preopens = { '/usr/lib/javascript': PRELUDE, '/project': join(folder, 'project'), '/tmp': join(folder, 'tmp'), '/dev': '/dev' };
    const child = spawn(process.execPath, ['--no-warnings', '--no-turbo-fast-api-calls', HOST, wasm, JSON.stringify(preopens), ...command],
      { timeout: SECONDS * 1000 });
    child.stdin.on('error', () => {});      // it need not read what it is given
    child.stdin.end(stdin);
    const collect = async stream => {
      let text = '';
      for await (const chunk of stream.setEncoding('utf8')) text += chunk;
      return text;
    };
    const [stdout, stderr, status] = await Promise.all([collect(child.stdout), collect(child.stderr),
      new Promise(resolve => child.on('close', (code, signal) => resolve(code ?? signal)))]);
    return { stdout, stderr, status, wrote: textOf(join(folder, 'project/out.txt')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
