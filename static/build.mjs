// Makes target/site: everything under src, the terminal's files from npm under vendor/xterm, and compressed
// twins.
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compress, filesOf } from '../.mvn/site.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const site = `${here}target/site`;

const vendored = {
  'xterm.mjs': '@xterm/xterm/lib/xterm.mjs',
  'xterm.css': '@xterm/xterm/css/xterm.css',
  'LICENSE': '@xterm/xterm/LICENSE',
  'addon-fit.mjs': '@xterm/addon-fit/lib/addon-fit.mjs',
};

rmSync(site, { recursive: true, force: true });
mkdirSync(`${site}/vendor/xterm`, { recursive: true });
cpSync(`${here}src`, site, { recursive: true });
for (const [name, from] of Object.entries(vendored)) {
  cpSync(`${here}node_modules/${from}`, `${site}/vendor/xterm/${name}`);
}

// The page's scripts come as one file each: their modules, one asking for the next, would take as many rounds to the server.
await build({
  entryPoints: ['sdk/samovar.js', 'app/kernel.js', 'app/main.js', 'app/qr.js'].map((name) => `${here}src/${name}`), outbase: `${here}src`,
  bundle: true, minify: true, format: 'esm', target: 'es2022', sourcemap: 'linked', outdir: site,
  external: ['/sdk/*', '/vendor/*', './kernel.js', './qr.js'],
});

filesOf(site).forEach((file) => compress(`${site}/${file}`));
