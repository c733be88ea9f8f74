// Runs `npm ci` in the current folder, unless node_modules was already made from this very lock file.
import { copyFileSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const here = `${process.cwd()}/`;
const lock = `${here}package-lock.json`;
const stamp = `${here}node_modules/.made-from-lock`;

function upToDate() {
  try {
    return readFileSync(stamp).equals(readFileSync(lock));
  } catch {
    return false;
  }
}

if (!upToDate()) {
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' });
  if (npm.status !== 0) {
    const why = npm.error ? npm.error.message : `it ended with status ${npm.status}`;
    console.error(`${here}: npm ci failed (${why}). It needs npm on the PATH and an npm registry within reach.`);
    process.exit(1);
  }
  copyFileSync(lock, stamp);
}
