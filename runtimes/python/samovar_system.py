"""Functions of `os` that this build lacks, or has wrong."""

import errno
import os

_mask = 0o022


def dup(fd):
    """Opened by this name, it is the same open file under another number."""
    try:
        return os.open(f"/dev/fd/{fd}", os.O_RDWR)
    except FileNotFoundError:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF)) from None


def dup2(fd, fd2, inheritable=True):
    os.fstat(fd)
    if fd == fd2:
        return fd
    try:
        os.close(fd2)
    except OSError:
        pass
    below = []                                # each new one is the lowest that is free
    try:
        while (copy := dup(fd)) < fd2:
            below.append(copy)
    finally:
        for other in below:
            os.close(other)
    return copy


def getppid():
    with open("/proc/self/status") as status:
        return next(int(line[5:]) for line in status if line.startswith("PPid:"))


def times():
    """libc has nanoseconds where CPython counts on hundredths of a second."""
    from time import monotonic, process_time

    return os.times_result((process_time(), 0.0, 0.0, 0.0, monotonic()))


def umask(mask):
    """There are no permissions to be masked."""
    global _mask
    old, _mask = _mask, mask & 0o777
    return old
