// Spawning, listing and killing processes, as the SDK asks for them.
import { DownloadError } from './download.js';
import { OsError, check, errnoError } from './errors.js';
import { absolute } from './files.js';
import { pagesOf } from './memory-limit.js';
import { PROXY_PORT } from './proxy.js';
import { NotRunnable } from './not-runnable.js';

const SIGNALS = {
  SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGUSR1: 10, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15,
  SIGCONT: 18, SIGSTOP: 19, SIGTSTP: 20,
};
const STATES = { 0: 'queued', 1: 'queued', 2: 'running', 3: 'ended', 4: 'sleeping', 5: 'stopped' };
const NOT_FOUND = 127;
const NOT_RUNNABLE = 126;
const EADDRINUSE = 3;
const LAST_PORT = 65_535;
/** Errnos whose sentence the kernel makes: what was asked for is wrong, or more than there is to give. */
const CONFINE_ERRORS = { 1: 'E2BIG', 28: 'EINVAL', 76: 'ENOTCAPABLE' };
const LARGEST_SCREEN = 65_535;
const KEYS_AT_A_TIME = 1 << 16;

export class Processes {
  /** The processes that have not ended, each with the directory to remove when it does, or null. */
  #live = new Map();
  /** Those that the kernel runs for itself, each with what is to be done when it has ended. */
  #unseen = new Map();
  #panicked = false;

  constructor({ kernel, staging, files, streams, programs, runtimes, ports }) {
    this.kernel = kernel;
    this.staging = staging;
    this.files = files;
    this.streams = streams;
    this.programs = programs;
    this.runtimes = runtimes;
    this.ports = ports;
  }

  /**
   * Starts a process. A program that is not there or cannot run is a process, too: it says so on its standard error
   * and exits with 127 or 126.
   *
   * @param {string|Uint8Array|WebAssembly.Module} program
   * @returns {number|Array|Promise} the pid, at once if the program was run before and has not changed; with an
   *     option `stdin: { join: [pid, fd] }` the pid, and whether the two were joined by a pipe
   */
  spawn(program, args = [], options = {}) {
    checkOptions(program, args, options);
    options = options.terminal ? { ...options, terminal: sizeOf(options.terminal) } : options;
    if (this.#panicked) {
      throw new OsError('KERNEL_PANIC', 'spawn: the kernel of this OS is broken; boot a new one.');
    }
    const cwd = absolute(options.cwd ?? '/work');
    const name = options.argv0 ?? (typeof program === 'string' ? program : 'program.wasm');
    const start = (found, problem) => this.#start(found, problem, name, args, cwd, options);
    let found;
    try {
      found = this.#resolve(program, name, cwd, pagesOf(options.limits?.memory));
    } catch (error) {
      return start(null, error);
    }
    return found instanceof Promise ? found.then((it) => start(it), (error) => start(null, error)) : start(found);
  }

  /** Whether the page has started a process, and it has not ended. */
  isPages(pid) {
    return this.#live.has(pid);
  }

  /**
   * What a program is that a process starts: a runtime's command, or the file of an inode.
   *
   * @param {number} inode 0 if there is no such file
   * @param {number} pages of linear memory that it may have
   */
  resolveInside(program, path, inode, pages) {
    if (this.#panicked) {
      throw new OsError('EIO', 'the kernel of this OS is broken');
    }
    if (!program.includes('/') && !this.runtimes.isReady) {
      return this.runtimes.ready().then(() => this.resolveInside(program, path, inode, pages));
    }
    const runtime = program.includes('/') ? undefined : this.runtimes.forCommand(program);
    if (runtime) {
      return this.#runtime(runtime, program, [], pages);
    }
    if (inode === 0) {
      throw new NotRunnable(NOT_FOUND, `${program}: not found (looked for ${path})`);
    }
    return this.#inode(inode, path, program, pages);
  }

  /**
   * What a program is: `{ module, leading, env }`, or a promise of that if something has to be read or compiled first.
   * A name without a slash is a runtime's, or a file of the working directory.
   */
  #resolve(program, name, cwd, pages) {
    if (program instanceof WebAssembly.Module) {
      return { module: program };
    }
    if (program instanceof Uint8Array) {
      return this.programs.ofBytes(program, name, undefined, undefined, pages).then((module) => ({ module }));
    }
    const path = absolute(program, cwd);
    if (program.includes('/')) {
      return this.#file(path, program, name, pages);
    }
    if (!this.runtimes.isReady) {
      return this.runtimes.ready().then(() => this.#resolve(program, name, cwd, pages));
    }
    const runtime = this.runtimes.forCommand(program);
    return runtime ? this.#runtime(runtime, program, [], pages) : this.#file(path, program, name, pages);
  }

  #runtime({ entry, leading }, command, more, pages) {
    const found = (module) => ({ module, entry: more.length ? undefined : entry, leading: [...leading, ...more], env: entry.env, preopens: entry.preopens, mounts: entry.mounts });
    const module = this.runtimes.module(entry, pages);
    return module instanceof Promise
      ? module.then(found, (error) => this.#standIn(entry, command, more, pages, error)) : found(module);
  }

  /** What the catalogue has for the case that a runtime is not to be had here. */
  #standIn(entry, command, more, pages, error) {
    const other = error.code === 'RUNTIME_UNAVAILABLE' ? this.runtimes.standIn(entry, command) : undefined;
    if (!other) {
      throw error;
    }
    return Promise.resolve(this.#runtime(other, command, more, pages)).catch((second) => {
      // What is wanted is the original: why that is not there is what can be helped.
      throw second.code === 'RUNTIME_UNAVAILABLE' ? error : second;
    });
  }

  #file(path, program, name, pages) {
    try {
      return this.files.withFile(path, (inode) => this.#inode(inode, path, name, pages));
    } catch (error) {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
        throw new NotRunnable(NOT_FOUND, `${program}: not found (looked for ${path})`);
      }
      throw error instanceof OsError ? new NotRunnable(NOT_RUNNABLE, error.message) : error;
    }
  }

  #inode(inode, path, name, pages) {
    const version = `${this.kernel.fs_number(inode)}:${this.kernel.fs_version(inode)}`;
    const module = this.programs.ofVersion(version, pages);
    if (module) {
      return { module };
    }
    const bytes = this.files.contents(inode, path);
    if (isWasm(bytes)) {
      return this.programs.ofBytes(bytes, name, version, undefined, pages).then((compiled) => ({ module: compiled }));
    }
    return this.#script(path, bytes, name, pages);
  }

  async #script(path, bytes, name, pages) {
    await this.runtimes.ready();
    const runtime = this.runtimes.forFile(path, new TextDecoder().decode(bytes.subarray(0, 256)));
    if (!runtime) {
      throw new NotRunnable(NOT_RUNNABLE, `${name}: neither a WebAssembly program (it does not begin with \\0asm), nor a `
        + 'script that a runtime is known for');
    }
    return this.#runtime(runtime, runtime.entry.commands[0], [path], pages);
  }

  #start(found, problem, name, args, cwd, options) {
    let number = 0;
    if (found) {
      try {
        number = found.ballast ? this.programs.ballast(found.module, name) : this.programs.number(found.module, name);
      } catch (error) {
        problem = error;
      }
    }
    if (problem instanceof DownloadError || problem?.code === 'RUNTIME_UNAVAILABLE') {
      problem = new NotRunnable(NOT_RUNNABLE, `${name}: ${problem.message}`);
    }
    if (problem && !(problem instanceof NotRunnable)) {
      throw problem;
    }
    const { kernel, staging } = this;
    const process = check(kernel.spawn_begin(staging.texts(cwd)[0]), `spawn ${name} in ${cwd}`);
    const join = options.stdin instanceof Uint8Array ? undefined : options.stdin?.join;
    let joined = false;
    try {
      const lacking = this.#prepare(process, name, [...found?.leading ?? [], ...found?.entry ? this.runtimes.arguments(found.entry, args, cwd) : args], cwd, { ...options, runtimeEnv: found?.env, runtimePreopens: found?.preopens, runtimeMounts: found?.mounts });
      problem ??= lacking;
      // Last: what another process writes must not be lost with a spawn that fails.
      joined = join !== undefined && kernel.spawn_join(process, ...join) === 0;
    } catch (error) {
      kernel.spawn_abort(process);
      throw error;
    }
    const pid = problem
      ? kernel.spawn_refuse(process, problem.status, staging.texts(`samovar: ${problem.message}\n`)[0])
      : kernel.spawn_submit(process, number);
    this.#live.set(pid, options.temporary ?? null);
    if (options.stdin instanceof Uint8Array) {
      this.streams.write(pid, options.stdin);
    }
    if (options.stdin !== 'pipe' && !join) {
      this.streams.close(pid);
    }
    return join ? [pid, joined] : pid;
  }

  /** Answers a NotRunnable if there is something that is not to be had. */
  #prepare(process, name, args, cwd, options) {
    const { kernel, staging } = this;
    const what = `spawn ${name}`;
    this.#confine(process, what, cwd, options);
    const argv = [name, ...args];
    check(kernel.spawn_arguments(process, argv.length, staging.list(argv)), what);
    const given = options.env ?? { ...defaultEnvironment(cwd, options.terminal), ...options.addedEnv };
    const known = options.capabilities?.env ?? (options.capabilities ? [] : true);
    const environ = Object.entries({ ...options.runtimeEnv, ...given, ...options.env ? {} : proxyEnvironment(options.capabilities) })
      .filter(([k]) => known === true || k === 'http_proxy' || known.includes(k) || (options.runtimeEnv && k in options.runtimeEnv))
      .map(([k, v]) => {
        if (k === '' || k.includes('=')) {
          throw new OsError('EINVAL', `${what}: ${JSON.stringify(k)} is no name of a variable (EINVAL): it is empty, or has a = in it.`);
        }
        return `${k}=${v}`;
      });
    if (options.runtimeMounts?.length > 0 && !environ.some((variable) => variable.startsWith('PWD='))) {
      // WASI has no working directory. What a runtime's library is told it forgets before the program begins.
      environ.push(`SAMOVAR_PWD=${cwd}`);
    }
    const ports = options.ports ?? [];
    if (ports.length > 0) {
      // As systemd tells it, with the ports as names.
      environ.push(`LISTEN_FDS=${ports.length}`, `LISTEN_FDNAMES=${ports.join(':')}`);
    }
    check(kernel.spawn_environment(process, environ.length, staging.list(environ)), what);
    const { terminal } = options;
    check(terminal ? kernel.spawn_terminal(process, terminal.cols, terminal.rows, options.stdin === undefined ? 0 : 1)
      : kernel.spawn_streams(process), what);
    for (const port of ports) {
      const errno = -kernel.spawn_listen(process, port);
      if (errno === EADDRINUSE) {
        return new NotRunnable(NOT_RUNNABLE, this.#takenPort(name, port));
      }
      check(-errno, `${what}: listen on port ${port}`);
    }
    const preopens = options.preopens ? Object.entries(options.preopens) : this.#defaultPreopens(cwd);
    if (!options.preopens || options.isolated) {
      preopens.push(...Object.entries(options.runtimePreopens ?? {}));
    }
    for (const [guest, path] of preopens) {
      check(kernel.spawn_preopen(process, ...staging.texts(guest, absolute(path))), `${what}: preopen ${guest} as ${path}`);
    }
  }

  #takenPort(name, port) {
    const pid = this.ports.list().get(port);
    const who = this.list().find((process) => process.pid === pid)?.command;
    return `${name}: cannot listen on port ${port}: ${who ? `process ${pid} (${who})` : 'another socket'} has it. End that, or name `
      + 'another port in samovar.json (EADDRINUSE).';
  }

  /** Limits, capabilities and nice value, which come before anything that they count or restrict. */
  #confine(process, what, cwd, { limits, capabilities, nice, runtimePreopens, runtimeMounts }) {
    if (limits === undefined && capabilities === undefined && nice === undefined) {
      return;
    }
    const from = (list) => (Array.isArray(list) ? list.map((path) => (typeof path === 'string' ? absolute(path, cwd) : path)) : list);
    const asked = { limits, nice, capabilities };
    if (capabilities && typeof capabilities === 'object' && !Array.isArray(capabilities)) {
      asked.capabilities = { ...capabilities };
      for (const field of ['read', 'write']) {
        if (capabilities[field] !== undefined) {
          asked.capabilities[field] = from(capabilities[field]);
        }
      }
      // A runtime's own library is part of it.
      const library = [...new Set([...Object.values(runtimePreopens ?? {}), ...(runtimeMounts ?? []).map(({ at }) => ofLibrary(at))])];
      if (library.length > 0 && (asked.capabilities.read === undefined || Array.isArray(asked.capabilities.read))) {
        asked.capabilities.read = [...asked.capabilities.read ?? [], ...library];
      }
    }
    const errno = -this.kernel.spawn_confine(process, this.staging.texts(JSON.stringify(asked))[0]);
    if (errno !== 0) {
      const code = CONFINE_ERRORS[errno];
      throw code ? new OsError(code, `${what}: ${this.staging.text(this.kernel.spawn_problem())} (${code}).`)
        : errnoError(errno, what);
    }
  }

  /**
   * The working directory under its own name (Go, without PWD, takes the first preopen for it) and as `.`; and every
   * directory at the top, so that absolute paths work.
   */
  #defaultPreopens(cwd) {
    const top = this.files.readdir('/', { withFileTypes: true }).filter(({ type }) => type === 'directory')
      .map(({ name }) => `/${name}`).filter((path) => path !== cwd);
    return [[cwd, cwd], ['.', cwd], ...top.map((path) => [path, path])];
  }

  /** What a folder holds and how it is run. */
  async detect(directory) {
    await this.runtimes.ready();
    const path = absolute(directory);
    const bytes = check(this.kernel.program_detect(this.staging.texts(path)[0]), `detect ${path}`);
    const [language, runtime, version, command, reason, missing, project, count, ...rest] = this.staging.text(bytes).split('\0');
    const { limits, capabilities, ports } = project ? JSON.parse(project) : {};
    const pairs = rest.slice(Number(count), -1);
    const env = Object.fromEntries(pairs.filter((_, i) => i % 2 === 0).map((name, i) => [name, pairs[2 * i + 1]]));
    return {
      language: language || null, runtime: runtime || null, version: version || null, command: command || null,
      args: rest.slice(0, Number(count)), env, ports, limits, capabilities, reason, missing: missing || null,
    };
  }

  /** Runs a folder: what {@link detect} finds, isolated from everything else in the OS. */
  async run(directory, { args = [], env, terminal, stdin } = {}) {
    const path = absolute(directory);
    const found = await this.detect(path);
    if (!found.command) {
      throw new OsError('ENOEXEC', `run ${path}: ${found.reason}${found.missing ? ` To make it: ${found.missing}` : ''}`);
    }
    const temporary = this.files.makeTemporary('/tmp/run-');
    const preopens = { [path]: path, '.': path, '/tmp': temporary, '/dev': '/dev', '/proc': '/proc', '/usr': '/usr' };
    const capabilities = withTemporary(found.capabilities, temporary);
    try {
      return await this.spawn(found.runtime ? found.command : `./${found.command}`, [...found.args, ...args], {
        cwd: path, argv0: found.command, env, addedEnv: found.env, limits: found.limits, ports: found.ports, capabilities, terminal, stdin,
        preopens, isolated: true, temporary,
      });
    } catch (error) {
      this.files.rm(temporary, { recursive: true, force: true });
      throw error;
    }
  }

  kill(pid, signal = 'SIGTERM') {
    const number = SIGNALS[signal];
    if (!number) {
      throw new OsError('EINVAL', `kill: ${signal} is not a signal that can be sent; there are ${Object.keys(SIGNALS).join(', ')}.`);
    }
    check(this.kernel.process_signal(pid, number), `kill ${pid}`);
  }

  /** Keys for a process's terminal. */
  type(pid, bytes) {
    for (let i = 0; i < bytes.length; i += KEYS_AT_A_TIME) {
      const part = bytes.subarray(i, i + KEYS_AT_A_TIME);
      this.staging.room(part.length).set(part);
      this.kernel.terminal_type(pid, part.length);
    }
  }

  /** Nobody types on a process's terminal any more. */
  endTyping(pid) {
    this.kernel.terminal_end(pid);
  }

  resize(pid, size) {
    const { cols, rows } = sizeOf(size);
    check(this.kernel.terminal_resize(pid, cols, rows), `resize the terminal of ${pid}`);
  }

  list() {
    const list = [{ pid: 1, ppid: 0, command: 'kernel', state: 'running', cpuMs: 0, syscalls: 0, memory: 0, ports: [] }];
    const ports = [...this.ports.list()];
    for (let pid = this.kernel.process_describe(2); pid !== 0; pid = this.kernel.process_describe(pid + 1)) {
      if (this.#unseen.has(pid)) {
        continue;
      }
      const [, ppid, state, cpuNanos, syscalls, memory, length] = this.staging.numbers(7);
      const command = this.staging.text(length, 56).split('\0').join(' ').trimEnd();
      list.push({
        pid, ppid, command, state: STATES[state], cpuMs: cpuNanos / 1e6, syscalls, memory,
        ports: ports.filter(([, owner]) => owner === pid).map(([port]) => port),
      });
    }
    return list;
  }

  /** A process has ended: what was made for it alone goes. Answers whether nobody was ever told of it. */
  ended(pid) {
    const temporary = this.#live.get(pid);
    this.#live.delete(pid);
    if (temporary) {
      this.files.rm(temporary, { recursive: true, force: true });
    }
    this.#unseen.get(pid)?.();
    return this.#unseen.delete(pid);
  }

  /** Whether a process is the kernel's own affair. */
  isUnseen(pid) {
    return this.#unseen.has(pid);
  }

  /**
   * Runs a runtime for a moment, so that the browser optimises it: any worker's run does that for all of them. It sees
   * nothing but what the runtime is mounted with, and nobody sees it. Whether it works matters to nobody, either.
   *
   * @param {boolean} [ballast] whether to call its ballast, and not its program
   * @returns {Promise<void>} once it has ended; never if it cannot be started, since there are as many processes as can be
   */
  warmUp({ name, warmUp, arguments: { always = [] }, env, preopens }, module, ballast = false) {
    return new Promise((resolve) => {
      if (!this.#panicked) {
        try {
          const found = { module, ballast, leading: always, env };
          const options = { preopens: { '/usr': '/usr', ...preopens }, env: {} };
          this.#unseen.set(this.#start(found, undefined, name, warmUp, '/tmp', options), resolve);
        } catch {
          // The real run does it.
        }
      }
    });
  }

  /** The kernel is broken. Answers the pids of those that were alive; nobody is any more. */
  panic() {
    this.#panicked = true;
    return [...this.#live.keys()];
  }
}

/** A terminal's size, or that of the first ones where a side is not given. */
function sizeOf(terminal) {
  const { cols = 80, rows = 24 } = typeof terminal === 'object' ? terminal : {};
  for (const [name, size] of [['cols', cols], ['rows', rows]]) {
    if (!Number.isInteger(size) || size < 1 || size > LARGEST_SCREEN) {
      throw new OsError('EINVAL', `terminal: ${name} is ${size}; it has to be from 1 to ${LARGEST_SCREEN} characters (EINVAL).`);
    }
  }
  return { cols, rows };
}

/** A project's /tmp is a directory of its own: what it is granted there, it is granted in that. */
function withTemporary(capabilities, temporary) {
  const granted = { ...capabilities };
  for (const field of ['read', 'write']) {
    granted[field] = granted[field]?.map((path) => path.replace(/^\/tmp(?=\/|$)/, temporary));
  }
  return capabilities && granted;
}

function isWasm(bytes) {
  return bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
}

function checkOptions(program, args, options) {
  if (!(typeof program === 'string' && program) && !(program instanceof Uint8Array)
    && !(program instanceof WebAssembly.Module)) {
    throw new OsError('EINVAL', 'spawn: the program is neither a name or path, a Uint8Array, nor a WebAssembly.Module (EINVAL).');
  }
  for (const text of [...args, ...Object.entries(options.env ?? {}).flat()]) {
    if (String(text).includes('\0')) {
      throw new OsError('EINVAL', `spawn: ${JSON.stringify(text)} has a NUL, which no argument or variable can hold (EINVAL).`);
    }
  }
  const { ports = [] } = options;
  if (!Array.isArray(ports) || new Set(ports).size !== ports.length
    || !ports.every((port) => Number.isInteger(port) && port >= 1 && port <= LAST_PORT)) {
    throw new OsError('EINVAL', `spawn: ports is ${JSON.stringify(ports)}; it has to be a list of different ports from 1 to 65535 (EINVAL).`);
  }
  if (program instanceof WebAssembly.Module && options.limits?.memory !== undefined) {
    throw new OsError('EINVAL', 'spawn: limits.memory cannot be kept with a module that is compiled already; give the program\'s bytes (EINVAL).');
  }
}

/** Who may connect to other hosts learns of the kernel's proxy, the one way there is without a relay. */
function proxyEnvironment({ connect } = {}) {
  const outside = connect === true || (Array.isArray(connect) && connect.some((target) => !/^(localhost|127\.|\[?::1)/.test(target)));
  return outside ? { http_proxy: `http://127.0.0.1:${PROXY_PORT}` } : {};
}

/** Which of the directories in /usr/lib a file of a runtime's library is in, or that file itself. */
const ofLibrary = (path) => path.split('/', 4).join('/');

function defaultEnvironment(cwd, terminal) {
  const size = terminal && { COLUMNS: String(terminal.cols), LINES: String(terminal.rows) };
  return {
    PATH: '/usr/bin', HOME: '/home', PWD: cwd, LANG: 'C.UTF-8', TERM: terminal ? 'xterm-256color' : 'dumb', USER: 'samovar', ...size,
  };
}
