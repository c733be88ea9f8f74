// node:console

import { Console, console } from '../core/console.js';

export { Console };
export const { log, info, debug, warn, error, dir, table, group, groupEnd, count, time, timeEnd, timeLog, trace, assert } = console;
export default console;
