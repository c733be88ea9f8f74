// What qjs is started with: the only source that it parses, with core/image.js, before the program's own.

import * as std from 'qjs:std';
import { provide, root } from './core/image.js';

const main = root + '/main.js';
provide(main);
std.evalScript(`import${JSON.stringify(main)}`, { compile_module: true });
