// One file of a Debian package.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './commands.mjs';
import { openArchive } from './debian.mjs';

/**
 * Fetches the package and takes the file out of it.
 *
 * @param {{deb: string, suite: string, path: string}} source package, suite, the file's path in the package
 * @param {string} work an empty folder
 * @param {(line: string) => void} say hears about progress
 * @returns {Promise<string>} where the file is
 */
export default async function make({ deb, suite, path }, work, say) {
  say(`fetching Debian's package ${deb}`);
  const archive = await openArchive({ deb: [suite] }, work, say);
  const [file] = await archive.packages([`${deb}/${suite}`]);
  const unpacked = join(work, 'unpacked');
  mkdirSync(unpacked);
  await run('dpkg-deb', ['-x', file, unpacked], { say });
  return join(unpacked, path);
}
