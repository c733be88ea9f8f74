// Makes target/site/__samovar: the bootstrap and broker documents as they are, and sw.js, a classic script (not every
// browser takes modules there) of the modules under src/worker, one after the other, with the shim as a text in it.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compress, filesOf } from '../.mvn/site.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const site = `${here}target/site/__samovar`;

/** In the order of their needs. */
const MODULES = ['addresses', 'headers', 'injection', 'kernel-link', 'exchange', 'pages', 'service-worker'];

/** Without comments and indentation: it goes into every page. No string of the shim spans lines or holds two slashes. */
function small(script) {
  return script.replace(/\/\*[\s\S]*?\*\//g, '').split('\n')
    .map((line) => line.trim()).filter((line) => line && !line.startsWith('//')).join('\n');
}

const read = (path) => readFileSync(`${here}src/${path}`, 'utf8');

function plain(module) {
  return read(`worker/${module}.js`).replace(/^import .*;\n/gm, '').replace(/^export /gm, '');
}

rmSync(`${here}target/site`, { recursive: true, force: true });
mkdirSync(site, { recursive: true });
for (const file of ['bootstrap.html', 'bootstrap.js', 'broker.html', 'broker.js']) {
  cpSync(`${here}src/${file}`, `${site}/${file}`);
}
const shim = `const SHIM = ${JSON.stringify(small(read('shim.js').replace('/* addresses.js */', () => plain('addresses'))))};\n`;
writeFileSync(`${site}/sw.js`, `'use strict';\n(() => {\n${shim}\n${MODULES.map(plain).join('\n')}})();\n`);
filesOf(site).forEach((file) => compress(`${site}/${file}`));
