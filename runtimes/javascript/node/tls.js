// node:tls, by its names alone, for programs that ask for the module and use it only for https: there is no TLS here.

import { absentFrom } from '../core/absent.js';

const absent = absentFrom('tls', 'this JavaScript has no TLS; what is outside goes by the proxy in http_proxy', 'ERR_TLS_NOT_THERE');

export class TLSSocket {
  constructor() { absent('TLSSocket'); }
}
export class Server {
  constructor() { absent('Server'); }
}
export const connect = () => absent('connect');
export const createServer = () => absent('createServer');
export const createSecureContext = () => absent('createSecureContext');
export const checkServerIdentity = () => absent('checkServerIdentity');
export const rootCertificates = [];

export default { Server, TLSSocket, checkServerIdentity, connect, createSecureContext, createServer, rootCertificates };
