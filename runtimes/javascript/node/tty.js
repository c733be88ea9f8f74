// node:tty

import * as os from 'qjs:os';

export const isatty = fd => Number.isInteger(fd) && fd >= 0 && os.isatty(fd);
const only = () => { throw Object.assign(new Error('terminals are process.stdin, stdout and stderr; others cannot be opened here'), { code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM' }); };
export function ReadStream() { only(); }
export function WriteStream() { only(); }

export default { ReadStream, WriteStream, isatty };
