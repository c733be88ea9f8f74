// node:http

import { Agent, ClientRequest, globalAgent, optionsOf } from '../core/http/client.js';
import { IncomingMessage } from '../core/http/incoming.js';
import { OutgoingMessage, validateHeaderName, validateHeaderValue } from '../core/http/outgoing.js';
import { MAX_HEADER_SIZE as maxHeaderSize, METHODS } from '../core/http/parser.js';
import { Server, ServerResponse } from '../core/http/server.js';
import { STATUS_CODES } from '../core/http/status.js';

export { Agent, ClientRequest, IncomingMessage, METHODS, OutgoingMessage, STATUS_CODES, Server, ServerResponse, globalAgent, maxHeaderSize, validateHeaderName, validateHeaderValue };

export const createServer = (options, listener) => new Server(options, listener);

export function request(...args) {
  const [options, callback] = optionsOf(args, 'http:');
  if (options.protocol !== 'http:') throw Object.assign(new TypeError(`Protocol "${options.protocol}" not supported. Expected "http:"`), { code: 'ERR_INVALID_PROTOCOL' });
  return new ClientRequest(options, callback);
}

export function get(...args) {
  const asked = request(...args);
  asked.end();
  return asked;
}

const old = constructor => new Proxy(constructor, { apply: (target, self, args) => new target(...args) });

export default {
  Agent, ClientRequest, IncomingMessage, METHODS, OutgoingMessage, STATUS_CODES, Server: old(Server), ServerResponse, createServer, get, globalAgent,
  maxHeaderSize, request, validateHeaderName, validateHeaderValue,
};
