// node:http2, by its names alone, for servers that ask for the module and speak HTTP/1.1.

import { absentFrom } from '../core/absent.js';

const absent = absentFrom('http2', 'this JavaScript has HTTP/1.1 only');

export class Http2ServerRequest {
  constructor() { absent('Http2ServerRequest'); }
}
export class Http2ServerResponse {
  constructor() { absent('Http2ServerResponse'); }
}
export const connect = () => absent('connect');
export const createServer = () => absent('createServer');
export const createSecureServer = () => absent('createSecureServer');
export const constants = {
  HTTP2_HEADER_AUTHORITY: ':authority', HTTP2_HEADER_METHOD: ':method', HTTP2_HEADER_PATH: ':path', HTTP2_HEADER_SCHEME: ':scheme',
  HTTP2_HEADER_STATUS: ':status', NGHTTP2_NO_ERROR: 0, NGHTTP2_INTERNAL_ERROR: 2, NGHTTP2_CANCEL: 8,
};

export default { Http2ServerRequest, Http2ServerResponse, connect, constants, createSecureServer, createServer };
