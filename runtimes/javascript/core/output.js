// Bytes to a descriptor, all of them.

import * as os from 'qjs:os';
import * as std from 'qjs:std';
import { encode } from './utf8.js';

/** Writes a text or bytes to a descriptor, now; @throws {Error} with the errno's name as its code */
export function writeAll(fd, data) {
  const bytes = typeof data === 'string' ? encode(data) : data;
  for (let at = 0; at < bytes.byteLength;) {
    const count = os.write(fd, bytes.buffer, bytes.byteOffset + at, bytes.byteLength - at);
    if (count < 0) {
      if (-count === EAGAIN) {
        os.sleep(1);
        continue;
      }
      throw systemError(-count, 'write');
    }
    at += count;
  }
}

// WASI's numbers, which are not Linux's.
const ERRNO = {
  1: 'E2BIG', 2: 'EACCES', 3: 'EADDRINUSE', 4: 'EADDRNOTAVAIL', 5: 'EAFNOSUPPORT', 6: 'EAGAIN', 8: 'EBADF', 10: 'EBUSY', 12: 'ECHILD', 13: 'ECONNABORTED', 14: 'ECONNREFUSED', 15: 'ECONNRESET', 19: 'EDQUOT', 20: 'EEXIST', 21: 'EFAULT', 22: 'EFBIG', 23: 'EHOSTUNREACH', 27: 'EINTR', 28: 'EINVAL',
  29: 'EIO', 31: 'EISDIR', 32: 'ELOOP', 33: 'EMFILE', 34: 'EMLINK', 35: 'EMSGSIZE', 37: 'ENAMETOOLONG', 40: 'ENETUNREACH', 41: 'ENFILE', 44: 'ENOENT', 45: 'ENOEXEC', 48: 'ENOMEM',
  51: 'ENOSPC', 52: 'ENOSYS', 53: 'ENOTCONN', 54: 'ENOTDIR', 55: 'ENOTEMPTY', 57: 'ENOTSOCK', 58: 'ENOTSUP', 59: 'ENOTTY', 60: 'ENXIO', 63: 'EPERM', 64: 'EPIPE', 65: 'EPROTO', 69: 'EROFS',
  70: 'ESPIPE', 71: 'ESRCH', 73: 'ETIMEDOUT', 75: 'EXDEV', 76: 'ENOTCAPABLE',
};
const EAGAIN = 6;

/** WASI's number of an errno → its name. */
export const errnoNames = ERRNO;

/** The name of an errno → the number that programs know: Linux's. */
export const errnoNumbers = {
  E2BIG: 7, EACCES: 13, EADDRINUSE: 98, EADDRNOTAVAIL: 99, EAFNOSUPPORT: 97, EAGAIN: 11, EBADF: 9, EBUSY: 16, ECHILD: 10, ECONNABORTED: 103, ECONNREFUSED: 111,
  ECONNRESET: 104, EDQUOT: 122, EEXIST: 17, EFAULT: 14, EFBIG: 27, EHOSTUNREACH: 113, EINTR: 4, EINVAL: 22, EIO: 5, EISDIR: 21, ELOOP: 40, EMFILE: 24, EMLINK: 31,
  EMSGSIZE: 90, ENAMETOOLONG: 36, ENETUNREACH: 101, ENFILE: 23, ENOENT: 2, ENOEXEC: 8, ENOMEM: 12, ENOSPC: 28, ENOSYS: 38, ENOTCONN: 107, ENOTDIR: 20, ENOTEMPTY: 39,
  ENOTSOCK: 88, ENOTSUP: 95, ENOTTY: 25, ENXIO: 6, EPERM: 1, EPIPE: 32, EPROTO: 71, EROFS: 30, ESPIPE: 29, ESRCH: 3, ETIMEDOUT: 110, EXDEV: 18,
};

/** Where Node's words are not the C library's. */
const TEXTS = {
  EEXIST: 'file already exists', EISDIR: 'illegal operation on a directory', EXDEV: 'cross-device link not permitted', EBUSY: 'resource busy or locked', EIO: 'i/o error',
  EMFILE: 'too many open files', ELOOP: 'too many symbolic links encountered', ENOTSUP: 'operation not supported on socket', EBADF: 'bad file descriptor',
  EPERM: 'operation not permitted', EACCES: 'permission denied', ENAMETOOLONG: 'name too long', ENOSYS: 'function not implemented',
};

/** An errno's name in words. */
export function describeErrno(name) {
  const own = Object.keys(ERRNO).find(number => ERRNO[number] === name);
  return TEXTS[name] ?? std.strerror(Number(own)).toLowerCase();
}

/** An error as Node's fs throws it. */
export function systemError(errno, syscall, path, dest) {
  const code = ERRNO[errno] === 'ENOTCAPABLE' ? 'EACCES' : ERRNO[errno] ?? `E${errno}`;
  const text = ERRNO[errno] === 'ENOTCAPABLE' ? 'no access to this part of the file system' : TEXTS[code] ?? std.strerror(errno).toLowerCase();
  const where = path === undefined ? '' : ` '${path}'` + (dest === undefined ? '' : ` -> '${dest}'`);
  const error = new Error(`${code}: ${text}, ${syscall}${where}`);
  Object.assign(error, { errno: -(errnoNumbers[code] ?? errno), code, syscall });
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  return error;
}
