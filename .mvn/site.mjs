// What the builds of served folders have in common: compressed twins of the files.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Smaller files than this fit into one packet anyway. */
const WORTH_IT = 1400;
const TWIN = /\.(gz|br)$/;

/** The files below a folder, as paths with slashes, sorted; without compressed twins. */
export function filesOf(folder, prefix = '') {
  return readdirSync(join(folder, prefix)).sort().flatMap((name) => {
    const path = prefix ? `${prefix}/${name}` : name;
    return statSync(join(folder, path)).isDirectory() ? filesOf(folder, path) : TWIN.test(name) ? [] : [path];
  });
}

/** Writes FILE.br and FILE.gz beside a file, where that saves anything. */
export function compress(file, quality = constants.BROTLI_MAX_QUALITY) {
  const bytes = readFileSync(file);
  if (bytes.length < WORTH_IT) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  for (const [ending, twin] of [['br', brotliCompressSync(bytes, { params })], ['gz', gzipSync(bytes, { level: 9 })]]) {
    if (twin.length < bytes.length) writeFileSync(`${file}.${ending}`, twin);
  }
}
