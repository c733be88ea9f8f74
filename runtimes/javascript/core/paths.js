// Paths as texts, for everything below node:path.

let current;

/** The working directory, absolute; `set` changes what relative paths mean from now on. */
export const cwd = { get: () => current, set(path) { current = path; } };

/** An absolute path without `.`, `..` and doubled slashes; each argument is relative to the one before it. */
export function absolute(...parts) {
  let path = '';
  for (let i = parts.length; i-- > 0 && !path.startsWith('/');) path = parts[i] + (path && '/' + path);
  if (!path.startsWith('/')) path = current + '/' + path;
  const names = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name && name !== '.') names.push(name);
  }
  return '/' + names.join('/');
}

/** The directory that a path is in. */
export function parent(path) {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** `file:` URL of an absolute path. */
export function toFileUrl(path) {
  return 'file://' + encodeURI(path).replace(/[?#]/g, encodeURIComponent);
}

/** The path of a `file:` URL. */
export function fromFileUrl(url) {
  const path = /^file:(?:\/\/(?:localhost)?)?(\/[^?#]*)/.exec(url)?.[1];
  if (path === undefined) throw new TypeError(`${url} is not a file: URL with an absolute path`);
  return decodeURIComponent(path);
}
