// qjs on node:wasi, in a process of its own: host.mjs WASM PREOPENS [ARGUMENT …]

import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [wasm, preopens, ...args] = process.argv.slice(2);
const wasi = new WASI({
  version: 'preview1', returnOnExit: true, preopens: JSON.parse(preopens), env: { PWD: '/project', HOME: '/home' },
  args: ['qjs', '--module', ...args],
});
const module = await WebAssembly.compile(readFileSync(wasm));
process.exit(wasi.start(await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport })));
