/** What every call rejects with. */
export class SamovarError extends Error {
  /**
   * An errno's name (`ENOENT`, `EEXIST`, `ENOSPC`, `EAGAIN`, …), or `NOT_ISOLATED`, `UNSUPPORTED`, `BOOT_FAILED`,
   * `WORKER_FAILED`, `KERNEL_PANIC`, `ABORTED`, `ESHUTDOWN`, `PREVIEW_BLOCKED` (a browser without service workers there). `ENOSYS` stands for what is not there yet. A runtime that cannot
   * be had: `RUNTIME_UNAVAILABLE` (the server does not have it), `OFFLINE`, `SERVER_ERROR`, `HASH_MISMATCH`, `TOO_LARGE`, or
   * `NO_SPACE` (it runs, but the browser cannot keep it).
   */
  readonly code: string;
}

/** Bytes: a number, or a text such as '512MiB', '64KiB', '1GiB'. */
export type Size = number | string;

export interface BootOptions {
  /** What the OS's memory, files and kernel together, may grow to: 4MiB to 2047MiB, default 1GiB. It starts at 4 MiB. */
  memory?: Size;
  /**
   * What comes after `p<port>-<id of the OS>.` in the hosts of previews, with the port number if there is one, such as
   * `previews.localhost:8420`. Default: what the server says, or else the page's own host. Another site than the page's
   * keeps a preview's endless loop from stalling the page in Firefox, but needs third-party storage.
   */
  previewSuffix?: string;
  /** The relay that opens TCP connections: a ws, wss, http or https address. Default: the page's own server. */
  relay?: string;
}

/** A tree as WebContainer has them. */
export interface FileTree {
  [name: string]:
    | { file: { contents: string | Uint8Array | Blob } }
    | { directory: FileTree }
    | { symlink: string };
}

export interface MountOptions {
  /** Where to; made with its parents if it is missing, merged into if it is there. Default /work. */
  at?: string;
  /**
   * Leaves out what the folder's .gitignore files say, and .git; but not what the program needs: the node_modules beside a
   * package.json that names dependencies, and the packages in a .venv, venv or env beside a requirements.txt, pyproject.toml,
   * Pipfile, setup.py or manage.py, as far as they are no machine code. Default false.
   */
  gitignore?: boolean;
  onProgress?(progress: MountProgress): void;
  /** Stops the copying: ABORTED; what was copied stays. */
  signal?: AbortSignal;
}

export interface Mounted {
  /** How many were copied. */
  files: number;
  /** What .gitignore left out: the first 1000 names, a directory's with a slash at its end. */
  skipped: string[];
  skippedCount: number;
}

export interface ExportOptions {
  format?: 'zip';
  onProgress?(progress: MountProgress): void;
  signal?: AbortSignal;
}

export interface MountProgress {
  /** Files copied so far. */
  loaded: number;
  /** Files known of so far; it grows while a directory is being read. */
  total: number;
}

export type FileKind = 'file' | 'directory' | 'symlink' | 'device' | 'pipe' | 'socket';

export interface Stat {
  type: FileKind;
  /** Bytes. */
  size: number;
  /** Permission bits. */
  mode: number;
  ino: number;
  nlink: number;
  /** Milliseconds since 1970, with fractions. */
  atimeMs: number;
  mtimeMs: number;
  ctimeMs: number;
}

/** The file system, shaped like Node's fs/promises. A relative path is below /work. */
export interface FileSystem {
  readFile(path: string): Promise<Uint8Array>;
  readFile(path: string, encoding: 'utf8'): Promise<string>;
  writeFile(path: string, contents: string | Uint8Array): Promise<void>;
  /** Rejects with EEXIST unless `recursive`, which makes missing parents, too. */
  mkdir(path: string, options?: { recursive?: boolean }): Promise<void>;
  /** Removes a file, or with `recursive` a whole directory; `force` takes a missing one for removed. */
  rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  readlink(path: string): Promise<string>;
  /** Sorted. */
  readdir(path: string): Promise<string[]>;
  readdir(path: string, options: { withFileTypes: true }): Promise<{ name: string; type: FileKind }[]>;
  stat(path: string): Promise<Stat>;
  /** Like stat, of a symlink itself. */
  lstat(path: string): Promise<Stat>;
  utimes(path: string, atimeMs: number | Date, mtimeMs: number | Date): Promise<void>;
  /**
   * Calls the listener for what happens to a file, or in a directory (with `recursive`, also in those below): 'change' for new
   * contents, 'rename' for a name that came or went. Paths are absolute. Many changes within 20 ms may be told as one.
   */
  watch(path: string, options: { recursive?: boolean }, listener: (event: 'change' | 'rename', path: string) => void): Promise<{ close(): Promise<void> }>;
  watch(path: string, listener: (event: 'change' | 'rename', path: string) => void): Promise<{ close(): Promise<void> }>;
}

/** A program cannot catch one. SIGSTOP and SIGTSTP stop it at its next system call, SIGCONT lets it go on, the rest end it. */
export type Signal = 'SIGHUP' | 'SIGINT' | 'SIGQUIT' | 'SIGABRT' | 'SIGKILL' | 'SIGUSR1' | 'SIGUSR2' | 'SIGPIPE' | 'SIGALRM'
  | 'SIGTERM' | 'SIGCONT' | 'SIGSTOP' | 'SIGTSTP';

export interface RunOptions {
  args?: string[];
  /** If given, exactly the environment; if not, PATH HOME PWD LANG TERM USER. */
  env?: Record<string, string>;
  /**
   * The process gets a terminal of this size in characters (1 to 65535, default 80 by 24): its output and errors go to
   * `output`, and `input` is the keyboard. What is typed is echoed, edited and handed over line by line; "\x03" (^C) ends
   * the program by SIGINT, "\x04" (^D) at the beginning of a line is an end of file. A program sees and changes how its
   * terminal works by the file /dev/ttyctl, in the words of `stty`: `raw -echo`, `rows 24 cols 80`.
   */
  terminal?: { cols?: number; rows?: number };
  /**
   * Bytes, a text, a stream, or 'pipe' for `process.input`. Without it, and without a terminal: end of file at once. With
   * a terminal it takes the keyboard's place as standard input, which is then left to /dev/tty and ^C.
   * Another process's `stdout` or `stderr` that nobody has begun to read joins the two by a pipe: its bytes never come to
   * the page. One that was read from goes on through the page; one that is locked is EBUSY.
   */
  stdin?: Uint8Array | string | ReadableStream<Uint8Array> | 'pipe';
}

export interface SpawnOptions extends Omit<RunOptions, 'args'> {
  /** Default /work. */
  cwd?: string;
  /** Default: the program as it was given. */
  argv0?: string;
  /** Guest paths and the directories behind them, in this order; `{}` gives none. Default: `.` and all of the OS. */
  preopens?: Record<string, string>;
  /**
   * Ports that it listens on from its start: listening sockets from descriptor 3 on, before the preopens, which it accepts
   * connections of; `LISTEN_FDS` and `LISTEN_FDNAMES` in its environment say so, as systemd does. If one is taken, the
   * process exits with 126. It needs no grant for them.
   */
  ports?: number[];
  /** -20 to 19, default 0: who starts first when processes have to queue. A child has its parent's. */
  nice?: number;
  /** A child has its parent's, and can be given less, never more. */
  limits?: Limits;
  /**
   * Without it: everything inside this OS, nothing outside. With it: what it says, and nothing else. A child has its
   * parent's, and can be given less; asking for more rejects with ENOTCAPABLE.
   */
  capabilities?: Capabilities;
}

/** Bytes, or a text such as '256MiB' (B, KiB, MiB, GiB). */
export type Bytes = number | string;

/**
 * What a process may use; what is not said has no limit. A process that a limit ends says which on its standard error.
 * Those marked "family" count what the process and its descendants use together.
 */
export interface Limits {
  /**
   * Bytes of linear memory, rounded down to 64 KiB; at most, and by default, 1 GiB. Beyond it memory.grow, and so
   * malloc, fails. A program that begins with more is refused: status 126. EINVAL with a WebAssembly.Module.
   */
  memory?: Bytes;
  /** Seconds that it does not sleep, wall time: status 152 (SIGXCPU). */
  cpuSeconds?: number;
  /** Seconds from its start: status 142 (SIGALRM). */
  wallSeconds?: number;
  /** Descriptors open at once, beyond those that it starts with: EMFILE. */
  openFiles?: number;
  /** Family: processes at once, itself included. Starting one more fails with EAGAIN. */
  processes?: number;
  /** Family: bytes written to pipes and terminals. The next one: status 153 (SIGXFSZ). */
  outputBytes?: Bytes;
  /** Bytes of a file that it writes: EFBIG. */
  fileSize?: Bytes;
  /** Family: bytes added to the file system, in blocks of 4 KiB; what it deletes comes back: EDQUOT. */
  disk?: Bytes;
}

/** What a process may do. What is not granted answers ENOTCAPABLE in the process, and stands in `os.audit()`. */
export interface Capabilities {
  /** Directories with all below them, and files; from `cwd` on if relative. EINVAL if nothing could have that name. */
  read?: string[];
  /** Likewise, for writing, making, renaming and removing; a file that is not there yet can be named. */
  write?: string[];
  /** Ports of this OS to listen on. */
  listen?: number[] | true;
  /** 'host:port', exactly as the program says it. */
  connect?: string[] | true;
  /** Names of environment variables; others are not passed on. */
  env?: string[] | true;
  /** Start other processes. */
  spawn?: boolean;
  /** Read the clocks. Sleeping is always allowed. */
  clock?: boolean;
  /** Random numbers; many language runtimes do not start without. */
  random?: boolean;
}

/** Something that a process was refused. */
export interface AuditEntry {
  /** Milliseconds since 1970, with fractions. */
  time: number;
  pid: number;
  /** The system call, such as path_open, or listen, connect, spawn. */
  call: string;
  /** What it was about: a path in the OS, a port, a host; at most 232 bytes. Empty if there is nothing to name. */
  target: string;
  /** 'ENOTCAPABLE'. */
  errno: string;
}

export interface Process {
  readonly pid: number;
  /** Read either these two … */
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  /** … or this: both, merged. A process whose output nobody reads sleeps once 1 MiB is waiting. */
  readonly output: ReadableStream<Uint8Array>;
  /** With stdin 'pipe', or as the keyboard of a terminal. Takes bytes and texts. Keys that a program leaves unread are
   * kept up to 32 KiB; further ones are lost, and ring the bell. */
  readonly input?: WritableStream<Uint8Array | string>;
  /** The exit status, 0–255: 128+n for signal n, 134 for a trap, 126 not runnable, 127 not found. */
  readonly exit: Promise<number>;
  /** Default SIGTERM: it ends at its next system call, or after 100 ms. SIGKILL ends it at once. */
  kill(signal?: Signal): Promise<void>;
  /** Tells the terminal's new size in characters. ENOTTY without a terminal, ESRCH once the process has ended. */
  resize(size: { cols: number; rows: number }): Promise<void>;
}

export interface Detection {
  /** `rust`, `go`, `c`, `c++`, `wasm`, `python`, `javascript`; null if nothing was found. */
  language: string | null;
  runtime: string | null;
  version: string | null;
  /** What runs, a path in the folder; null if nothing can. */
  command: string | null;
  args: string[];
  /** What samovar.json says of them. */
  ports?: number[];
  limits?: Limits;
  capabilities?: Capabilities;
  /** Why, in a sentence. */
  reason: string;
  /** What has to be done first, or null. */
  missing: string | null;
}

/** Something in the kernel that is not as it must be. */
export interface Finding {
  /** Its kind: 'leak', 'link count', 'lock held', …; 'busy' if a thread did not leave the kernel in time. */
  what: string;
  /** The record concerned. */
  where: string;
  /** The rest of a sentence that begins with `where`. */
  message: string;
}

export interface ProcessInfo {
  pid: number;
  ppid: number;
  command: string;
  state: 'queued' | 'running' | 'sleeping' | 'stopped' | 'ended';
  /** Milliseconds that it did not sleep: wall time, since a browser has no clock for a thread's own. */
  cpuMs: number;
  syscalls: number;
  /** Bytes of its linear memory, as of one of its last 64 system calls. */
  memory: number;
  /** The ports on which sockets listen that it opened. */
  ports: number[];
}

export interface RuntimeInfo {
  name: string;
  language: string;
  version: string;
  /** The names by which it is spawned. */
  commands: string[];
  /** Bytes. */
  size: number;
  sha256: string;
  licence: string;
  maturity: 'planned' | 'prototype' | 'guarded' | 'documented' | 'stable';
  /** The endings of files that it runs, with the dot. */
  extensions: string[];
  /** Whether this browser keeps it. */
  installed: boolean;
  /** Whether it was added by `runtimes.add`. */
  brought: boolean;
}

/** A runtime that a user brings: a WASI preview 1 command that runs other programs. */
export interface BroughtRuntime {
  /** The name by which it is spawned. */
  command: string;
  version: string;
  /** Of the .wasm, in hex, as its maker states it. */
  sha256: string;
  /** The .wasm; or else … */
  file?: Uint8Array | ArrayBuffer | Blob;
  /** … where it is fetched from. With neither, it has to be one that this browser keeps from earlier. */
  url?: string;
  /** Bytes that it has at most; default 256 MiB. */
  size?: number;
  /** What comes before the arguments of a spawn, such as ['-q', '-f']. */
  arguments?: string[];
  /** Endings of files that it runs, such as ['.php']. */
  extensions?: string[];
  /** Variables that it needs. */
  env?: Record<string, string>;
  name?: string;
  language?: string;
}

/** A request that a preview made. */
export interface PreviewRequest {
  port: number;
  /** Counts the requests of this OS. */
  id: number;
  method: string;
  /** With the query. */
  path: string;
  /** Of the response; 0 if there was none. */
  status: number;
  /** Milliseconds until the last byte. */
  ms: number;
  /** Of the response's body. */
  bytes: number;
}

export interface Events {
  exit(pid: number, status: number): void;
  error(error: SamovarError): void;
  /** `what` is 'mount' or 'export' (counting files), or a runtime such as 'python 3.12.0' (counting bytes). */
  progress(progress: MountProgress & { what: string }): void;
  /** A process began or ended to listen on a port; `url` is where that is previewed. */
  port(port: number, change: 'open' | 'close', url: string): void;
  /** A plain iframe (or a tab) on `url` works now: the preview's service worker holds a port to the kernel. */
  'server-ready'(port: number, url: string): void;
  /** A request of a preview was answered, or given up. */
  request(request: PreviewRequest): void;
  /** A process was refused something. */
  audit(entry: AuditEntry): void;
}

export interface TunnelOptions {
  /** The port in here. Something may begin to listen there later; until then visitors are turned away. */
  port: number;
  /** The bore server, `host` or `host:port` of its control port (default 7835). Default: that of the relay's own machine. */
  server?: string;
  /** What the server was started with, if it has a secret. It stays in memory, and is never sent as it is. */
  secret?: string;
  /** The public port; 0, the default, for any. */
  remotePort?: number;
  /** The relay that opens TCP connections, as ws, wss, http or https address. Default: boot's, or the page's own server.
   * Any server of WISP 1.2 will do, with what that lacks: see docs/tunnels.md. */
  relay?: string;
  /** When it closes by itself: a Date, or milliseconds since 1970. */
  expires?: Date | number;
  /** Visitors at once, 1 to 400, default 100; further ones wait, up to 10 s. */
  maxVisitors?: number;
  /** Gives up while it is not public yet. */
  signal?: AbortSignal;
}

/** `reconnecting`: the server was lost and is asked for the same port again, with growing pauses of up to half a minute. */
export type TunnelState = 'connecting' | 'public' | 'reconnecting' | 'refused' | 'closed';

export interface Visitor {
  /** Its number while it lasts. 0: could not be let in. */
  id: number;
  state: 'open' | 'closed';
  /** Bytes that came from it, and that went to it. */
  received: number;
  sent: number;
  /** Why it ended, if not by both sides' end. */
  reason?: string;
}

export interface Tunnel {
  /** `http://host:port`; another one if the server gave the port away meanwhile and any was asked for. */
  readonly url: string;
  readonly port: number;
  readonly state: TunnelState;
  /** Why it is not public, as a sentence; empty when there is nothing to say. */
  readonly reason: string;
  /** `refused` and `closed` are final; `code` is the name of an errno. */
  on(event: 'state', listener: (state: TunnelState, more: { url: string | null; reason: string; code?: string }) => void): () => void;
  on(event: 'visitor', listener: (visitor: Visitor) => void): () => void;
  off(event: string, listener: (...args: never[]) => void): void;
  /** Who is connected now. */
  visitors(): Promise<{ id: number; received: number; sent: number }[]>;
  /** Gives the public port back and sends the visitors away. Closing twice is harmless. */
  close(): Promise<void>;
}

/** An operating system in this page. Everything is asynchronous: await each call. */
export class Samovar {
  /** Boots an OS of its own, with /work /tmp /home /dev /proc /usr. */
  static boot(options?: BootOptions): Promise<Samovar>;
  readonly fs: FileSystem;
  /** What this OS can do; what is false answers ENOSYS. */
  readonly features: Readonly<Record<string, boolean>>;
  /**
   * Copies a tree, a directory that was picked or dropped, or a zip into the OS. Of a zip with something wrong (EINVAL: a
   * name that leads out of it, encrypted, damaged; ENOSPC: too large; EIO: a file in it is damaged) nothing is left there,
   * if `at` was not there before.
   */
  mount(source: FileTree | FileSystemDirectoryHandle | Uint8Array | ArrayBuffer | Blob, options?: MountOptions): Promise<Mounted>;
  /** Gives a folder (or a file) back as the bytes of a zip; names in it are relative to the folder. */
  export(path: string, options?: ExportOptions): Promise<Uint8Array>;
  /**
   * Starts a process: a name or path in the OS, the program's bytes, or a module. Rejects only for EAGAIN, wrong options
   * and what is not there yet: a program that is not there exits 127, one that cannot run 126, and says so on stderr.
   */
  spawn(program: string | Uint8Array | WebAssembly.Module, args?: string[], options?: SpawnOptions): Promise<Process>;
  /** Finds out how a folder is run. */
  detect(directory: string): Promise<Detection>;
  /** Runs a folder as detect says; it sees itself, a /tmp of its own and /dev. ENOEXEC if there is nothing to run. */
  run(directory: string, options?: RunOptions): Promise<Process>;
  ps(): Promise<ProcessInfo[]>;
  /** Answers a function that takes the listener off again. */
  on<E extends keyof Events>(event: E, listener: Events[E]): () => void;
  off<E extends keyof Events>(event: E, listener: Events[E]): void;
  /**
   * Walks every structure of the kernel and answers what is inconsistent: nothing, if all is well. Processes are kept out
   * of the kernel meanwhile, for a few milliseconds.
   */
  check(): Promise<Finding[]>;
  /** Ends all processes and frees all memory; nothing works afterwards. */
  teardown(): Promise<void>;

  /** Runtimes are fetched, verified and kept when they are first needed; this does it ahead, or undoes it. */
  readonly runtimes: {
    list(): Promise<RuntimeInfo[]>;
    /**
     * Version: '3.12', '3.12.0', or none for the preferred one. What may pass is tried again, twice. The signal gives the
     * download up (ABORTED), unless somebody else waits for it, too.
     */
    install(command: string, version?: string, options?: { signal?: AbortSignal }): Promise<void>;
    /** Adds and installs one to this OS. The browser keeps its bytes; after a reload it is added again, without them. */
    add(runtime: BroughtRuntime, options?: { signal?: AbortSignal }): Promise<void>;
    remove(command: string, version?: string): Promise<void>;
  };

  /** What processes were refused, the oldest first: the last 255 refusals of this OS. */
  audit(): Promise<AuditEntry[]>;

  readonly tunnel: {
    /**
     * Gets a public port from a bore server, and joins each visitor to a connection to `port` in here. Resolves once it is
     * public. Rejects with EACCES (the relay does not allow that server, or the secret is wrong, missing or not asked for),
     * ECONNREFUSED, EHOSTUNREACH, ETIMEDOUT (no server there), ENETUNREACH (no relay), EADDRINUSE, EINVAL, EADDRNOTAVAIL
     * (no such public port to be had), EPROTO (what answers is no bore server).
     */
    open(options: TunnelOptions): Promise<Tunnel>;
  };
}
