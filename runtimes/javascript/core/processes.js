// Processes over /dev/spawn and /proc, which docs/files.md describes: what node:child_process needs of an OS.

import * as os from 'qjs:os';
import { cwd } from './paths.js';
import { systemError, writeAll } from './output.js';
import { decode } from './utf8.js';

const CHUNK = 65536;

/** Signals by name, with Linux's numbers. */
export const signals = {
  SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGUSR1: 10, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15,
  SIGCHLD: 17, SIGCONT: 18, SIGSTOP: 19, SIGTSTP: 20, SIGTTIN: 21, SIGTTOU: 22, SIGXCPU: 24, SIGXFSZ: 25, SIGWINCH: 28,
};
const names = Object.fromEntries(Object.entries(signals).map(([name, number]) => [number, name]));

function open(path, flags, syscall) {
  const fd = os.open(path, flags);
  if (fd < 0) throw systemError(-fd, syscall, path);
  return fd;
}

function readAll(fd) {
  const parts = [];
  const buffer = new Uint8Array(CHUNK);
  for (let count; (count = os.read(fd, buffer.buffer, 0, CHUNK)) > 0;) parts.push(buffer.slice(0, count));
  return concat(parts);
}

export function concat(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * Starts a process.
 *
 * @param {object} request as /dev/spawn takes it; without `cwd` it gets the present one
 * @returns {number} its pid
 * @throws an error of Node's form, with code, errno, syscall and path
 */
export function spawn(request) {
  const fd = open('/dev/spawn', os.O_RDWR, 'spawn');
  try {
    writeAll(fd, `${JSON.stringify({ cwd: cwd.get(), ...request })}\n`);
    const answer = JSON.parse(decode(readAll(fd)));
    if (answer.pid === undefined) {
      const error = systemError(answer.errno, `spawn ${request.program}`);
      throw Object.assign(error, { path: request.program, spawnargs: request.args, reason: answer.error });
    }
    return answer.pid;
  } finally {
    os.close(fd);
  }
}

/** The parent's end of a child's standard stream, a descriptor. */
export function openStream(pid, fd) {
  return open(`/proc/${pid}/${['stdin', 'stdout', 'stderr'][fd]}`, fd === 0 ? os.O_WRONLY : os.O_RDONLY, 'open');
}

/** A descriptor that can be read once the child has ended: {@link endOf}. */
export const openWait = pid => open(`/proc/${pid}/wait`, os.O_RDONLY, 'open');

/** How a child has ended; waits for it. Closes the descriptor. */
export function endOf(wait) {
  const [status, signal] = decode(readAll(wait)).trim().split(' ').map(Number);
  os.close(wait);
  return signal ? { code: null, signal: names[signal] ?? `SIG${signal}` } : { code: status, signal: null };
}

/** Whether a child has ended, without waiting. */
export const hasEnded = pid => statusOf(pid)?.includes('State:\tZ') ?? true;

function statusOf(pid) {
  const fd = os.open(`/proc/${pid}/status`, os.O_RDONLY);
  if (fd < 0) return undefined;
  const status = decode(readAll(fd));
  os.close(fd);
  return status;
}

/** Sends a signal, by name or number; 0 asks whether it could be sent. */
export function kill(pid, signal = 'SIGTERM') {
  const name = typeof signal === 'number' ? String(signal) : signal;
  if (typeof signal === 'string' && !(signal in signals)) {
    throw Object.assign(new TypeError(`Unknown signal: ${signal}`), { code: 'ERR_UNKNOWN_SIGNAL' });
  }
  const fd = os.open(`/proc/${pid}/ctl`, os.O_WRONLY);
  if (fd < 0) throw systemError(-fd === 44 ? 71 : -fd, 'kill');
  try {
    writeAll(fd, name);
  } finally {
    os.close(fd);
  }
}

/** This process's pid, or its parent's. */
export function idOf(field) {
  const status = statusOf('self');
  return status ? Number(new RegExp(`^${field}:\\t(\\d+)`, 'm').exec(status)[1]) : field === 'Pid' ? 1 : 0;
}

/** As Node does: a write that nobody reads is an error, not the end of the program. */
export function ignoreBrokenPipes() {
  const fd = os.open('/proc/self/ctl', os.O_WRONLY);
  if (fd < 0) return;
  writeAll(fd, 'ignore SIGPIPE');
  os.close(fd);
}
