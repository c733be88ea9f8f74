import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** What trying again does not change: something this machine lacks, something the archive no longer has. */
export class Unavailable extends Error {}

const MISSING = {
  npm: 'there is no npm here; on Debian 12:  sudo apt-get install -y npm',
  'apt-get': 'there is no apt-get here, and the source comes from a Debian archive',
  tar: 'there is no tar here',
  'dpkg-deb': 'there is no dpkg-deb here, and the compiler comes from a Debian archive',
};

/**
 * Runs a program to its end and answers what it wrote to standard output. Every 10 s `say` hears that it is at work;
 * `hear` hears what it writes. `env` comes on top of this process's own variables; `nice` is how far
 * others come before it.
 *
 * @throws {Unavailable} if there is no such program
 * @throws {Error} if it fails or takes longer than `seconds`; the message tells the gist of what it wrote, `output` all
 */
export function run(program, args, { cwd, env, seconds = 300, say = () => {}, hear = () => {}, nice = 0, what = program } = {}) {
  const started = Date.now();
  const elapsed = () => Math.round((Date.now() - started) / 1000);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    if (nice && child.pid) setPriority(child.pid, nice);
    let stdout = '';
    let all = '';
    let late = false;
    child.stdout.setEncoding('utf8').on('data', text => { stdout += text; all += text; hear(text); });
    child.stderr.setEncoding('utf8').on('data', text => { all += text; });
    const heartbeat = setInterval(() => say(`${what}… ${elapsed()} s`), 10_000);
    const limit = setTimeout(() => { late = true; child.kill('SIGKILL'); }, seconds * 1000);
    const settle = (how, value) => { clearInterval(heartbeat); clearTimeout(limit); how(value); };
    child.on('error', error => settle(reject, error.code === 'ENOENT'
      ? new Unavailable(MISSING[program] ?? `there is no ${program} here`) : error));
    child.on('close', (code, signal) => {
      if (code === 0) return settle(resolve, stdout);
      const how = late ? `was stopped after ${seconds} s` : `ended with ${signal ?? `status ${code}`}`;
      settle(reject, Object.assign(new Error(`${what} ${how}: ${digest(all)}`), { output: all }));
    });
  });
}

/** Does it again after 2, 6 and 18 s, unless that would change nothing. */
export async function retry(say, action) {
  for (const seconds of [2, 6, 18]) {
    try {
      return await action();
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      say(`${error.message}; again in ${seconds} s`);
      await pause(seconds * 1000);
    }
  }
  return action();
}

// The first lines that speak of an error tell more than what programs say after them.
function digest(text) {
  const lines = text.split('\n').map(line => line.trim()).filter(line => line && !/complete log/.test(line));
  const errors = lines.filter(line => /\berr(or)?\b|^E:/i.test(line));
  return (errors.length ? errors.slice(0, 4) : lines.slice(-3)).join(' | ').slice(0, 400).replace(/\.$/, '') || '(it wrote nothing)';
}
