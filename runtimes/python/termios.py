"""The terminal by the calls of POSIX, as far as this system's terminals go: they are set by words in /dev/ttyctl. Flags
that there is no word for read as 0, and setting them does nothing. `tty` and `getpass` are built on this."""

import errno as _errno
import os as _os

_CONTROL = "/dev/ttyctl"

IGNBRK, BRKINT, IGNPAR, PARMRK, INPCK, ISTRIP, INLCR, IGNCR = 1, 2, 4, 8, 16, 32, 64, 128
ICRNL, IXON, IXANY, IXOFF = 0o400, 0o2000, 0o4000, 0o10000
OPOST, ONLCR = 1, 4
CSIZE, CS8, CREAD, PARENB = 0o60, 0o60, 0o200, 0o400
ISIG, ICANON, ECHO, ECHOE, ECHOK, ECHONL, NOFLSH, TOSTOP = 1, 2, 8, 16, 32, 64, 128, 256
IEXTEN = 0o100000
VINTR, VQUIT, VERASE, VKILL, VEOF, VTIME, VMIN, VSUSP, NCCS = 0, 1, 2, 3, 4, 5, 6, 10, 32
TCSANOW, TCSADRAIN, TCSAFLUSH = 0, 1, 2
TCIFLUSH, TCOFLUSH, TCIOFLUSH = 0, 1, 2
TCOOFF, TCOON, TCIOFF, TCION = 0, 1, 2, 3
B38400 = 15

# The word for a flag, and where that stands in a list of attributes.
_WORDS = {"icrnl": (0, ICRNL), "opost": (1, OPOST), "onlcr": (1, ONLCR), "isig": (3, ISIG), "icanon": (3, ICANON),
          "echo": (3, ECHO)}


class error(Exception):
    pass


def _number(fd):
    fd = fd if isinstance(fd, int) else fd.fileno()
    if not _os.isatty(fd):
        raise error(_errno.ENOTTY, "Not a terminal")
    return fd


def _settings():
    try:
        with open(_CONTROL) as file:
            return file.read().split()
    except OSError as failed:
        raise error(failed.errno, failed.strerror) from None


def _set(words):
    try:
        fd = _os.open(_CONTROL, _os.O_WRONLY)
        try:
            _os.write(fd, words.encode())
        finally:
            _os.close(fd)
    except OSError as failed:
        raise error(failed.errno, failed.strerror) from None


def tcgetattr(fd):
    _number(fd)
    there = _settings()
    attributes = [0, 0, CS8 | CREAD, 0, B38400, B38400, [b"\0"] * NCCS]
    for word, (place, flag) in _WORDS.items():
        if word in there:
            attributes[place] |= flag
    keys = attributes[6]
    keys[VINTR], keys[VQUIT], keys[VERASE], keys[VKILL], keys[VEOF], keys[VSUSP] = (
        b"\x03", b"\x1c", b"\x7f", b"\x15", b"\x04", b"\x1a")
    if not attributes[3] & ICANON:
        keys[VMIN], keys[VTIME] = 1, 0
    return attributes


def tcsetattr(fd, when, attributes):
    fd = _number(fd)
    if when == TCSAFLUSH:
        tcflush(fd, TCIFLUSH)
    _set(" ".join(word if attributes[place] & flag else "-" + word for word, (place, flag) in _WORDS.items()))


def tcflush(fd, queue):
    """Forgets what was typed and not read yet, but for a line that is not finished."""
    fd = _number(fd)
    if queue == TCOFLUSH:
        return
    _os.set_blocking(fd, False)
    try:
        while _os.read(fd, 4096):
            pass
    except BlockingIOError:
        pass
    finally:
        _os.set_blocking(fd, True)


def tcdrain(fd):
    _number(fd)


def tcflow(fd, action):
    _number(fd)


def tcsendbreak(fd, duration):
    _number(fd)


def tcgetwinsize(fd):
    _number(fd)
    there = _settings()
    return int(there[there.index("rows") + 1]), int(there[there.index("cols") + 1])


def tcsetwinsize(fd, winsize):
    _number(fd)
    rows, cols = winsize
    _set(f"rows {rows} cols {cols}")
