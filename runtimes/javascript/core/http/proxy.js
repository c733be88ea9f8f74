// The way out of the OS: HTTP by a proxy, which http_proxy names. There is no TLS here; the proxy speaks it, where a URL says
// https: or wss:, for whoever asks it for that URL.

import process from '../process.js';
import { isLocal } from '../net/sockets.js';

/**
 * The proxy for a host.
 *
 * @returns {{ hostname: string, port: number } | undefined} undefined: connect to the host itself
 */
export function proxyFor(hostname, isSecure) {
  if (isLocal(hostname)) return undefined;
  const { env } = process;
  const setting = (isSecure ? env.https_proxy ?? env.HTTPS_PROXY : undefined) ?? env.http_proxy ?? env.HTTP_PROXY;
  const without = (env.no_proxy ?? env.NO_PROXY ?? '').split(/[\s,]+/).filter(Boolean);
  if (!setting || without.some(name => name === '*' || hostname === name || hostname.endsWith(`.${name.replace(/^\*?\.?/, '')}`))) return undefined;
  const found = /^(?:http:\/\/)?(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(setting);
  if (!found) throw Object.assign(new Error(`http_proxy is not the address of an HTTP proxy: ${setting}`), { code: 'ERR_INVALID_URL' });
  return { hostname: found[1], port: Number(found[2] ?? 80) };
}

/** What to say where TLS would be needed and nobody can do it. */
export function noTls(host) {
  return Object.assign(new Error(`https://${host} needs TLS, which this JavaScript has not; outside this OS the proxy speaks it, but `
    + `${isLocal(host) ? 'this host is the OS itself: use http:' : 'http_proxy names none'}`), { code: 'ERR_TLS_NOT_THERE' });
}
