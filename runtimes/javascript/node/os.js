// node:os

import * as qjs from 'qjs:os';
import process from '../core/process.js';
import { errnoNames } from '../core/output.js';

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
export const userInfo = () => ({ uid: 0, gid: 0, username: process.env.USER ?? 'user', homedir: homedir(), shell: null });
export const constants = {
  errno: Object.fromEntries(Object.entries(errnoNames).map(([number, name]) => [name, Number(number)])),
  signals: { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 },
};

export default { EOL, arch, availableParallelism, constants, devNull, endianness, homedir, hostname, machine, platform, release, tmpdir, type, uptime, userInfo, version };
