// Makes the runtimes of manifest.json: whatever is not in .samovar/site/runtimes with its right SHA-256 is fetched or built.
//
//   node runtimes/make.mjs [--only NAME]…     NAME: a language, a command, or either with a version (python@3.11)
//   node runtimes/make.mjs --but NAME          all but those
//   node runtimes/make.mjs --tests …           what the tests bring along, too, of which no page is told
//
// A runtime that cannot be made is a warning, never a failure: its reason goes to .samovar/site/runtimes/unavailable.json.

import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compress } from '../.mvn/site.mjs';
import { makeImage } from './javascript/build/image.mjs';
import { mountedName } from './mounts.mjs';

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
/** What this call has found out: SHA-256 of a runtime, and the reason why it is not there, or null. */
const found = {};
for (const { file, sha256, name, version } of wanted.originals) {
  if (!existsSync(join(folder, file))) found[sha256] = `${name} ${version} is still being made: try again in a minute or two.`;
}
tell();
await Promise.all(wanted.originals.map(provide));
await Promise.all(wanted.fallbacks.map(provide));     // only now is it known which of them are needed

/** Sees to it that a runtime is there, or that what keeps it away is written down. */
async function provide(runtime) {
  const original = runtimes.find(other => other.sha256 === runtime.fallbackFor);
  if (await isThere(runtime)) {
    finish(runtime);
  } else if (original && !found[original.sha256] && !withTests) {
    found[runtime.sha256] = `${titleOf(runtime)} is made only where ${titleOf(original)} cannot be.`;
  } else {
    await alone(runtime, () => produce(runtime));
  }
  tell();
}

async function produce(runtime) {
  if (await isThere(runtime)) return finish(runtime);      // another call has made it meanwhile
  const title = titleOf(runtime);
  const say = line => console.log(`${title}: ${line}`);
  let percent;
  const progress = part => {
    if (percent === (percent = Math.floor(100 * part))) return;
    found[runtime.sha256] = `${title} is being built, ${percent} %: try again in a minute or two.`;
    tell();
  };
  const started = Date.now();
  const work = mkdtempSync(join(folder, 'making-'));
  try {
    const { default: make } = await import(new URL(runtime.recipe, import.meta.url));
    const made = await make(runtime.source, work, say, progress);
    await check(made, runtime);
    for (const { made: name, sha256 } of runtime.mounts.filter(mount => mount.made)) {
      await check(join(dirname(made), name), { sha256 });
      renameSync(join(dirname(made), name), join(folder, mountedName(name, sha256)));
    }
    renameSync(made, join(folder, runtime.file));
    finish(runtime);
    say(`made (${runtime.size} bytes, ${Math.round((Date.now() - started) / 1000)} s)`);
  } catch (error) {
    found[runtime.sha256] = `${title} could not be made: ${error.message}.`;
    console.log(`Warning: ${found[runtime.sha256]} Everything else works without it.`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Does something while no other call makes this runtime: builds that take minutes share a folder. */
async function alone({ sha256 }, action) {
  const lock = join(folder, `${sha256}.lock`);
  while (!take(lock)) await pause(500);
  try {
    await action();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    // A lock whose holder is gone is nobody's.
    try {
      process.kill(Number(readFileSync(lock, 'utf8')), 0);
    } catch (error) {
      if (error.code === 'ESRCH') rmSync(lock, { force: true });
    }
    return false;
  }
}

/** The runtime itself is there: what it needs beside it. */
function finish(runtime) {
  try {
    for (const file of [runtime.file, ...runtime.mounts.filter(mount => mount.made).map(mount => mountedName(mount.made, mount.sha256))]) {
      if (!existsSync(join(folder, `${file}.br`))) compress(join(folder, file), TWIN_QUALITY);
    }
    if (runtime.mounts.some(mount => mount.image)) makeImage(runtime, folder);
    found[runtime.sha256] = null;
  } catch (error) {
    found[runtime.sha256] = `${titleOf(runtime)} is there, but not what it starts with: ${error.message}.`;
    console.log(`Warning: ${found[runtime.sha256]}`);
  }
}

function titleOf({ name, version }) {
  return `${name} ${version}`;
}

/** Writes down what is not there, and why; what other calls have found out stays. */
function tell() {
  const reasons = Object.entries({ ...readUnavailable(), ...found }).filter(([, reason]) => reason);
  writeWhole(unavailableFile, `${JSON.stringify(Object.fromEntries(reasons), null, 2)}\n`);
}

/** Whether a runtime is there, with what is made beside it, as pinned. */
async function isThere(runtime) {
  if (!await isRight(join(folder, runtime.file), runtime)) return false;
  for (const { made, sha256 } of runtime.mounts.filter(mount => mount.made)) {
    if (!await isRight(join(folder, mountedName(made, sha256)), { sha256 })) return false;
  }
  return true;
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
  if (hash !== sha256) {
    throw new Error(`what came out as ${basename(file)} has SHA-256 ${hash} and ${found} bytes; pinned are ${sha256}${size ? ` and ${size}` : ''}`);
  }
}

async function sha256Of(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/** The runtimes the command line asks for: all, those that `--only` names, or all but those that `--but` names. */
function select(args) {
  const names = { '--only': [], '--but': [] };
  for (let i = 0; i < args.length; i += 2) {
    if (!(args[i] in names) || !args[i + 1]) fail('Usage: node runtimes/make.mjs [--tests] [--only NAME]… [--but NAME]…');
    names[args[i]].push(args[i + 1]);
  }
  for (const name of Object.values(names).flat()) {
    if (!runtimes.some(runtime => answersTo(runtime, name))) {
      fail(`No runtime is called ${name}. There are: ${runtimes.map(r => `${r.language}@${r.version}`).join(', ')}`);
    }
  }
  const isAny = (runtime, list) => list.some(name => answersTo(runtime, name));
  const chosen = runtimes.filter(runtime => (!names['--only'].length || isAny(runtime, names['--only'])) && !isAny(runtime, names['--but']));
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
