// node:process

import process from '../core/process.js';

export default process;
export const { argv, env, exit, cwd, chdir, nextTick, hrtime, uptime, memoryUsage, platform, arch, version, versions, pid, emitWarning } = process;
