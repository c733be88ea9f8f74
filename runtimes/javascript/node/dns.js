// node:dns, for the names that mean this OS. What is outside is resolved outside, by whoever connects there.

import { nextTick } from '../core/loop.js';
import { isLocal } from '../core/net/sockets.js';
import { isIP } from './net.js';

function addressesOf(host, family) {
  const name = String(host).replace(/^\[|\]$/g, '');
  const own = isIP(name) ? [{ address: name, family: isIP(name) }]
    : isLocal(name) || !name ? [{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }] : [];
  const found = own.filter(one => !family || one.family === family);
  if (found.length) return found;
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { errno: -3008, code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: host });
}

const familyOf = family => ({ IPv4: 4, IPv6: 6 }[family] ?? family ?? 0);

export function lookup(host, options, callback) {
  if (typeof options === 'function') [options, callback] = [{}, options];
  if (typeof options === 'number') options = { family: options };
  let found, failure;
  try {
    found = addressesOf(host, familyOf(options?.family));
  } catch (error) {
    failure = error;
  }
  nextTick(() => {
    if (failure) callback(failure);
    else if (options?.all) callback(null, found);
    else callback(null, found[0].address, found[0].family);
  });
}

export const promises = {
  lookup: (host, options) => new Promise((resolve, reject) => {
    lookup(host, options ?? {}, (error, address, family) => {
      if (error) reject(error);
      else resolve(Array.isArray(address) ? address : { address, family });
    });
  }),
};

const absent = name => (...args) => {
  const error = Object.assign(new Error(`dns.${name}: there is no name server in this OS; dns.lookup knows its own names`), { code: 'ENOTIMP' });
  const callback = args.at(-1);
  if (typeof callback !== 'function') throw error;
  nextTick(() => callback(error));
};
export const resolve = absent('resolve'), resolve4 = absent('resolve4'), resolve6 = absent('resolve6'), reverse = absent('reverse');
export const setDefaultResultOrder = () => {};
export const getDefaultResultOrder = () => 'verbatim';

export const ADDRCONFIG = 32, V4MAPPED = 8, ALL = 16;

export default {
  ADDRCONFIG, V4MAPPED, ALL, getDefaultResultOrder, lookup, promises, resolve, resolve4, resolve6, reverse, setDefaultResultOrder };
