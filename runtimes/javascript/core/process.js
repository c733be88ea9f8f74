// process

import * as std from 'qjs:std';
import * as os from 'qjs:os';
import { EventEmitter } from '../node/events.js';
import { builtins } from './builtins.js';
import { invalidArgument } from './arguments.js';
import { root } from './image.js';
import { cwd, absolute } from './paths.js';
import { describeUncaught } from './errors.js';
import { errnoNames, systemError, writeAll } from './output.js';
import { nextTick, onEvents } from './loop.js';
import { requireBuiltin, requireFile } from './loader.js';
import { idOf, ignoreBrokenPipes, kill } from './processes.js';

const started = os.now();       // µs
const VERSION = '22.0.0';       // of Node whose interface this follows

const process = new EventEmitter();
Object.setPrototypeOf(process, Object.create(EventEmitter.prototype, {
  constructor: { value: function process() {}, configurable: true },
  [Symbol.toStringTag]: { value: 'process', configurable: true },
}));

let exiting = false, exitCode;

function leave(code) {
  if (code !== undefined) process.exitCode = code;
  if (!exiting) {
    exiting = true;
    try {
      process.emit('exit', exitCode ?? 0);
    } catch (error) {
      report(error);
      exitCode = 1;
    }
  }
  std.exit(Number(exitCode ?? 0) & 255);
}

function report(error) {
  let text;
  try {
    text = describeUncaught(error);
  } catch {
    text = 'Uncaught error, which cannot be shown\n';
  }
  writeAll(2, text);
}

let capture = null;             // who takes errors in the place of everybody else

function uncaught(error, origin = 'uncaughtException') {
  if (capture && !exiting) return capture(error);
  if (!exiting) process.emit('uncaughtExceptionMonitor', error, origin);
  if (!exiting && process.listenerCount('uncaughtException')) {
    try {
      process.emit('uncaughtException', error, origin);
      return;
    } catch (another) {
      error = another;
    }
  }
  report(error);
  leave(1);
}

onEvents({ uncaught, rejected, idle() {
  if (!beforeExit) {
    beforeExit = true;
    if (process.emit('beforeExit', exitCode ?? 0)) return;      // its listeners may have found something to do
  }
  if (awaited && exitCode === undefined) {
    writeAll(2, `Warning: Detected unsettled top-level await at ${awaited}\n`);
    exitCode = UNSETTLED;
  }
  leave();
} });
let beforeExit = false;

const UNSETTLED = 13;           // the status of a program that ends while it still awaits something
let awaited = '';               // the file of the program, as long as it does

/** Where a program is an ES module: its evaluation, which ends it by an error, or is never done. */
export function expect(evaluation) {
  const done = () => { awaited = ''; };
  awaited = process.argv[1] ?? '[eval]';
  evaluation.then(done, error => {
    done();
    uncaught(error);
  });
}

function rejected(reason, promise) {
  if (!process.emit('unhandledRejection', reason, promise)) uncaught(reason, 'unhandledRejection');
}

/** Ends the program by an error that nobody caught. */
export { uncaught };

const lazy = (name, make) => Object.defineProperty(process, name, {
  configurable: true, enumerable: true,
  get() {
    const value = make();
    Object.defineProperty(process, name, { value, configurable: true, enumerable: true, writable: true });
    return value;
  },
});
const stdio = () => requireBuiltinFile('core/stdio.js');
const requireBuiltinFile = file => requireBuiltin(`${root}/${file}`);

lazy('stdin', () => stdio().input());
lazy('stdout', () => stdio().output(1));
lazy('stderr', () => stdio().output(2));
lazy('pid', () => idOf('Pid'));
lazy('ppid', () => idOf('PPid'));
lazy('allowedNodeEnvironmentFlags', () => new Set());

ignoreBrokenPipes();
process.env = new Proxy(std.getenviron(), {
  set(env, name, value) { env[name] = String(value); return true; },
});

Object.assign(process, {
  title: 'node', argv: [], argv0: 'node', execArgv: [], execPath: 'node',
  platform: 'wasi', arch: 'wasm32', version: `v${VERSION}`, versions: { node: VERSION, quickjs: '0.16.2' },
  release: { name: 'node' }, config: { variables: {} }, features: {}, exitCode: undefined, umask: () => 0o022,

  cwd: () => cwd.get(),
  chdir(path) {
    const folder = absolute(path);
    const [stat, errno] = os.stat(folder);
    if (errno) throw systemError(errno, 'chdir', cwd.get(), path);
    if ((stat.mode & os.S_IFMT) !== os.S_IFDIR) throw systemError(54, 'chdir', cwd.get(), path);
    cwd.set(folder);
  },
  exit: leave,
  reallyExit: code => std.exit(code & 255),
  abort: () => std.exit(134),
  nextTick(callback, ...args) {
    if (typeof callback !== 'function') throw invalidArgument('callback', 'of type function', callback);
    nextTick(callback, ...args);
  },
  hrtime: Object.assign(since => {
    const now = BigInt(Math.round(os.now() * 1000));
    const [seconds, nanos] = [Number(now / 1000000000n), Number(now % 1000000000n)];
    if (!since) return [seconds, nanos];
    const less = nanos < since[1];
    return [seconds - since[0] - less, nanos - since[1] + less * 1e9];
  }, { bigint: () => BigInt(Math.round(os.now() * 1000)) }),
  uptime: () => (os.now() - started) / 1e6,
  // Linear memory, all of it: QuickJS does not tell what its heap has.
  memoryUsage: Object.assign(() => {
    const rss = process.memoryUsage.rss();
    return { rss, heapTotal: rss, heapUsed: rss, external: 0, arrayBuffers: 0 };
  }, { rss: () => 1024 * idOf('VmSize') }),
  // One clock for all of it: a browser does not tell how long a worker has really run.
  cpuUsage: before => ({ user: Math.round(os.now() - started) - (before?.user ?? 0), system: 0 }),
  resourceUsage: () => ({ userCPUTime: Math.round(os.now() - started), systemCPUTime: 0, maxRSS: process.memoryUsage.rss() / 1024, sharedMemorySize: 0, unsharedDataSize: 0, unsharedStackSize: 0,
    minorPageFault: 0, majorPageFault: 0, swappedOut: 0, fsRead: 0, fsWrite: 0, ipcSent: 0, ipcReceived: 0, signalsCount: 0, voluntaryContextSwitches: 0, involuntaryContextSwitches: 0 }),
  constrainedMemory: () => 0, getActiveResourcesInfo: () => [], getgroups: () => [0], hasUncaughtExceptionCaptureCallback: () => capture !== null,
  setUncaughtExceptionCaptureCallback(callback) { capture = callback; },
  kill(pid, signal) {
    kill(pid, signal);
    return true;
  },
  emitWarning(warning, options = {}, code) {
    const type = typeof options === 'string' ? options : options.type;
    const error = warning instanceof Error ? warning : Object.assign(new Error(warning), { name: type ?? 'Warning' });
    code ??= options.code;
    if (code) error.code = code;
    if (!process.emit('warning', error)) writeAll(2, `(node) ${code ? `[${code}] ` : ''}${error.name}: ${error.message}\n`);
  },
  getBuiltinModule: name => (builtins.has(name.replace(/^node:/, '')) ? requireBuiltinFile(`node/${name.replace(/^node:/, '').replace('/', '-')}.js`) : undefined),
  getuid: () => 0, geteuid: () => 0, getgid: () => 0, getegid: () => 0,
});

Object.defineProperty(process, 'exitCode', {
  enumerable: true, configurable: true,
  get: () => exitCode,
  set(code) {
    if (code != null && !Number.isInteger(Number(code))) throw new TypeError(`exitCode must be an integer, not ${String(code)}`);
    exitCode = code == null ? undefined : Number(code);
  },
});

export default process;
export { process, errnoNames, requireFile };
