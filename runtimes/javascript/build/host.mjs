// qjs on node:wasi, with a network inside the program, in a process of its own: host.mjs WASM PREOPENS [ARGUMENT …]

import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';
import { withNetwork } from './network.mjs';

const [wasm, preopens, ...args] = process.argv.slice(2);
const wasi = new WASI({
  version: 'preview1', returnOnExit: true, preopens: JSON.parse(preopens), env: { PWD: '/project', HOME: '/home', ...process.env.GUEST_ENV ? JSON.parse(process.env.GUEST_ENV) : {} },
  args: ['qjs', '--module', ...args],
});
let memory;
const imports = withNetwork(wasi.wasiImport, () => memory);
const instance = await WebAssembly.instantiate(await WebAssembly.compile(readFileSync(wasm)), { wasi_snapshot_preview1: imports });
({ memory } = instance.exports);
process.exit(wasi.start(instance));
