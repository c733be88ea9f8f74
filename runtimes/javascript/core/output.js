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

/** errno's number → name, as os.constants.errno has it the other way round. */
export const errnoNames = ERRNO;

/** An error as Node's fs throws it. */
export function systemError(errno, syscall, path, dest) {
  const code = ERRNO[errno] === 'ENOTCAPABLE' ? 'EACCES' : ERRNO[errno] ?? `E${errno}`;
  const text = ERRNO[errno] === 'ENOTCAPABLE' ? 'no access to this part of the file system' : std.strerror(errno).toLowerCase();
  const where = path === undefined ? '' : ` '${path}'` + (dest === undefined ? '' : ` -> '${dest}'`);
  const error = new Error(`${code}: ${text}, ${syscall}${where}`);
  Object.assign(error, { errno: -errno, code, syscall });
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  return error;
}
