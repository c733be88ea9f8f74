// A program of our own, which is committed beside its source.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @param {{path: string}} source the file's path in this folder's parent
 * @param {string} work an empty folder
 * @returns {Promise<string>} where the file is
 */
export default async function make({ path }, work) {
  const made = join(work, 'program.wasm');
  copyFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), made);
  return made;
}
