// node:path: POSIX's, and with it, for those who ask, that of Windows.

import { absolute } from '../core/paths.js';
import { invalidArgument } from '../core/arguments.js';
import { win32 } from '../core/win32.js';

const check = (path, name = 'path') => {
  if (typeof path !== 'string') throw invalidArgument(name, 'of type string', path);
};

export const sep = '/';
export const delimiter = ':';

export function normalize(path) {
  check(path);
  if (!path) return '.';
  const rooted = path.startsWith('/');
  const names = [];
  for (const name of path.split('/')) {
    if (name === '..' && names.length && names.at(-1) !== '..') names.pop();
    else if (name === '..' && rooted) continue;
    else if (name && name !== '.') names.push(name);
  }
  const end = path.endsWith('/') && names.length ? '/' : '';
  return (rooted ? '/' : '') + names.join('/') + end || (path.endsWith('/') ? './' : '.');
}

export function join(...parts) {
  parts.forEach(part => check(part));
  const path = parts.filter(Boolean).join('/');
  return path ? normalize(path) : '.';
}

export function resolve(...parts) {
  parts.forEach((part, i) => check(part, `paths[${i}]`));
  return absolute(...parts.filter(Boolean));
}

export function isAbsolute(path) {
  check(path);
  return path.startsWith('/');
}

export function relative(from, to) {
  check(from, 'from');
  check(to, 'to');
  const [a, b] = [from, to].map(path => resolve(path).split('/').filter(Boolean));
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => '..'), ...b.slice(same)].join('/');
}

export function dirname(path) {
  check(path);
  const trimmed = path.replace(/(?<=.)\/+$/, '');
  const at = trimmed.lastIndexOf('/');
  return at < 0 ? '.' : at === 1 && path.startsWith('//') ? '//' : trimmed.slice(0, at) || '/';
}

export function basename(path, suffix) {
  check(path);
  if (suffix !== undefined) check(suffix, 'suffix');
  const name = path.replace(/\/+$/, '').replace(/^.*\//s, '');
  if (path === suffix) return '';
  return suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

export function extname(path) {
  check(path);
  const name = basename(path), at = name.lastIndexOf('.');
  return at > 0 && name !== '..' ? name.slice(at) : '';
}

export function parse(path) {
  check(path);
  const root = path.startsWith('/') ? '/' : '';
  const base = basename(path), ext = extname(path);
  const dir = path.replace(/\/+$/, '').includes('/') ? dirname(path) : root;
  return { root, dir, base, ext, name: ext ? base.slice(0, -ext.length) : base };
}

export function format({ root = '', dir, base, name = '', ext = '' }) {
  base ||= name + (ext && !ext.startsWith('.') ? '.' : '') + ext;
  const folder = dir || root;
  return !folder ? base : folder === root ? folder + base : `${folder}/${base}`;
}

export const toNamespacedPath = path => path;
export function matchesGlob(path, pattern) {
  const source = pattern.replace(/[.+^$()|[\]\\]/g, '\\$&').replace(/\*\*\/?|\*|\?/g, part => (part === '?' ? '[^/]' : part === '*' ? '[^/]*' : '(?:.*/)?'))
    .replace(/\{([^}]*)\}/g, (all, list) => `(?:${list.replaceAll(',', '|')})`);
  return new RegExp(`^${source}$`).test(path);
}

const path = { basename, delimiter, dirname, extname, format, isAbsolute, join, matchesGlob, normalize, parse, relative, resolve, sep, toNamespacedPath };
path.posix = win32.posix = path;
path.win32 = win32.win32 = win32;
export const posix = path;
export { win32 };
export default path;
