// Makes target/site/runtimes: the catalogue as the page reads it, and the files that its entries mount. A mount's `file`
// may be a folder here; there each of its files is listed, with its hash. An `image` is a file there, made where its runtime is.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { imageName, makeImage } from './javascript/build/image.mjs';
import { mountedName } from './mounts.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const site = join(here, 'target/site/runtimes');
const made = join(here, '../.samovar/site/runtimes');
const catalogue = JSON.parse(readFileSync(join(here, 'manifest.json'), 'utf8'));

rmSync(site, { recursive: true, force: true });
for (const runtime of catalogue.runtimes) {
  const images = runtime.mounts.filter(({ image }) => image).map(({ at }) => ({ file: imageName(runtime), at }));
  const files = runtime.mounts.filter(({ file }) => file)
    .flatMap(({ file, at }) => list(file).map((each) => ({ file: each, at: at + each.slice(file.length) })));
  const beside = runtime.mounts.filter((mount) => mount.made).map((mount) => ({ file: mountedName(mount.made, mount.sha256), sha256: mount.sha256, at: mount.at }));
  runtime.mounts = [...files, ...images, ...beside];
  if (images.length && existsSync(join(made, runtime.file))) {
    makeImage(runtime, made);                // otherwise make.mjs does, once it has the runtime
  }
  for (const mount of files) {
    const contents = readFileSync(join(here, mount.file));
    mount.sha256 = createHash('sha256').update(contents).digest('hex');
    mkdirSync(dirname(join(site, mount.file)), { recursive: true });
    writeFileSync(join(site, mount.file), contents);
  }
}
mkdirSync(site, { recursive: true });
writeFileSync(join(site, 'manifest.json'), JSON.stringify({ runtimes: catalogue.runtimes }));

function list(file) {
  if (!statSync(join(here, file)).isDirectory()) {
    return [file];
  }
  return readdirSync(join(here, file)).sort().filter((name) => name !== 'test' && name !== 'README.md').flatMap((name) => list(`${file}/${name}`));
}
