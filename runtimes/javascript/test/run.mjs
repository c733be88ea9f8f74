// Runs a small program under QuickJS with the prelude, on node:wasi.

import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOST, NODE_FLAGS, imageName, makeImage } from '../build/image.mjs';

const { runtimes } = JSON.parse(readFileSync(new URL('../../manifest.json', import.meta.url), 'utf8'));
const runtime = runtimes.find(runtime => runtime.name === 'QuickJS-ng');

const made = fileURLToPath(new URL('../../../.samovar/site/runtimes/', import.meta.url));
/** The runtime that the tests run on, made by runtimes/make.mjs. */
const wasm = join(made, runtime.file);
if (!existsSync(wasm)) throw new Error('there is no QuickJS to test with; make it:  node runtimes/make.mjs --only javascript');
makeImage(runtime, made);

/** What is mounted at /usr/lib/javascript. */
const mounted = mkdtempSync(join(tmpdir(), 'prelude-'));
process.on('exit', () => rmSync(mounted, { recursive: true, force: true }));
for (const file of ['start.js', 'core/image.js']) cpSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), join(mounted, file));
cpSync(join(made, imageName(runtime)), join(mounted, 'prelude.image'));
/** No program here takes a second; a busy machine may take its time all the same. */
const SECONDS = 90;

/**
 * @param {Record<string, string>} files of the project, by path; the first one is the program
 * @param {{args?: string[], stdin?: string, isOpen?: boolean, command?: string[]}} [options] `command` replaces the program and
 *     arguments; an `isOpen` standard input stays so
 * @returns {Promise<{stdout: string, stderr: string, status: number, wrote?: string}>} `wrote`: the project's out.txt
 */
export async function run(files, { args = [], stdin = '', isOpen = false, command = [Object.keys(files)[0], ...args] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'prelude-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, 'project', dirname(name)), { recursive: true });
      writeFileSync(join(folder, 'project', name), text);
    }
    mkdirSync(join(folder, 'project'), { recursive: true });
    mkdirSync(join(folder, 'tmp'));
    const preopens = { '/usr/lib/javascript': mounted, '/project': join(folder, 'project'), '/tmp': join(folder, 'tmp'), '/dev': '/dev', '/proc': join(folder, 'tmp') };
    const child = spawn(process.execPath, [...NODE_FLAGS, HOST, wasm, JSON.stringify(preopens), '/usr/lib/javascript/start.js', ...command],
      { timeout: SECONDS * 1000 });
    child.stdin.on('error', () => {});      // it need not read what it is given
    if (isOpen) child.stdin.write(stdin);
    else child.stdin.end(stdin);
    const collect = async stream => {
      let text = '';
      for await (const chunk of stream.setEncoding('utf8')) text += chunk;
      return text;
    };
    const [stdout, stderr, status] = await Promise.all([collect(child.stdout), collect(child.stderr),
      new Promise(resolve => child.on('close', (code, signal) => resolve(code ?? signal)))]);
    if (typeof status !== 'number') throw new Error(`${command[0]} was ended by ${status} after at most ${SECONDS} s; it said: ${stdout}${stderr}`);
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
