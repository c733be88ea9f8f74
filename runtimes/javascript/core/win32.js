// node:path's paths of Windows, which programs take apart and put together here, too.

import { cwd } from './paths.js';
import { invalidArgument } from './arguments.js';

const check = (path, name = 'path') => {
  if (typeof path !== 'string') throw invalidArgument(name, 'of type string', path);
};

const isSlash = character => character === '/' || character === '\\';

/** A path's device (`C:` or a share), whether it begins at the root, and the text of both with what follows. */
function split(path) {
  const share = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)(?:[\\/]|$)/.exec(path);
  if (share) return { device: `\\\\${share[1]}\\${share[2]}`, rooted: true, root: share[0], rest: path.slice(share[0].length) };
  const [root, letter, slash] = /^([a-z]:)?([\\/])?/i.exec(path);
  return { device: letter ?? '', rooted: slash !== undefined, root, rest: path.slice(root.length) };
}

function tidy(rest, rooted) {
  const names = [];
  for (const name of rest.split(/[\\/]+/)) {
    if (name === '..' && names.length && names.at(-1) !== '..') names.pop();
    else if (name === '..' && rooted) continue;
    else if (name && name !== '.') names.push(name);
  }
  return names.join('\\');
}

function normalize(path) {
  check(path);
  if (!path) return '.';
  const { device, rooted, rest } = split(path);
  const tail = tidy(rest, rooted) || (rooted ? '' : '.');
  return device + (rooted ? '\\' : '') + tail + (tail && isSlash(path.at(-1)) && rest ? '\\' : '');
}

function join(...parts) {
  parts.forEach(part => check(part));
  const given = parts.filter(Boolean);
  if (!given.length) return '.';
  // Two slashes begin a share only where the first part says so.
  const path = given.join('\\');
  return normalize(/^[\\/]{2}[^\\/]/.test(given[0]) ? path : path.replace(/^[\\/]{2,}/, '\\'));
}

function resolve(...parts) {
  let device = '', tail = '', rooted = false;
  for (let i = parts.length - 1; i >= -1 && !(rooted && device); i--) {
    let path;
    if (i >= 0) check(path = parts[i], `paths[${i}]`);
    else path = device ? `${device}\\` : cwd.get();
    if (!path) continue;
    const one = split(path);
    if (one.device && device && one.device.toLowerCase() !== device.toLowerCase()) continue;
    device ||= one.device;
    if (rooted) continue;
    tail = `${one.rest}\\${tail}`;
    rooted = one.rooted;
  }
  return device + (rooted ? '\\' : '') + tidy(tail, rooted) || '.';
}

function isAbsolute(path) {
  check(path);
  return isSlash(path[0]) || /^[a-z]:[\\/]/i.test(path);
}

function relative(from, to) {
  check(from, 'from');
  check(to, 'to');
  const [a, b] = [from, to].map(path => resolve(path).split('\\').filter(Boolean));
  let same = 0;
  while (same < a.length && same < b.length && a[same].toLowerCase() === b[same].toLowerCase()) same++;
  if (!same && (split(resolve(from)).device || split(resolve(to)).device)) return resolve(to);
  return [...a.slice(same).map(() => '..'), ...b.slice(same)].join('\\');
}

/** The folder's text, and the name in it, of what follows a root. */
function parts(path) {
  const { root, rest } = split(path);
  const trimmed = rest.replace(/[\\/]+$/, '');
  const at = Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf('\\'));
  return { root, dir: at < 0 ? root : path.slice(0, root.length + at), base: trimmed.slice(at + 1) };
}

function dirname(path) {
  check(path);
  return parts(path).dir || '.';
}

function basename(path, suffix) {
  check(path);
  if (suffix !== undefined) check(suffix, 'suffix');
  const name = path.replace(/^[a-z]:/i, '').replace(/[\\/]+$/, '').replace(/^.*[\\/]/s, '');
  if (path === suffix) return '';
  return suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

function extname(path) {
  const name = basename(path), at = name.lastIndexOf('.');
  return at > 0 && name !== '..' ? name.slice(at) : '';
}

function parse(path) {
  check(path);
  const { root, dir, base } = parts(path), ext = base ? extname(base) : '';
  return { root, dir, base, ext, name: ext ? base.slice(0, -ext.length) : base };
}

function format({ root = '', dir, base, name = '', ext = '' }) {
  base ||= name + (ext && !ext.startsWith('.') ? '.' : '') + ext;
  const folder = dir || root;
  return !folder ? base : folder === root ? folder + base : `${folder}\\${base}`;
}

export const win32 = { basename, delimiter: ';', dirname, extname, format, isAbsolute, join, normalize, parse, relative, resolve, sep: '\\', toNamespacedPath: path => path };
