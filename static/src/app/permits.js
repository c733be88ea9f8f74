import { view } from './files.js';
import { bytes } from './format.js';

const WORDS = {
  read: (path) => `Read what is below ${path}`,
  write: (path) => `Change what is below ${path}`,
  listen: (port) => (port === '*' ? 'Listen on any port of this OS' : `Listen on port ${port}`),
  connect: (target) => (target === '*' ? 'Connect to any host' : `Connect to ${target}`),
  env: (name) => (name === '*' ? 'Be given every environment variable' : `Be given the environment variable ${name}`),
  spawn: () => 'Start processes, which may do no more than it',
  clock: () => 'Read the clock',
  random: () => 'Draw random numbers',
};
const LIMITS = {
  memory: (n) => `${bytes(n)} of memory`, cpuSeconds: (n) => `${n} s of computing`, wallSeconds: (n) => `${n} s in all`,
  openFiles: (n) => `${n} open files`, processes: (n) => `${n} processes`, outputBytes: (n) => `${bytes(n)} of output`,
  fileSize: (n) => `${bytes(n)} in a file`, disk: (n) => `${bytes(n)} on the disk`,
};

/** Shows what a process may do and how much it may take, as the kernel has it. */
export async function showPermits(os, { pid, command }) {
  const lines = async (file) => (await os.fs.readFile(`/proc/${pid}/${file}`, 'utf8')).split('\n').filter(Boolean)
    .map((line) => [line.split(' ', 1)[0], line.slice(line.indexOf(' ') + 1)]);
  const may = (await lines('capabilities')).map(([what, detail]) => WORDS[what]?.(detail) ?? `${what} ${detail}`);
  const most = (await lines('limits')).filter(([, value]) => /^[\d.]+$/.test(value))
    .map(([what, value]) => LIMITS[what]?.(Number(value)) ?? `${what} ${value}`);
  const list = (items, none) => (items.length ? items : [none]).map((item) => `  ${item}`).join('\n');
  view(`Process ${pid}`, `${command}\n\nIt may\n${list(may, 'do nothing but compute')}\n\nIt may take at most\n${list(most, 'what there is')}\n`);
}
