// node:child_process, without a shell and without fork.

import * as os from 'qjs:os';
import { EventEmitter } from './events.js';
import { Readable, Writable } from './stream.js';
import { Buffer } from './buffer.js';
import process from '../core/process.js';
import { nextTick } from '../core/loop.js';
import { systemError, writeAll } from '../core/output.js';
import { concat, endOf, hasEnded, kill, openStream, openWait, spawn as start } from '../core/processes.js';
import { whenReadable } from '../core/readable.js';

const CHUNK = 65536;
const STREAMS = ['stdin', 'stdout', 'stderr'];
const MAX_BUFFER = 1024 * 1024;

/** What stands for a stream in the request: `pipe`, `inherit`, `null`, or a descriptor. */
function streamsOf(stdio = 'pipe') {
  const list = Array.isArray(stdio) ? stdio : [stdio, stdio, stdio];
  if (list.length > 3 && list.slice(3).some(Boolean)) throw notThere('more than three streams');
  return STREAMS.map((_, fd) => {
    const one = list[fd] ?? 'pipe';
    if (one === 'pipe' || one === 'overlapped') return 'pipe';
    if (one === 'ignore') return 'null';
    if (one === 'inherit') return 'inherit';
    if (typeof one === 'number') return one;
    if (typeof one?.fd === 'number') return one.fd;
    throw Object.assign(new TypeError(`stdio: ${String(one)} is not there; there are pipe, ignore, inherit, and descriptors`),
      { code: 'ERR_INVALID_ARG_VALUE' });
  });
}

function notThere(what) {
  return Object.assign(new Error(`child_process: ${what} is not there yet in this JavaScript`),
    { code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM' });
}

const noShell = () => notThere('a shell; use execFile or spawn with a list of arguments, without { shell: true },');

function requestOf(file, args, options) {
  if (typeof file !== 'string' || !file) {
    throw Object.assign(new TypeError('The "file" argument must be a string that is not empty'), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  if (options.shell) throw noShell();
  const [stdin, stdout, stderr] = streamsOf(options.stdio);
  const env = Object.fromEntries(Object.entries(options.env ?? process.env).filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]));
  const cwd = options.cwd instanceof URL ? options.cwd.pathname : options.cwd;
  return {
    program: file, args: args.map(String), argv0: options.argv0, env, stdin, stdout, stderr, newSession: Boolean(options.detached),
    ...cwd === undefined ? {} : { cwd: String(cwd) },
  };
}

const parts = (file, args, options) => (Array.isArray(args) ? [file, args, options ?? {}] : [file, [], args ?? options ?? {}]);

/** Bytes that come from a child, as they come. */
function input(fd) {
  const buffer = new Uint8Array(CHUNK);
  let stop;
  const stream = new Readable({
    read() {
      stop ??= whenReadable(fd, () => {
        const count = os.read(fd, buffer.buffer, 0, CHUNK);
        stop();
        stop = undefined;
        if (count < 0) stream.destroy(systemError(-count, 'read'));
        else stream.push(count ? Buffer.from(buffer.slice(0, count)) : null);
        if (count <= 0) close();
      });
    },
    destroy(error, done) {
      stop?.();
      close();
      done(error);
    },
  });
  let open = true;
  const close = () => {
    if (open) os.close(fd);
    open = false;
  };
  return stream;
}

/** Bytes to a child. A write waits until the pipe has taken them. */
function output(fd) {
  let open = true;
  const close = () => {
    if (open) os.close(fd);
    open = false;
  };
  return new Writable({
    write(chunk, encoding, done) {
      try {
        writeAll(fd, typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
        done();
      } catch (error) {
        done(error);
      }
    },
    final(done) {
      close();
      done();
    },
    destroy(error, done) {
      close();
      done(error);
    },
  });
}

export class ChildProcess extends EventEmitter {
  exitCode = null;
  signalCode = null;
  killed = false;
  connected = false;
  pid = undefined;
  stdin = null;
  stdout = null;
  stderr = null;

  /** Begins; an error comes as an event. */
  spawn(file, args, options) {
    this.spawnfile = file;
    this.spawnargs = [options.argv0 ?? file, ...args];
    const request = requestOf(file, args, options);
    try {
      this.pid = start(request);
    } catch (error) {
      nextTick(() => this.emit('error', error));
      return this;
    }
    const wait = openWait(this.pid);
    if (request.stdin === 'pipe') this.stdin = output(openStream(this.pid, 0));
    if (request.stdout === 'pipe') this.stdout = input(openStream(this.pid, 1));
    if (request.stderr === 'pipe') this.stderr = input(openStream(this.pid, 2));
    this.stdio = [this.stdin, this.stdout, this.stderr];
    let open = 1;
    const closed = () => {
      // After whoever else hears of the last stream's end.
      if (--open === 0) nextTick(() => this.emit('close', this.exitCode, this.signalCode));
    };
    for (const stream of [this.stdout, this.stderr]) {
      if (stream) {
        open++;
        // Its end, or its being destroyed; Node's 'close' comes after both.
        let told = false;
        const once = () => {
          if (!told) {
            told = true;
            closed();
          }
        };
        stream.once('end', once);
        stream.once('close', once);
      }
    }
    const stop = whenReadable(wait, () => {
      stop();
      ({ code: this.exitCode, signal: this.signalCode } = endOf(wait));
      clearTimeout(this.timer);
      this.emit('exit', this.exitCode, this.signalCode);
      // What nobody reads must not keep 'close' waiting.
      for (const stream of [this.stdout, this.stderr]) {
        if (stream?.readableFlowing === null) stream.resume();
      }
      closed();
    });
    if (options.timeout > 0) this.timer = setTimeout(() => this.kill(options.killSignal), options.timeout);
    if (options.signal) {
      const abort = () => {
        if (this.kill(options.killSignal)) {
          this.emit('error', Object.assign(new Error('The operation was aborted'), { name: 'AbortError', code: 'ABORT_ERR' }));
        }
      };
      if (options.signal.aborted) nextTick(abort);
      else options.signal.addEventListener('abort', abort, { once: true });
    }
    nextTick(() => this.emit('spawn'));
    return this;
  }

  kill(signal = 'SIGTERM') {
    if (this.pid === undefined || this.exitCode !== null || this.signalCode !== null) return false;
    kill(this.pid, signal);
    this.killed ||= signal !== 0;
    return true;
  }

  ref() {}
  unref() {}
  disconnect() {}
  send() { throw notThere('a channel to the child'); }
  [Symbol.dispose]() { this.kill(); }
}

/** Starts a process. */
export function spawn(file, args, options) {
  const [name, list, more] = parts(file, args, options);
  return new ChildProcess().spawn(name, list, more);
}

function failure(file, args, { code, signal, killed }, stdout, stderr) {
  const command = [file, ...args].join(' ');
  return Object.assign(new Error(`Command failed: ${command}\n${stderr}`), { code, killed, signal, cmd: command, stdout, stderr });
}

/** Starts a process and collects what it writes. */
export function execFile(file, args, options, callback) {
  if (typeof args === 'function') [args, options, callback] = [[], {}, args];
  else if (typeof options === 'function') [options, callback] = [undefined, options];
  const [name, list, more] = parts(file, args, options);
  const { encoding = 'utf8', maxBuffer = MAX_BUFFER } = more;
  const child = new ChildProcess();
  const collected = [[], []];
  let problem;
  const results = () => collected.map(chunks => {
    const all = Buffer.from(concat(chunks));
    return encoding && encoding !== 'buffer' ? all.toString(encoding) : all;
  });
  const done = once(error => {
    const [stdout, stderr] = results();
    callback?.(error ? Object.assign(error, { stdout, stderr }) : null, stdout, stderr);
  });
  child.on('error', done);
  child.on('close', (code, signal) => done(problem ?? (code === 0 && !signal ? null
    : failure(name, list, { code, signal, killed: child.killed }, ...results()))));
  child.spawn(name, list, { ...more, stdio: 'pipe' });
  [child.stdout, child.stderr].forEach((stream, i) => {
    let size = 0;
    stream?.on('data', chunk => {
      size += chunk.length;
      collected[i].push(chunk);
      if (size > maxBuffer && !problem) {
        problem = Object.assign(new RangeError(`${STREAMS[i + 1]} maxBuffer length exceeded`), { code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' });
        child.kill();
      }
    });
  });
  return child;
}

function once(callback) {
  let called = false;
  return (...args) => {
    if (!called) callback(...args);
    called = true;
  };
}

Object.defineProperty(execFile, Symbol.for('nodejs.util.promisify.custom'), {
  value: (...args) => new Promise((resolve, reject) => {
    execFile(...args, (error, stdout, stderr) => (error ? reject(error) : resolve({ stdout, stderr })));
  }),
});

/**
 * Runs a process to its end while everything else here waits. Input goes to it from a file, so that neither waits for the
 * other; output is read one stream after the other, and the second is a file, too.
 */
export function spawnSync(file, args, options) {
  const [name, list, more] = parts(file, args, options);
  const { input: given, encoding = 'buffer', timeout = 0, killSignal = 'SIGTERM' } = more;
  const request = requestOf(name, list, more);
  const output = [null, null, null];
  const files = [];
  const temporary = contents => {
    const path = `/tmp/.spawn-${os.now()}-${Math.random().toString(36).slice(2)}`;
    const fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600);
    if (fd < 0) throw systemError(-fd, 'open', path);
    os.remove(path);
    files.push(fd);
    if (contents.length) writeAll(fd, contents);
    os.seek(fd, 0, 0);
    return fd;
  };
  let pid = 0;
  try {
    if (request.stdin === 'pipe') request.stdin = given?.length ? temporary(typeof given === 'string' ? Buffer.from(given) : given) : 'null';
    const piped = [1, 2].filter(fd => request[STREAMS[fd]] === 'pipe');
    const fds = piped.map(fd => (request[STREAMS[fd]] = temporary('')));
    pid = start(request);
    const wait = openWait(pid);
    let timedOut = false;
    if (timeout > 0) timedOut = !waitFor(pid, timeout);
    if (timedOut) kill(pid, killSignal);
    const { code, signal } = endOf(wait);
    piped.forEach((fd, i) => {
      os.seek(fds[i], 0, 0);
      const chunks = [];
      const buffer = new Uint8Array(CHUNK);
      for (let count; (count = os.read(fds[i], buffer.buffer, 0, CHUNK)) > 0;) chunks.push(buffer.slice(0, count));
      const all = Buffer.from(concat(chunks));
      output[fd] = encoding && encoding !== 'buffer' ? all.toString(encoding) : all;
    });
    const result = { pid, output, stdout: output[1], stderr: output[2], status: code, signal };
    return timedOut ? Object.assign(result, { error: systemError(73, `spawnSync ${name}`) }) : result;
  } catch (error) {
    return { pid, output: null, stdout: null, stderr: null, status: null, signal: null, error };
  } finally {
    files.forEach(fd => os.close(fd));
  }
}

/** Whether a child ends within so many ms. */
function waitFor(pid, ms) {
  const end = os.now() / 1000 + ms;
  for (let pause = 1; os.now() / 1000 < end; pause = Math.min(2 * pause, 50)) {
    if (hasEnded(pid)) return true;
    os.sleep(Math.min(pause, Math.max(1, end - os.now() / 1000)));
  }
  return hasEnded(pid);
}

export function execFileSync(file, args, options) {
  const [name, list, more] = parts(file, args, options);
  const stdio = more.stdio ?? ['pipe', 'pipe', 'inherit'];
  const result = spawnSync(name, list, { ...more, stdio });
  if (result.error) throw Object.assign(result.error, result.output ? result : {});
  if (result.status !== 0) {
    throw Object.assign(failure(name, list, { code: undefined, signal: result.signal }, result.stdout ?? '', result.stderr ?? ''), result);
  }
  return result.stdout;
}

export const exec = () => { throw noShell(); };
export const execSync = exec;
export const fork = () => { throw notThere('fork; spawn process.execPath with a script'); };

export default { ChildProcess, spawn, spawnSync, execFile, execFileSync, exec, execSync, fork };
