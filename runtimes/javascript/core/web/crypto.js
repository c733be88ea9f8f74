// The global `crypto`.

export { webcrypto as crypto } from '../../node/crypto.js';
