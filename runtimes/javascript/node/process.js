// node:process

import process from '../core/process.js';

export default process;
export const {
  abort, arch, argv, argv0, chdir, config, cpuUsage, cwd, emitWarning, env, execArgv, execPath, exit, features, getegid, geteuid, getgid, getuid, hrtime, kill, memoryUsage, nextTick,
  pid, platform, ppid, release, resourceUsage, stderr, stdin, stdout, title, umask, uptime, version, versions,
} = process;
