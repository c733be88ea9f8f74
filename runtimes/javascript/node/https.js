// node:https: requests, for which the proxy speaks TLS. There is no TLS here, so no server.

import { Agent as HttpAgent, ClientRequest, globalAgent as httpAgent, optionsOf } from '../core/http/client.js';

export class Agent extends HttpAgent {
  constructor(options) {
    super(options);
    this.defaultPort = 443;
    this.protocol = 'https:';
  }
}

export const globalAgent = httpAgent;

export function request(...args) {
  const [options, callback] = optionsOf(args, 'https:');
  return new ClientRequest(options, callback);
}

export function get(...args) {
  const asked = request(...args);
  asked.end();
  return asked;
}

export function createServer() {
  throw Object.assign(new Error('https.createServer: this JavaScript has no TLS. Serve with http: the preview and the tunnel take it from there'), { code: 'ERR_TLS_NOT_THERE' });
}

export class Server {
  constructor() { createServer(); }
}

export default { Agent, Server, createServer, get, globalAgent, request };
