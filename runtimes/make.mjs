// Makes the runtimes of manifest.json: whatever is not in .samovar/site/runtimes with its right SHA-256 is fetched or built.
//
//   node runtimes/make.mjs [--only NAME]…     NAME: a language, a command, or either with a version (python@3.11)
//   node runtimes/make.mjs --tests            all of them, and what the tests bring along, of which no page is told
//
// A runtime that cannot be made is a warning, never a failure: its reason goes to .samovar/site/runtimes/unavailable.json.

import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compress } from '../.mvn/site.mjs';
import { makeImage } from './javascript/build/image.mjs';

/** Brotli's quality for the compressed twins: a second for 26 MB, where the best takes a minute. */
const TWIN_QUALITY = 5;

const folder = fileURLToPath(new URL('../.samovar/site/runtimes/', import.meta.url));
const unavailableFile = join(folder, 'unavailable.json');
const withTests = process.argv[2] === '--tests';
const catalogue = JSON.parse(readFileSync(new URL('manifest.json', import.meta.url), 'utf8'));
const runtimes = [...catalogue.runtimes, ...withTests ? catalogue.forTests : []];

const wanted = select(process.argv.slice(withTests ? 3 : 2));
mkdirSync(folder, { recursive: true });
sweep();
const unavailable = readUnavailable();
for (const { file, sha256, name, version } of wanted.originals) {
  if (!existsSync(join(folder, file))) unavailable[sha256] = `${name} ${version} is still being made: try again in a minute or two.`;
}
tell();
await Promise.all(wanted.originals.map(provide));
await Promise.all(wanted.fallbacks.map(provide));     // only now is it known which of them are needed

/** Sees to it that a runtime is there, or that what keeps it away is written down. */
async function provide(runtime) {
  const title = `${runtime.name} ${runtime.version}`;
  const say = line => console.log(`${title}: ${line}`);
  const original = runtimes.find(other => other.sha256 === runtime.fallbackFor);
  const file = join(folder, runtime.file);
  if (await isRight(file, runtime)) {
    finish(runtime);
  } else if (original && !(original.sha256 in unavailable) && !withTests) {
    unavailable[runtime.sha256] = `${title} is made only where ${original.name} ${original.version} cannot be.`;
  } else {
    const started = Date.now();
    const work = mkdtempSync(join(folder, 'making-'));
    try {
      const { default: make } = await import(new URL(runtime.recipe, import.meta.url));
      const made = await make(runtime.source, work, say);
      await check(made, runtime);
      renameSync(made, file);
      finish(runtime);
      say(`made (${runtime.size} bytes, ${Math.round((Date.now() - started) / 1000)} s)`);
    } catch (error) {
      unavailable[runtime.sha256] = `${title} could not be made: ${error.message}.`;
      console.log(`Warning: ${unavailable[runtime.sha256]} Everything else works without it.`);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  tell();
}

/** The runtime itself is there: what it needs beside it. */
function finish(runtime) {
  try {
    if (!existsSync(join(folder, `${runtime.file}.br`))) compress(join(folder, runtime.file), TWIN_QUALITY);
    if (runtime.mounts.some(mount => mount.image)) makeImage(runtime, folder);
    delete unavailable[runtime.sha256];
  } catch (error) {
    unavailable[runtime.sha256] = `${runtime.name} ${runtime.version} is there, but not what it starts with: ${error.message}.`;
    console.log(`Warning: ${unavailable[runtime.sha256]}`);
  }
}

/** Writes down what is not there, and why. */
function tell() {
  writeWhole(unavailableFile, `${JSON.stringify(unavailable, null, 2)}\n`);
}

async function isRight(file, runtime) {
  try {
    await check(file, runtime);
    return true;
  } catch {
    return false;
  }
}

async function check(file, { size, sha256 }) {
  const found = statSync(file).size;
  const hash = await sha256Of(file);
  if (hash !== sha256) throw new Error(`what came out has SHA-256 ${hash} and ${found} bytes; pinned are ${sha256} and ${size}`);
}

async function sha256Of(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/** The runtimes the command line asks for: all, or those that `--only` names. */
function select(args) {
  const names = [];
  for (let i = 0; i < args.length; i += 2) {
    if (args[i] !== '--only' || !args[i + 1]) fail('Usage: node runtimes/make.mjs [--tests] [--only NAME]…');
    names.push(args[i + 1]);
  }
  for (const name of names) {
    if (!runtimes.some(runtime => answersTo(runtime, name))) {
      fail(`No runtime is called ${name}. There are: ${runtimes.map(r => `${r.language}@${r.version}`).join(', ')}`);
    }
  }
  const chosen = runtimes.filter(runtime => !names.length || names.some(name => answersTo(runtime, name)));
  return { originals: chosen.filter(runtime => !runtime.fallbackFor), fallbacks: chosen.filter(runtime => runtime.fallbackFor) };
}

function answersTo({ language, commands, version }, asked) {
  const [name, wish = ''] = asked.split('@');
  return (name === language || commands.includes(name)) && `${version}.`.startsWith(wish && `${wish}.`);
}

function readUnavailable() {
  let known = {};
  try { known = JSON.parse(readFileSync(unavailableFile, 'utf8')); } catch { /* none yet */ }
  return Object.fromEntries(Object.entries(known).filter(([sha256]) => runtimes.some(r => r.sha256 === sha256)));
}

/** Removes what an interrupted call left behind an hour ago or longer; a younger folder may be in use. */
function sweep() {
  for (const name of readdirSync(folder).filter(name => name.startsWith('making-'))) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > 3_600_000) rmSync(path, { recursive: true, force: true });
  }
}

function writeWhole(file, text) {
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, text);
  renameSync(beside, file);
}

function fail(line) {
  console.error(line);
  process.exit(2);
}
