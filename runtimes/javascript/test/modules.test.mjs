import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './run.mjs';


async function prints(expected, files, options) {
  const { stdout, stderr, status } = await run(files, options);
  assert.equal(stderr, '');
  assert.equal(stdout, expected);
  assert.equal(status, 0);
}

test('ES modules: named, default, star, JSON, top-level await, import.meta', () => prints('1 2 {"j":3} ok /project/main.mjs /project/lib true\n', {
  'main.mjs': `import one, { two } from './lib/a.mjs';
    import * as all from './lib/a.mjs';
    import json from './data.json' with { type: 'json' };
    const text = await Promise.resolve('ok');
    console.log(one, two, JSON.stringify(json), text, import.meta.filename, all.place, import.meta.url === 'file:///project/main.mjs');`,
  'lib/a.mjs': 'export default 1; export const two = 2; export const place = import.meta.dirname;',
  'data.json': '{"j":3}',
}));

test('import() is a call where QuickJS says so, and text elsewhere', () => prints("7 import('./b.mjs') 7\n", {
  'main.mjs': "const m = await import('./b.mjs'); // import('./nothing.mjs')\nconst name = 'b'; console.log(m.x, \"import('./b.mjs')\", (await import(`./${name}.mjs`)).x);",
  'b.mjs': 'export const x = 7;',
}));

test('import() from CommonJS', () => prints('7\n', {
  'main.cjs': "import('./b.mjs').then(m => console.log(m.x));",
  'b.mjs': 'export const x = 7;',
}));

test('modules in a circle', () => prints('a b a path true\n', {
  'main.mjs': "import { a, name } from './a.mjs'; console.log(a(), name);",
  'a.mjs': "import { b } from './b.mjs'; import path from 'node:path';\nexport function a() { return 'a ' + b(); }\nexport const name = (path.sep === '/' ? 'path ' : '') + (import.meta.filename === '/project/a.mjs');",
  'b.mjs': "import { a } from './a.mjs'; const note = \"import { a } from './a.mjs'\"; export const b = () => 'b ' + a.name;",
}));

test('CommonJS: require, module, circle, cache, JSON, folders', () => prints('1 {"j":3} index main /project/main.js 1 partial true\n', {
  'main.js': `const a = require('./a'), again = require('./a.js');
    console.log(a.one, JSON.stringify(require('./data')), require('./folder'), require('./packed'), __filename, again.one, require('./x').y, require.main === module);`,
  'a.js': 'exports.one = 1;',
  'data.json': '{"j":3}',
  'folder/index.js': "module.exports = 'index';",
  'packed/package.json': '{"main":"lib/m"}',
  'packed/lib/m.js': "module.exports = 'main';",
  'x.js': "exports.y = 'partial'; require('./z');",
  'z.js': "if (require('./x').y !== 'partial') throw new Error('circle');",
}));

test('packages: main, exports with conditions and patterns, scopes, imports of their own', () => prints('required imported sub-x scoped inner\n', {
  'main.mjs': `import { createRequire } from 'node:module';
    import dual from 'dual'; import { x } from 'dual/sub/x'; import scoped from '@s/pkg'; import inner from '#inner';
    console.log(createRequire(import.meta.url)('dual'), dual, x, scoped, inner);`,
  'package.json': '{"imports":{"#inner":"./inner.mjs"}}',
  'inner.mjs': "export default 'inner';",
  'node_modules/dual/package.json': '{"exports":{".":{"import":"./i.mjs","require":"./r.cjs"},"./sub/*":"./sub/*.mjs"}}',
  'node_modules/dual/i.mjs': "export default 'imported';",
  'node_modules/dual/r.cjs': "module.exports = 'required';",
  'node_modules/dual/sub/x.mjs': "export const x = 'sub-x';",
  'node_modules/@s/pkg/index.js': "module.exports = 'scoped';",
}));

test('ES module imports CommonJS, CommonJS requires an ES module', () => prints('1 2 one,two,default 9\n', {
  'main.mjs': "import c, { two } from './c.cjs'; import * as ns from './c.cjs'; import r from './r.cjs'; console.log(c.one, two, Object.keys(ns).sort((a, b) => (a === 'default') - (b === 'default')).join(), r);",
  'c.cjs': 'exports.one = 1; exports.two = 2;',
  'r.cjs': "module.exports = require('./e.mjs').nine;",
  'e.mjs': 'export const nine = 9;',
}));

test('a .js file without a type: what it has says what it is', () => prints('esm\n', {
  'main.js': "import path from 'path'; console.log('esm');",
}));

test('a module that is not there: its name, who asked, what there is', async () => {
  const missing = await run({ 'main.mjs': "import 'leftpad';", 'node_modules/other/index.js': '' });
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /'leftpad' \(asked for by \/project\/main\.mjs\): in \/project\/node_modules there are: other\. Built in are: assert/);
  const file = await run({ 'main.js': "require('./nope')", 'near.js': '' });
  assert.match(file.stderr, /no file \/project\/nope \('\.\/nope' asked for by \/project\/main\.js\); in \/project there are: main\.js, near\.js/);
  const builtin = await run({ 'main.mjs': "import 'node:dgram';" });
  assert.match(builtin.stderr, /'node:dgram' is not there yet in this JavaScript \(asked for by \/project\/main\.mjs\)/);
});

test('a syntax error: file and line', async () => {
  const { stderr, status } = await run({ 'main.mjs': "import './bad.mjs';", 'bad.mjs': 'const a = 1;\nconst b = ;\n' });
  assert.equal(status, 1);
  assert.match(stderr, /SyntaxError: .*\(\/project\/bad\.mjs:2\)/);
});

test('-e, -p and a program on stdin', async () => {
  await prints('2 x\n', {}, { command: ['-e', "console.log(1 + 1, require('path').basename('/a/x'))"] });
  await prints('3\n', {}, { command: ['-p', '1 + 2'] });
  await prints('in a\n', {}, { command: ['-', 'a'], stdin: "console.log('in', process.argv[2])" });
});
