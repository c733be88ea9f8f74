// node:url: the WHATWG's URL for the schemes that programs use, and Node's old url.parse.

import { fromFileUrl, toFileUrl } from '../core/paths.js';
import { absolute } from '../core/paths.js';
import { inspect } from '../core/inspect.js';
import { encode, decode } from '../core/utf8.js';
import * as punycode from '../core/punycode.js';
import { invalidArgument } from '../core/arguments.js';
import querystring from './querystring.js';

const PORTS = { 'http:': '80', 'https:': '443', 'ftp:': '21', 'ws:': '80', 'wss:': '443', 'file:': '' };
const isSpecial = scheme => Object.hasOwn(PORTS, scheme);

// Percent-encode sets of the standard, each as what it adds to the control characters and all that is not ASCII.
const FRAGMENT = ' "<>`', QUERY = ' "#<>', SPECIAL_QUERY = QUERY + "'", PATH = QUERY + '?^`{}', USER = PATH + '/:;=@[\\]|';

function escape(text, set) {
  let result = '';
  for (const character of text) {
    if (character > ' ' && character < '\x7f' && !set.includes(character) || character === ' ' && !set.includes(' ')) result += character;
    else for (const byte of encode(character)) result += '%' + byte.toString(16).toUpperCase().padStart(2, '0');
  }
  return result;
}

function invalid(input, base) {
  const error = new TypeError('Invalid URL');
  Object.assign(error, { code: 'ERR_INVALID_URL', input });
  if (base !== undefined) error.base = base;
  return error;
}

function parseHost(text, special) {
  if (text.startsWith('[')) {
    if (!/^\[[0-9a-f:.]+\]$/i.test(text)) throw new TypeError('bad IPv6 address');
    return text.toLowerCase();
  }
  if (!special) {
    if (/[\0\t\n\r #/:<>?@[\\\]^|]/.test(text)) throw new TypeError('bad host');
    return escape(text, '');
  }
  const host = punycode.toASCII(decodeURIComponent(text).toLowerCase().normalize('NFKC'));
  if (!host || /[\0-\x20"#%/:<>?@[\\\]^`{|}\x7f]/.test(host)) throw new TypeError('bad host');
  return ipv4(host) ?? host;
}

function ipv4(host) {
  const parts = host.replace(/\.$/, '').split('.');
  if (!/^(\d+|0x[0-9a-f]*)$/.test(parts.at(-1))) return undefined;
  const numbers = parts.map(part => (/^0x/.test(part) ? parseInt(part.slice(2) || '0', 16) : /^0\d/.test(part) ? parseInt(part, 8) : /^\d+$/.test(part) ? Number(part) : NaN));
  const last = numbers.pop();
  if (numbers.length > 3 || [...numbers, last].some(Number.isNaN) || numbers.some(one => one > 255) || last >= 256 ** (4 - numbers.length)) throw new TypeError('bad IPv4 address');
  const value = last + numbers.reduce((sum, one, i) => sum + one * 256 ** (3 - i), 0);
  return [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.');
}

function normalPath(path, special) {
  const names = [];
  const parts = (special ? path.replaceAll('\\', '/') : path).split('/').slice(1);
  parts.forEach((part, i) => {
    const dots = part.replace(/%2e/gi, '.');
    if (dots === '..') names.pop();
    else if (dots !== '.') names.push(part);
    if ((dots === '.' || dots === '..') && i === parts.length - 1) names.push('');
  });
  return '/' + names.join('/');
}

function parseUrl(input, base) {
  let rest = input.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '').replace(/[\t\n\r]/g, '');
  const url = { protocol: '', username: '', password: '', hostname: null, port: '', pathname: '', search: '', hash: '' };
  const fragment = rest.indexOf('#');
  if (fragment >= 0) {
    url.hash = rest.length > fragment + 1 ? '#' + escape(rest.slice(fragment + 1), FRAGMENT) : '';
    rest = rest.slice(0, fragment);
  }
  const scheme = /^([a-z][a-z0-9+.-]*:)([^]*)$/i.exec(rest);
  const relativeScheme = scheme && base && scheme[1].toLowerCase() === base.protocol && isSpecial(base.protocol) && !/^[/\\]/.test(scheme[2]);
  if (scheme) {
    url.protocol = scheme[1].toLowerCase();
    rest = scheme[2];
  }
  if (!scheme || relativeScheme) {
    if (!base) throw new TypeError('no base');
    Object.assign(url, { protocol: base.protocol });
    const special = isSpecial(url.protocol);
    if (base.hostname === null && !base.pathname.startsWith('/') && rest) throw new TypeError('a base that nothing is relative to');
    if (!(special ? /^[/\\]{2}/ : /^\/\//).test(rest)) {
      Object.assign(url, { username: base.username, password: base.password, hostname: base.hostname, port: base.port });
      const [, path, search] = /^([^?]*)(\?[^]*)?$/.exec(rest);
      url.search = search === undefined ? (path ? '' : base.search) : search === '?' ? '' : '?' + escape(search.slice(1), special ? SPECIAL_QUERY : QUERY);
      const full = !path ? base.pathname : (special ? /^[/\\]/ : /^\//).test(path) ? path : base.pathname.replace(/[^/]*$/, '') + path;
      url.pathname = path ? normalPath(escape(full, PATH), special) : full;
      return url;
    }
  }
  const special = isSpecial(url.protocol);
  const question = rest.indexOf('?');
  if (question >= 0) {
    url.search = rest.length > question + 1 ? '?' + escape(rest.slice(question + 1), special ? SPECIAL_QUERY : QUERY) : '';
    rest = rest.slice(0, question);
  }
  if (special && url.protocol !== 'file:') rest = '//' + rest.replace(/^[/\\]*/, '');
  if (!(special ? /^[/\\]{2}/ : /^\/\//).test(rest)) {
    if (url.protocol === 'file:') return Object.assign(url, { hostname: '', pathname: normalPath(escape(rest.startsWith('/') ? rest : '/' + rest, PATH), true) });
    url.pathname = rest.startsWith('/') ? normalPath(escape(rest, PATH), false) : escape(rest, '').replaceAll('%20', ' ').replace(/ $/, '%20');
    return url;
  }
  const [, authority, path] = (special ? /^([^/\\]*)([^]*)$/ : /^([^/]*)([^]*)$/).exec(rest.slice(2));
  const at = authority.lastIndexOf('@');
  if (at >= 0) {
    const [, user, password = ''] = /^([^:]*):?([^]*)$/.exec(authority.slice(0, at));
    url.username = escape(user, USER);
    url.password = escape(password, USER);
  }
  const [, host, port = ''] = /^((?:\[[^\]]*\]|[^:])*)(?::(.*))?$/.exec(authority.slice(at + 1)) ?? [];
  if (host === undefined || !/^\d*$/.test(port) || Number(port) > 65535) throw new TypeError('bad host or port');
  if (special && url.protocol !== 'file:' && !host) throw new TypeError('no host');
  url.hostname = host ? parseHost(host, special) : '';
  if (url.protocol === 'file:' && url.hostname === 'localhost') url.hostname = '';
  url.port = port === '' || String(Number(port)) === PORTS[url.protocol] ? '' : String(Number(port));
  url.pathname = path || special ? normalPath(escape(path || '/', PATH), special) : '';
  return url;
}

export class URL {
  #url; #params;

  constructor(input, base) {
    if (!arguments.length) throw Object.assign(new TypeError('The "url" argument must be specified'), { code: 'ERR_MISSING_ARGS' });
    try {
      this.#url = parseUrl(String(input), base === undefined ? undefined : parseUrl(String(base)));
    } catch {
      throw invalid(String(input), base === undefined ? undefined : String(base));
    }
  }

  static canParse(input, base) { return URL.parse(input, base) !== null; }
  static parse(input, base) {
    try {
      return new URL(input, base);
    } catch {
      return null;
    }
  }

  get href() {
    const { protocol, username, password, hostname, pathname, search, hash } = this.#url;
    const login = username || password ? username + (password && ':' + password) + '@' : '';
    return protocol + (hostname === null ? '' : '//' + login + this.host) + pathname + search + hash;
  }
  set href(value) {
    try {
      this.#url = parseUrl(String(value));
    } catch {
      throw invalid(String(value));
    }
    this.#refresh();
  }
  get origin() {
    if (this.protocol === 'blob:') return URL.parse(this.pathname)?.origin ?? 'null';
    return isSpecial(this.protocol) && this.protocol !== 'file:' ? `${this.protocol}//${this.host}` : 'null';
  }
  get protocol() { return this.#url.protocol; }
  set protocol(value) {
    const scheme = /^([a-z][a-z0-9+.-]*):?/i.exec(value)?.[1].toLowerCase() + ':';
    if (isSpecial(scheme) === isSpecial(this.protocol) && scheme !== 'undefined:') this.#url.protocol = scheme;
    if (this.port === PORTS[scheme]) this.#url.port = '';
  }
  get username() { return this.#url.username; }
  set username(value) { if (this.hostname) this.#url.username = escape(String(value), USER); }
  get password() { return this.#url.password; }
  set password(value) { if (this.hostname) this.#url.password = escape(String(value), USER); }
  get host() { return (this.#url.hostname ?? '') + (this.port && ':' + this.port); }
  set host(value) {
    const [, host, port] = /^([^:/?#]*)(?::(\d*))?/.exec(value);
    this.hostname = host;
    if (port) this.port = port;
  }
  get hostname() { return this.#url.hostname ?? ''; }
  set hostname(value) {
    if (this.#url.hostname === null) return;
    try {
      this.#url.hostname = parseHost(String(value), isSpecial(this.protocol));
    } catch {}                          // the standard: a bad value changes nothing
  }
  get port() { return this.#url.port; }
  set port(value) {
    const port = /^\d*/.exec(String(value))[0];
    if (!this.hostname || Number(port) > 65535 || value !== '' && port === '') return;
    this.#url.port = port === PORTS[this.protocol] ? '' : port && String(Number(port));
  }
  get pathname() { return this.#url.pathname; }
  set pathname(value) {
    value = String(value);
    this.#url.pathname = normalPath(escape(/^[/\\]/.test(value) ? value : '/' + value, PATH), isSpecial(this.protocol));
  }
  get search() { return this.#url.search; }
  set search(value) {
    const text = String(value).replace(/^\?/, '');
    this.#url.search = text && '?' + escape(text, isSpecial(this.protocol) ? SPECIAL_QUERY : QUERY);
    this.#refresh();
  }
  get hash() { return this.#url.hash; }
  set hash(value) {
    const text = String(value).replace(/^#/, '');
    this.#url.hash = text && '#' + escape(text, FRAGMENT);
  }
  get searchParams() {
    return this.#params ??= new URLSearchParams(this.search, { [CHANGED]: text => { this.#url.search = text && '?' + text; } });
  }
  toString() { return this.href; }
  toJSON() { return this.href; }
  get [Symbol.toStringTag]() { return 'URL'; }

  #refresh() { this.#params?.[REPLACE](this.search); }

  [inspect.custom](depth, options) {
    const { href, origin, protocol, username, password, host, hostname, port, pathname, search, searchParams, hash } = this;
    return `URL ${inspect({ href, origin, protocol, username, password, host, hostname, port, pathname, search, searchParams, hash }, options)}`;
  }
}

const CHANGED = Symbol('changed'), REPLACE = Symbol('replace');
const formEscape = text => escape(text, USER + "!$%&'()+,~#").replaceAll('%20', '+');
const formUnescape = text => {
  const bytes = encode(text.replaceAll('+', ' '));
  if (!text.includes('%')) return decode(bytes);
  const result = [];
  for (let i = 0; i < bytes.length; i++) {
    const hex = bytes[i] === 37 ? /^[0-9a-f]{2}$/i.exec(String.fromCharCode(bytes[i + 1] ?? 0, bytes[i + 2] ?? 0)) : null;
    result.push(hex ? parseInt(hex[0], 16) : bytes[i]);
    if (hex) i += 2;
  }
  return decode(Uint8Array.from(result));
};

export class URLSearchParams {
  #list = []; #changed;

  constructor(init = '', { [CHANGED]: changed } = {}) {
    this.#changed = changed;
    if (typeof init === 'object' && init !== null) {
      const pairs = typeof init[Symbol.iterator] === 'function' ? [...init] : Object.entries(init);
      this.#list = pairs.map(pair => {
        const [name, value, ...more] = pair;
        if (value === undefined && pair.length !== 2 || more.length) throw Object.assign(new TypeError('Each query pair must be an iterable [name, value] tuple'), { code: 'ERR_INVALID_TUPLE' });
        return [String(name).toWellFormed(), String(value).toWellFormed()];
      });
    } else {
      this[REPLACE](String(init));
    }
  }

  [REPLACE](text) {
    this.#list = text.replace(/^\?/, '').split('&').filter(Boolean).map(part => {
      const at = part.indexOf('=');
      return (at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)]).map(formUnescape);
    });
  }

  #change(list) {
    this.#list = list;
    this.#changed?.(this.toString());
  }

  get size() { return this.#list.length; }
  append(name, value) { this.#change([...this.#list, [String(name), String(value)]]); }
  delete(name, value) { this.#change(this.#list.filter(one => one[0] !== String(name) || value !== undefined && one[1] !== String(value))); }
  get(name) { return this.#list.find(one => one[0] === String(name))?.[1] ?? null; }
  getAll(name) { return this.#list.filter(one => one[0] === String(name)).map(one => one[1]); }
  has(name, value) { return this.#list.some(one => one[0] === String(name) && (value === undefined || one[1] === String(value))); }
  set(name, value) {
    const at = this.#list.findIndex(one => one[0] === String(name));
    if (at < 0) return this.append(name, value);
    this.#change(this.#list.filter((one, i) => i <= at || one[0] !== String(name)).map((one, i) => (i === at ? [one[0], String(value)] : one)));
  }
  sort() { this.#change(this.#list.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))); }
  forEach(callback, self) { for (const [name, value] of this) callback.call(self, value, name, this); }
  *entries() { for (const [name, value] of this.#list) yield [name, value]; }
  *keys() { for (const [name] of this.#list) yield name; }
  *values() { for (const [, value] of this.#list) yield value; }
  [Symbol.iterator]() { return this.entries(); }
  toString() { return this.#list.map(([name, value]) => `${formEscape(name)}=${formEscape(value)}`).join('&'); }
  get [Symbol.toStringTag]() { return 'URLSearchParams'; }
  [inspect.custom](depth, options) {
    const parts = this.#list.map(([name, value]) => `${inspect(name, options)} => ${inspect(value, options)}`);
    return `URLSearchParams {${parts.length ? ` ${parts.join(', ')} ` : ''}}`;
  }
}

export function fileURLToPath(url) {
  if (typeof url !== 'string' && typeof url?.href !== 'string') throw invalidArgument('path', 'of type string or an instance of URL', url);
  const { protocol, hostname, pathname } = typeof url === 'string' ? new URL(url) : url;
  if (protocol !== 'file:') throw Object.assign(new TypeError('The URL must be of scheme file'), { code: 'ERR_INVALID_URL_SCHEME' });
  if (hostname) throw Object.assign(new TypeError('File URL host must be "localhost" or empty on wasi'), { code: 'ERR_INVALID_FILE_URL_HOST' });
  if (/%2f/i.test(pathname)) throw Object.assign(new TypeError('File URL path must not include encoded / characters'), { code: 'ERR_INVALID_FILE_URL_PATH' });
  return decodeURIComponent(pathname);
}
export const pathToFileURL = path => new URL(toFileUrl(absolute(path) + (path.endsWith('/') && path !== '/' ? '/' : '')));
export const urlToHttpOptions = ({ protocol, hostname, hash, search, pathname, href, port, username, password, ...more }) => ({
  __proto__: null, ...more, protocol, hostname: hostname.replace(/^\[(.*)\]$/, '$1'), hash, search, pathname, path: pathname + search, href, ...port && { port: Number(port) },
  ...(username || password) && { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` },
});
export const domainToASCII = domain => { try { return parseHost(domain, true); } catch { return ''; } };

export const domainToUnicode = domain => { try { return punycode.toUnicode(parseHost(domain, true)); } catch { return ''; } };

/** What url.parse gives. */
export class Url {}

/** The old way: the parts of a URL, or of what may be one, as texts or null. */
export function parse(text, parseQuery = false) {
  if (text instanceof Url) return text;
  if (typeof text !== 'string') throw invalidArgument('url', 'of type string', text);
  const [, protocol = null, slashes, auth = null, host = null, pathname = null, search = null, hash = null]
    = /^([a-z][a-z0-9+.-]*:)?(?:(\/\/)(?:([^@/?#]*)@)?([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/is.exec(text.trim()).map(part => part || undefined);
  const [, hostname = null, port = null] = /^(.*?)(?::(\d+))?$/.exec(host?.toLowerCase() ?? '').map(part => part || undefined);
  const path = pathname ?? (slashes ? '/' : null);
  const query = search?.slice(1) ?? null;
  const result = { protocol: protocol?.toLowerCase() ?? null, slashes: slashes ? true : null, auth: auth && decodeURIComponent(auth), host: host?.toLowerCase() ?? null,
    port, hostname, hash, search, query: parseQuery ? querystring.parse(query ?? '') : query, pathname: path, path: path || search ? (path ?? '') + (search ?? '') : null };
  if (parseQuery && !search) result.search = '';
  return Object.assign(new Url(), result, { href: format(result) });
}

export function format(url, { auth: withAuth = true, fragment = true, search: withSearch = true, unicode = false } = {}) {
  if (typeof url === 'string') return parse(url).href;
  if (url instanceof URL) {
    const login = withAuth && (url.username || url.password) ? `${url.username}${url.password && `:${url.password}`}@` : '';
    const place = unicode ? url.host.replace(url.hostname, domainToUnicode(url.hostname)) : url.host;
    return `${url.protocol}${url.href.slice(url.protocol.length).startsWith('//') ? '//' : ''}${login}${place}${url.pathname}${withSearch ? url.search : ''}${fragment ? url.hash : ''}`;
  }
  const { protocol, slashes, auth, host, hostname, port, pathname = '', search, query, hash = '' } = url;
  const scheme = protocol ? protocol.replace(/:?$/, ':') : '';
  const place = host ?? (hostname ? hostname + (port ? ':' + port : '') : '');
  const tail = search ?? (query && typeof query === 'object' && Object.keys(query).length ? '?' + querystring.stringify(query) : '');
  const before = slashes || isSpecial(scheme) && place ? '//' : '';
  return scheme + before + (auth ? encodeURIComponent(auth).replace('%3A', ':') + '@' : '') + (place ?? '') + (pathname ?? '') + (tail && tail.replace(/^\??/, '?')) + (hash && hash.replace(/^#?/, '#'));
}

export const resolve = (from, to) => {
  const base = new URL(from, 'resolve://-');
  const url = new URL(to, base);
  return url.protocol === 'resolve:' ? url.pathname + url.search + url.hash : url.href;
};

export default { URL, URLSearchParams, Url, domainToASCII, domainToUnicode, fileURLToPath, format, parse, pathToFileURL, resolve, urlToHttpOptions };
