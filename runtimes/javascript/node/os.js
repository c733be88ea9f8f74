// node:os

import * as qjs from 'qjs:os';
import * as std from 'qjs:std';
import process from '../core/process.js';
import { errnoNumbers } from '../core/output.js';

export const EOL = '\n';
export const devNull = '/dev/null';
export const platform = () => 'wasi';
export const type = () => 'Samovar';
export const arch = () => 'wasm32';
export const machine = () => 'wasm32';
export const endianness = () => 'LE';
export const release = () => '1';
export const version = () => 'WASI preview 1';
export const hostname = () => process.env.HOSTNAME ?? 'samovar';
export const homedir = () => process.env.HOME ?? '/home';
export const tmpdir = () => process.env.TMPDIR ?? '/tmp';
export const uptime = () => qjs.now() / 1e6;
export const availableParallelism = () => 1;
export const cpus = () => [{ model: 'WebAssembly', speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }];
export const loadavg = () => [0, 0, 0];
/** Bytes of the whole OS. */
export const totalmem = () => memory('MemTotal');
export const freemem = () => memory('MemFree');
export const networkInterfaces = () => ({
  lo: [{ address: '127.0.0.1', netmask: '255.0.0.0', family: 'IPv4', mac: '00:00:00:00:00:00', internal: true, cidr: '127.0.0.1/8' }],
});
export const userInfo = () => ({ uid: 0, gid: 0, username: process.env.USER ?? 'user', homedir: homedir(), shell: null });
export const constants = {
  errno: errnoNumbers,
  signals: { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 },
};

function memory(field) {
  const line = new RegExp(`^${field}: *(\\d+) kB`, 'm').exec(std.loadFile('/proc/meminfo') ?? '');
  return 1024 * Number(line?.[1] ?? 0);
}

export default { EOL, arch, availableParallelism, constants, cpus, devNull, endianness, freemem, homedir, hostname, loadavg, machine, networkInterfaces, platform, release, tmpdir, totalmem, type, uptime, userInfo, version };
