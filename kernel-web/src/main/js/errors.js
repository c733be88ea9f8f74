// Errors as the SDK shows them: a code, and a sentence that says what was tried and what to do.

const ERRNO = {
  1: ['E2BIG', 'the arguments and environment are longer than 1 MiB'],
  2: ['EACCES', 'it cannot be opened that way'],
  3: ['EADDRINUSE', 'the port is taken'],
  6: ['EAGAIN', 'there are too many processes; wait for one to end'],
  8: ['EBADF', 'bad descriptor'],
  10: ['EBUSY', 'it is in use'],
  19: ['EDQUOT', 'the disk quota of this process is used up'],
  20: ['EEXIST', 'it exists already'],
  21: ['EFAULT', 'bad address'],
  22: ['EFBIG', 'the file would be too large'],
  27: ['EINTR', 'interrupted'],
  28: ['EINVAL', 'an argument is wrong'],
  31: ['EISDIR', 'it is a directory'],
  32: ['ELOOP', 'too many levels of symbolic links'],
  33: ['EMFILE', 'too many open files'],
  37: ['ENAMETOOLONG', 'the name is too long'],
  44: ['ENOENT', 'there is no such file or directory'],
  48: ['ENOMEM', 'the kernel has no memory left; boot with a larger memory, or delete files'],
  51: ['ENOSPC', 'the disk of this OS is full; delete files, or boot with a larger memory'],
  52: ['ENOSYS', 'this is not there yet'],
  54: ['ENOTDIR', 'it is not a directory'],
  55: ['ENOTEMPTY', 'the directory is not empty; use { recursive: true }'],
  63: ['EPERM', 'not permitted'],
  64: ['EPIPE', 'nobody reads it any more'],
  71: ['ESRCH', 'there is no such process'],
  76: ['ENOTCAPABLE', 'this was not granted'],
};

/** An error that crosses to the SDK with its code. */
export class OsError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** The error for an errno: `what` says what was tried. */
export function errnoError(errno, what) {
  const [code, sentence] = ERRNO[errno] ?? [`E${errno}`, `error ${errno}`];
  return Object.assign(new OsError(code, `${what}: ${sentence} (${code}).`), { errno });
}

/** Passes a result of the kernel on, or throws if it is a negative errno. */
export function check(result, what) {
  if (result < 0) {
    throw errnoError(-result, what);
  }
  return result;
}

export function notYet(what) {
  return new OsError('ENOSYS', `${what} is not there yet (ENOSYS). docs/STATUS.md says what is.`);
}
