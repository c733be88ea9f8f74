// CPython's own command, compiled from Debian's source with zlib, bzip2, SQLite, sockets (python/sockets.c) and signals
// (python/signals.c); and its standard library as one archive. The compiler, and a Python of the same version for what has to run at build time, are
// Debian's packages, unpacked beside the sources: nothing is installed, and no root is needed.

import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './commands.mjs';
import { openArchive } from './debian.mjs';

const here = fileURLToPath(new URL('python/', import.meta.url));

// What the result depends on is pinned; the rest only has to work. Of Debian 12, whose programs run on whatever is newer.
const CLANG = '1:19.1.7-3~deb12u1';
const TOOLS = [
  ...['clang-19', 'lld-19', 'libllvm19', 'libclang-cpp19', 'libclang-common-19-dev', 'libclang-rt-19-dev-wasm32', 'llvm-19'].map(name => `${name}=${CLANG}`),
  'wasi-libc=0.0~git20241209.574b88d-2',
  ...['make', 'xz-utils', 'libxml2', 'libicu72', 'libedit2', 'libz3-4', 'libbsd0', 'libmd0', 'libffi8', 'libtinfo6', 'tcl8.6', 'libtcl8.6'].map(name => `${name}/bookworm`),
];
// A program of Debian 13, with the libraries that it needs beside it.
const BUILD_PYTHON = ['python3.13-minimal', 'libpython3.13-minimal', 'libpython3.13-stdlib', 'libc6', 'zlib1g', 'libexpat1'].map(name => `${name}/trixie`);
// Of the large packages, only what is used.
const PARTS = { 'llvm-19_': ['./usr/lib/llvm-19/bin/llvm-ar', './usr/lib/llvm-19/bin/llvm-ranlib'] };

// A change here changes the result, which is pinned to the byte.
const OPTIMISE = '-O2';
const SQLITE = [
  '-DSQLITE_THREADSAFE=0', '-DSQLITE_OMIT_LOAD_EXTENSION', '-DSQLITE_OMIT_WAL', '-DSQLITE_DEFAULT_UNIX_VFS="unix-none"',
  '-DSQLITE_ENABLE_FTS4', '-DSQLITE_ENABLE_FTS5', '-DSQLITE_ENABLE_RTREE', '-DSQLITE_ENABLE_MATH_FUNCTIONS',
  '-D_WASI_EMULATED_MMAN', '-D_WASI_EMULATED_GETPID',
];
/**
 * Changes in CPython's own source: file, what stands there, what shall.
 *
 * Chromium gives a worker 500 KB of stack, where CPython counts on megabytes. A level of recursion in C takes up to 380
 * bytes of it, one through the interpreter's own loop some 1 000 more.
 */
const CHANGES = [
  ['Include/cpython/pystate.h', 'define Py_C_RECURSION_LIMIT 5000', 'define Py_C_RECURSION_LIMIT 1000'],
  ['Python/ceval.c', 'define PY_EVAL_C_STACK_UNITS 2', 'define PY_EVAL_C_STACK_UNITS 3'],
  // Its parser counts levels of its own, 4 000 of 100 bytes: there are fewer for one that is called from deep down.
  ['Parser/pegen.c', 'p->level = 0;', 'p->level = 3 * (Py_C_RECURSION_LIMIT - PyThreadState_Get()->c_recursion_remaining);'],
  ['Include/internal/pycore_emscripten_signal.h', '#if defined(__EMSCRIPTEN__)', '#if defined(__wasi__)'],
  ['Include/internal/pycore_emscripten_signal.h', '_PERIODICALLY() _Py_CheckEmscriptenSignalsPeriodically()',
    '_PERIODICALLY() do { if (--_Py_emscripten_signal_clock <= 0) _Py_CheckEmscriptenSignalsPeriodically(); } while (0)'],
  ['Python/pylifecycle.c', 'handler = signal(sig, SIG_IGN);\n    if (handler != SIG_ERR)\n        signal(sig, handler);',
    'extern PyOS_sighandler_t samovar_handler(int);\n    handler = samovar_handler(sig);'],
  // Reading the archive's directory, by a loop in Python, is a good part of each start: stdlib.py has read it.
  ['Lib/zipimport.py', 'def _read_directory(archive):\n', `def _read_directory(archive):
    if archive == '/usr/lib/python313.zip':
        try:
            with _io.open_code('/usr/lib/python313.index') as index:
                return marshal.loads(index.read())
        except OSError:
            pass

`],
  // The end by ^C is one by a signal, as it is on POSIX: who started it sees -2.
  ['Modules/main.c', '#if defined(HAVE_GETPID) && defined(HAVE_KILL) && !defined(MS_WINDOWS)', '#ifdef __wasi__'],
  ['Modules/main.c', 'kill(getpid(), SIGINT)', 'raise(SIGINT)'],
  // Preview 1 has no permissions: without any, nobody could read what comes out of an archive made here. And none of its
  // types is a pipe's.
  ['Modules/posixmodule.c', 'PyLong_FromLong((long)st->st_mode)',
    'PyLong_FromLong((long)(!st->st_mode ? S_IFIFO | 0600 : st->st_mode | (S_ISLNK(st->st_mode) ? 0777 : S_ISDIR(st->st_mode) ? 0755 : 0644)))'],
  // The library is an archive, in the place that it was configured for: nothing is missing without PYTHONHOME (-I, -E).
  ['Modules/getpath.py', "        if not any(isfile(joinpath(prefix, f)) for f in STDLIB_LANDMARKS):\n            warn('Could not find platform independent libraries <prefix>')\n", ''],
  ['Modules/getpath.py', "            else:\n                warn('Could not find platform dependent libraries <exec_prefix>')\n", ''],
];
/** The release's day: what __DATE__ says. */
const EPOCH = '1749686400';
/** How many lines make prints, for the progress. */
const LINES = 306;

/**
 * Fetches and builds; that takes minutes. What was interrupted goes on where it was: its folder is kept until it is done.
 *
 * @param {object} source Debian's package of CPython, and in `with` those of zlib, bzip2 and SQLite
 * @param {string} folder an empty folder
 * @param {(line: string) => void} say hears about progress
 * @param {(part: number) => void} progress hears how much is done, from 0 to 1
 * @returns {Promise<string>} where the .wasm is; stdlib.zip and stdlib.index are beside it
 */
export default async function make(source, folder, say, progress) {
  const work = workFolder(source);
  const at = (...names) => join(work, ...names);
  const once = async (name, action) => {
    if (existsSync(at(`${name}.done`))) return;
    await action();
    writeFileSync(at(`${name}.done`), '');
  };
  mkdirSync(at('bin'), { recursive: true });
  const env = { PATH: `${at('bin')}:${process.env.PATH}`, SOURCE_DATE_EPOCH: EPOCH, PYTHONHASHSEED: '0', LC_ALL: 'C.UTF-8', MAKEFLAGS: '' };
  const options = { env, seconds: 1800, say, nice: 10 };

  await once('fetched', async () => {
    say('fetching the sources and the compiler, Debian packages of 100 MB');
    mkdirSync(at('fetched'), { recursive: true });
    const archive = await openArchive({ 'deb-src': ['trixie'], deb: ['bookworm', 'trixie'] }, at('fetched'), say);
    await unpack(await archive.packages(TOOLS), at('tools'), say);
    await unpack(await archive.packages(BUILD_PYTHON), at('build-python'), say);
    writeTools(work);
    for (const [name, each] of Object.entries({ python: source, ...source.with })) {
      const tarball = await archive.source({ suite: source.suite, ...each });
      rmSync(at(name), { recursive: true, force: true });
      mkdirSync(at(name));
      await run('tar', ['-xf', tarball, '-C', at(name), '--strip-components=1'], { ...options, what: `unpacking ${name}` });
    }
    for (const [file, was, is] of CHANGES) change(at('python', file), was, is);
    rmSync(at('fetched'), { recursive: true, force: true });
  });
  progress(0.1);

  say('compiling, which takes some minutes');
  await once('libraries', () => run('sh', ['-ec', `
    mkdir -p lib include/sys
    cp ${quote(here + 'include/netdb.h')} zlib/zlib.h zlib/zconf.h bzip2/bzlib.h include
    cp ${quote(here + 'include/sys/socket.h')} include/sys
    cp ${quote(here + 'config.site')} .
    mkdir -p objects/z objects/bz2 objects/sockets
    (cd objects/z && cc ${OPTIMISE} -DHAVE_UNISTD_H -c $(ls ../../zlib/*.c))
    (cd objects/bz2 && cc ${OPTIMISE} -c $(for i in blocksort huffman crctable randtable compress decompress bzlib; do echo ../../bzip2/$i.c; done))
    (cd objects/sockets && cp ${['sockets.c', 'folder.c', 'signals.c'].map(name => quote(here + name)).join(' ')} . && cc ${OPTIMISE} -D_WASI_EMULATED_SIGNAL -I ../../include -c sockets.c folder.c signals.c && mv folder.o signals.o ../../lib)
    for i in z bz2 sockets; do llvm-ar rcsD lib/lib$i.a objects/$i/*.o; done
    cd sqlite
    make -f main.mk TOP=. BCC=build-cc TCC=cc TCCX=cc sqlite3.c
    cp sqlite3.h ../include
    `], { ...options, cwd: work, what: 'compiling the libraries' }));
  progress(0.15);

  const sqlite = once('sqlite', () => run('sh', ['-ec', `
    cc ${OPTIMISE} ${SQLITE.map(quote).join(' ')} -c sqlite3.c -o sqlite3.o
    llvm-ar rcsD ../lib/libsqlite3.a sqlite3.o
    `], { ...options, cwd: at('sqlite'), what: 'compiling SQLite' }));
  sqlite.catch(() => {});                  // it is waited for below
  await once('configured', () => run('sh', ['./configure',
    '--host=wasm32-wasi', `--build=${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-pc-linux-gnu`, '--prefix=/usr', `--with-build-python=${at('bin/python3.13')}`,
    '--disable-test-modules', '--with-suffix=.wasm', `OPT=-DNDEBUG -fwrapv ${OPTIMISE}`,
    'CC=cc', 'AR=llvm-ar', 'RANLIB=llvm-ranlib', 'READELF=true', 'PKG_CONFIG=false', 'HOSTRUNNER=false', 'CONFIG_SITE=../config.site',
    'CFLAGS=-Wno-unused-command-line-argument', 'CPPFLAGS=-I../include', 'LDFLAGS=-L../lib -Wl,--strip-all', 'LIBS=../lib/folder.o ../lib/signals.o -lsockets',
    'ZLIB_CFLAGS= ', 'ZLIB_LIBS=-lz', 'BZIP2_CFLAGS= ', 'BZIP2_LIBS=-lbz2', 'LIBSQLITE3_CFLAGS= ', 'LIBSQLITE3_LIBS=-lsqlite3',
  ], { ...options, cwd: at('python'), what: 'configuring' }));
  progress(0.2);

  let lines = 0;
  const compile = targets => run('make', [`-j${cpus().length}`, ...targets], {
    ...options, cwd: at('python'), what: 'compiling',
    hear: text => { lines += text.split('\n').length - 1; progress(0.2 + 0.75 * Math.min(1, lines / LINES)); },
  });
  await compile(['libpython3.13.a']);
  await sqlite;                            // which only linking needs
  await compile(['python.wasm', 'pybuilddir.txt']);
  const sysconfig = join(readFileSync(at('python/pybuilddir.txt'), 'utf8'), '_sysconfigdata__wasi_wasm32-wasi.py');
  await run('python3.13', [join(here, 'stdlib.py'), 'Lib', sysconfig, join(folder, 'stdlib.zip')], { ...options, cwd: at('python'), what: 'packing the library' });
  copyFileSync(at('python/python.wasm'), join(folder, 'python.wasm'));
  rmSync(work, { recursive: true, force: true });
  return join(folder, 'python.wasm');
}

/** The folder to build in: another for each change of what goes in, and without spaces, which make cannot bear. */
function workFolder(source) {
  const hash = createHash('sha256').update(JSON.stringify(source));
  for (const name of ['../python.mjs', 'config.site', 'sockets.c', 'folder.c', 'signals.c', 'include/netdb.h', 'include/sys/socket.h']) hash.update(readFileSync(join(here, name)));
  const state = fileURLToPath(new URL('../../.samovar/', import.meta.url));
  const [parent, start] = /[^\w./-]/.test(state) ? [tmpdir(), `samovar-python-${userInfo().uid}-`] : [state, 'python-'];
  const name = start + hash.digest('hex').slice(0, 16);
  for (const other of readdirSync(parent)) {
    if (other.startsWith(start) && other !== name) rmSync(join(parent, other), { recursive: true, force: true });
  }
  return join(parent, name);
}

/** Does the same to the same source or nothing: a version that differs has to be looked at. */
function change(file, was, is) {
  const parts = readFileSync(file, 'utf8').split(was);
  if (parts.length !== 2) throw new Error(`${file} is not what it was: ${was}`);
  writeFileSync(file, parts.join(is));
}

async function unpack(packages, root, say) {
  mkdirSync(root, { recursive: true });
  for (const file of packages) {
    const parts = Object.entries(PARTS).find(([start]) => basename(file).startsWith(start))?.[1];
    await run('sh', ['-ec', parts
      ? `dpkg-deb --fsys-tarfile ${quote(file)} | tar -x -C ${quote(root)} ${parts.join(' ')}`
      : `dpkg-deb -x ${quote(file)} ${quote(root)}`], { say, what: `unpacking ${basename(file)}` });
    rmSync(file);
  }
}

/** The commands that the build calls, by short names. */
function writeTools(work) {
  const tools = join(work, 'tools/usr');
  const llvm = `${tools}/lib/llvm-19`;
  const arch = readdirSync(join(tools, 'lib')).find(name => name.endsWith('-linux-gnu'));
  const libraries = `${tools}/lib/${arch}:${llvm}/lib`;
  const command = (name, ...lines) => writeFileSync(join(work, 'bin', name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  const clang = `${llvm}/bin/clang --target=wasm32-wasi --sysroot=${tools}`;
  command('cc', `LD_LIBRARY_PATH=${libraries} exec ${clang} "$@"`);
  for (const name of ['llvm-ar', 'llvm-ranlib']) command(name, `LD_LIBRARY_PATH=${libraries} exec ${llvm}/bin/${name} "$@"`);
  command('wasm-ld-19', `LD_LIBRARY_PATH=${libraries} exec ${llvm}/bin/wasm-ld "$@"`);
  for (const name of ['make', 'xz']) command(name, `exec ${tools}/bin/${name} "$@"`);
  command('tclsh', `LD_LIBRARY_PATH=${libraries} TCL_LIBRARY=${tools}/share/tcltk/tcl8.6 TCL8_6_TM_PATH=${tools}/share/tcltk/tcl8.6/tcl8 exec ${tools}/bin/tclsh8.6 "$@"`);
  // SQLite makes some of its source by small programs of its own: they are compiled for WASI, too, and Node runs them.
  writeFileSync(join(work, 'bin/wasi.mjs'), WASI_COMMAND);
  command('build-cc', '[ "$1" = -o ] || exit 1', `cc -O1 -D_WASI_EMULATED_PROCESS_CLOCKS -lwasi-emulated-process-clocks -Wl,-z,stack-size=1048576 -o "$2.wasm" "$3" || exit`,
    `printf '#!/bin/sh\nexec ${process.execPath} ${NODE_FLAGS} ${work}/bin/wasi.mjs %s "$@"\n' "$PWD/$2.wasm" >"$2"`, 'chmod +x "$2"');
  const python = join(work, 'build-python/usr');
  const home = `${python}/lib/${arch}`;
  const loader = readdirSync(home).find(name => /^ld-linux.*\.so/.test(name));
  command('python3.13', `PYTHONHOME=${python} exec ${home}/${loader} --library-path ${home} --argv0 ${work}/bin/python3.13 ${python}/bin/python3.13 "$@"`);
}

/** With these, node:wasi can be trusted, and Node 18 has it. */
const NODE_FLAGS = '--no-warnings --no-turbo-fast-api-calls --experimental-wasi-unstable-preview1';
const WASI_COMMAND = `
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';
const [file, ...args] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args: [file, ...args], env: {}, preopens: { '.': '.' }, returnOnExit: true });
const { instance } = await WebAssembly.instantiate(readFileSync(file), { wasi_snapshot_preview1: wasi.wasiImport });
process.exitCode = wasi.start(instance);
`;

function quote(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
