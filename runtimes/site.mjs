// Makes target/site/runtimes: the catalogue as the page reads it, and the files that its entries mount. A mount's `file`
// may be a folder here; there each of its files is listed. An `image` is a file there, made where its runtime is.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { imageName, makeImage } from './javascript/build/image.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const site = join(here, 'target/site/runtimes');
const made = join(here, '../.samovar/site/runtimes');
const catalogue = JSON.parse(readFileSync(join(here, 'manifest.json'), 'utf8'));

rmSync(site, { recursive: true, force: true });
for (const runtime of catalogue.runtimes) {
  const images = runtime.mounts.filter(({ image }) => image).map(({ at }) => ({ file: imageName(runtime), at }));
  const files = runtime.mounts.filter(({ file }) => file)
    .flatMap(({ file, at }) => list(file).map((each) => ({ file: each, at: at + each.slice(file.length) })));
  runtime.mounts = [...files, ...images];
  if (images.length && existsSync(join(made, runtime.file))) {
    makeImage(runtime, made);                // otherwise make.mjs does, once it has the runtime
  }
  for (const { file } of files) {
    mkdirSync(dirname(join(site, file)), { recursive: true });
    cpSync(join(here, file), join(site, file));
  }
}
mkdirSync(site, { recursive: true });
writeFileSync(join(site, 'manifest.json'), JSON.stringify(catalogue));

function list(file) {
  if (!statSync(join(here, file)).isDirectory()) {
    return [file];
  }
  return readdirSync(join(here, file)).sort().filter((name) => name !== 'test' && name !== 'README.md').flatMap((name) => list(`${file}/${name}`));
}
