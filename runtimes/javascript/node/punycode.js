// node:punycode

import { decode, encode, toASCII, toUnicode, ucs2 } from '../core/punycode.js';

export const version = '2.1.0';
export { decode, encode, toASCII, toUnicode, ucs2 };
export default { decode, encode, toASCII, toUnicode, ucs2, version };
