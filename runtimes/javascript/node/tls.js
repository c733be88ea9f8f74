// node:tls, by its names alone, for programs that ask for the module and use it only for https: there is no TLS here.

import { absentFrom } from '../core/absent.js';
import { Socket } from './net.js';

const absent = absentFrom('tls', 'this JavaScript has no TLS; what is outside goes by the proxy in http_proxy', 'ERR_TLS_NOT_THERE');

/** Made, because libraries make one as they load to look into it (http2-wrapper, which got goes by); it connects nowhere. */
export class TLSSocket extends Socket {
  encrypted = true;
  authorized = false;
  constructor() {
    super();
    this._handle = { _parentWrap: new Socket() };
  }
  connect() { return absent('TLSSocket'); }
}
export class Server {
  constructor() { absent('Server'); }
}
export const connect = () => absent('connect');
export const createServer = () => absent('createServer');
export const createSecureContext = () => absent('createSecureContext');
export const checkServerIdentity = () => absent('checkServerIdentity');
export const rootCertificates = [];
export const DEFAULT_MIN_VERSION = 'TLSv1.2', DEFAULT_MAX_VERSION = 'TLSv1.3';

export default { DEFAULT_MAX_VERSION, DEFAULT_MIN_VERSION, Server, TLSSocket, checkServerIdentity, connect, createSecureContext, createServer, rootCertificates };
