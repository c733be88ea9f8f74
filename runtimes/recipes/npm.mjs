// A runtime that is one file of an npm package.

import { join } from 'node:path';
import { Unavailable, retry, run } from './commands.mjs';

/**
 * Fetches the package and takes the file out of it.
 *
 * @param {{npm: string, version: string, path: string}} source package, exact version, the file's path in the package
 * @param {string} work an empty folder
 * @param {(line: string) => void} say hears about progress
 * @returns {Promise<string>} where the file is
 */
export default async function make({ npm, version, path }, work, say) {
  const name = `${npm}@${version}`;
  say(`fetching npm package ${name}`);
  const tarball = await retry(say, () => pack(name, work, say));
  try {
    await run('tar', ['-xzmf', tarball, '-C', work, `package/${path}`]);
  } catch (error) {
    throw new Unavailable(`${name} holds no ${path} (${error.message})`);
  }
  return join(work, 'package', path);
}

// npm checks the tarball against the integrity the registry states; what is pinned here is the file inside.
async function pack(name, work, say) {
  try {
    const args = ['pack', name, '--ignore-scripts', '--fetch-retries=0', '--loglevel=error'];
    const printed = await run('npm', args, { cwd: work, seconds: 900, say, what: 'npm pack' });
    return join(work, printed.trim().split('\n').pop());
  } catch (error) {
    if (/\b(E404|ETARGET)\b/.test(error.output)) throw new Unavailable(`npm has no ${name} (any more)`);
    throw error;
  }
}
