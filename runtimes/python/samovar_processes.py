"""Processes over /dev/spawn and /proc, which docs/files.md describes: what `subprocess` and os.kill need of an OS."""

import errno
import io
import json
import os
import select
import sys

# The kernel's numbers of our ends of pipes, by Python's.
_ends = {}


def _open_end(path, flags):
    # The interpreter's build counts descriptors in its own way; the kernel gives the lowest number that is free.
    number = 3
    while os.path.exists(f"/proc/self/fd/{number}"):
        number += 1
    fd = os.open(path, flags)
    _ends[fd] = number
    return fd


def _descriptor(fd):
    """The kernel's number of a descriptor."""
    if fd <= 2 or sys.version_info >= (3, 13):
        return fd                             # it has the kernel's own
    if fd in _ends:
        return _ends[fd]
    wanted = _identity(fd)
    for number in sorted(map(int, os.listdir("/proc/self/fd"))):
        try:
            # The same open file under another number.
            other = os.open(f"/proc/self/fd/{number}", os.O_RDONLY)
        except OSError:
            continue
        try:
            if number > 2 and _identity(other) == wanted:
                return number
        except OSError:
            pass
        finally:
            os.close(other)
    raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def _identity(fd):
    status = os.fstat(fd)
    return status.st_dev, status.st_ino, os.lseek(fd, 0, os.SEEK_CUR)


def kill(pid, sig):
    from signal import Signals, raise_signal

    if sys.version_info >= (3, 13) and sig and pid == os.getpid():
        return raise_signal(sig)              # its handler has run when this returns
    try:
        name = Signals(sig).name
    except ValueError:
        name = str(int(sig))
    _control(f"/proc/{pid}/ctl", name, ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH)))


def system(command):
    if command.strip() in ("clear", "cls"):
        os.write(1, b"\x1b[H\x1b[2J")
        return 0
    raise OSError(errno.ENOTSUP, "there is no shell yet: use subprocess, with a list of arguments", command)


def killpg(pid, sig):
    from signal import Signals

    _control(f"/proc/{pid}/ctl", f"group {Signals(sig).name}", ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH)))


def _control(path, command, missing):
    try:
        fd = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        raise missing from None
    try:
        os.write(fd, command.encode())
    finally:
        os.close(fd)


def spawn(request):
    """Starts a process. Answers its pid, or raises the OSError that stands for why not."""
    fd = os.open("/dev/spawn", os.O_RDWR)
    try:
        rest = memoryview(json.dumps(request).encode("utf-8", "surrogateescape") + b"\n")
        while rest:
            rest = rest[os.write(fd, rest):]
        answer = b""
        while not answer.endswith(b"\n"):
            part = os.read(fd, 65536)
            if not part:
                raise OSError(errno.EIO, "no answer from /dev/spawn")
            answer += part
    finally:
        os.close(fd)
    answer = json.loads(answer)
    if "pid" not in answer:
        raise OSError(answer["errno"], answer["error"], request["program"])
    return answer["pid"]


def adapt(subprocess):
    """Gives the module `subprocess` a Popen that works here; what is above it stays the library's own."""
    subprocess._can_fork_exec = True
    Popen = subprocess.Popen

    def stream(value, name):
        if value is None:
            return "inherit"
        if value == subprocess.PIPE:
            return "pipe"
        if value == subprocess.DEVNULL:
            return "null"
        if value == subprocess.STDOUT:
            if name != "stderr":
                raise ValueError("STDOUT can only be used for stderr")
            return "stdout"
        return _descriptor(value if isinstance(value, int) else value.fileno())

    def __init__(self, args, bufsize=-1, executable=None, stdin=None, stdout=None, stderr=None, preexec_fn=None,
                 close_fds=True, shell=False, cwd=None, env=None, universal_newlines=None, startupinfo=None,
                 creationflags=0, restore_signals=True, start_new_session=False, pass_fds=(), *, user=None, group=None,
                 extra_groups=None, encoding=None, errors=None, text=None, umask=-1, pipesize=-1, process_group=None):
        from threading import Lock

        self._child_created = False
        self._waitpid_lock = Lock()
        self._input = None
        self._communication_started = False
        self._sigint_wait_secs = 0.25
        self._closed_child_pipe_fds = True
        self.stdin = self.stdout = self.stderr = self.returncode = self.pid = None
        self.args, self.encoding, self.errors, self.pipesize = args, encoding, errors, pipesize
        if shell:
            raise OSError(errno.ENOTSUP, "there is no shell yet: pass a list of arguments, without shell=True", args)
        for name, value in (("preexec_fn", preexec_fn), ("pass_fds", pass_fds), ("user", user), ("group", group),
                            ("extra_groups", extra_groups)):
            if value:
                raise OSError(errno.ENOTSUP, f"{name} is not there: a process starts afresh, with its standard streams")
        if text is not None and universal_newlines is not None and bool(universal_newlines) != bool(text):
            raise subprocess.SubprocessError("Cannot disambiguate when both text and universal_newlines are supplied but "
                                             "different. Pass one or the other.")
        self.text_mode = bool(encoding or errors or text or universal_newlines)
        bufsize = -1 if bufsize is None else bufsize
        if not isinstance(bufsize, int):
            raise TypeError("bufsize must be an integer")
        line_buffering = self.text_mode and bufsize == 1
        bufsize = -1 if line_buffering else bufsize

        words = [args] if isinstance(args, (str, bytes, os.PathLike)) else list(args)
        words = [os.fsdecode(word) for word in words]
        if not words:
            raise IndexError("list index out of range")
        streams = {name: stream(value, name) for name, value in (("stdin", stdin), ("stdout", stdout), ("stderr", stderr))}
        program = words[0] if executable is None else os.fsdecode(executable)
        folder = os.getcwd() if cwd is None else os.fsdecode(cwd)
        variables = {os.fsdecode(name): os.fsdecode(value) for name, value in (os.environ if env is None else env).items()}
        if any("\0" in text for text in (program, folder, *words, *variables, *variables.values())):
            raise ValueError("embedded null byte")
        if any("=" in name for name in variables):
            raise ValueError("illegal environment variable name")
        try:
            self.pid = spawn({
                "program": program, "argv0": words[0], "args": words[1:], "cwd": folder, "env": variables,
                "newSession": bool(start_new_session), "newGroup": process_group is not None, **streams,
            })
        except OSError as failed:
            if cwd is not None and not os.path.isdir(cwd):
                failed.filename = folder
            raise
        self._child_created = True
        self._wait_fd = os.open(f"/proc/{self.pid}/wait", os.O_RDONLY)
        for name, mode in (("stdin", "wb"), ("stdout", "rb"), ("stderr", "rb")):
            if streams[name] == "pipe":
                fd = _open_end(f"/proc/{self.pid}/{name}", os.O_WRONLY if mode == "wb" else os.O_RDONLY)
                file = io.open(fd, mode, bufsize)
                if self.text_mode:
                    file = io.TextIOWrapper(file, encoding=encoding, errors=errors, write_through=mode == "wb" and bufsize == 0,
                                            line_buffering=mode == "wb" and line_buffering)
                setattr(self, name, file)

    def ended(self, timeout):
        if timeout is not None and timeout < 0:
            timeout = 0
        if self.returncode is None and select.select([self._wait_fd], [], [], timeout)[0]:
            # "3" for an exit, "143 15" for the end by a signal.
            words = os.read(self._wait_fd, 64).split()
            os.close(self._wait_fd)
            self.returncode = -int(words[1]) if len(words) > 1 else int(words[0])
        return self.returncode

    def _wait(self, timeout):
        if ended(self, timeout) is None:
            raise subprocess.TimeoutExpired(self.args, timeout)
        return self.returncode

    def _internal_poll(self, _deadstate=None, **_):
        try:
            return ended(self, 0)
        except (OSError, AttributeError):
            return _deadstate

    def send_signal(self, sig):
        if self.poll() is None:
            try:
                kill(self.pid, sig)
            except ProcessLookupError:
                pass

    from signal import Signals

    Popen.__init__ = __init__
    Popen._wait = _wait
    Popen._internal_poll = _internal_poll
    Popen.send_signal = send_signal
    Popen.terminate = lambda self: self.send_signal(Signals.SIGTERM)
    Popen.kill = lambda self: self.send_signal(Signals.SIGKILL)


async def make_transport(loop, protocol, args, shell, stdin, stdout, stderr, bufsize, extra=None, **kwargs):
    """asyncio's processes: the loop waits for the end of one as it does for what can be read; elsewhere threads do."""
    from asyncio.unix_events import _UnixSubprocessTransport

    waiter = loop.create_future()
    transport = _UnixSubprocessTransport(loop, protocol, args, shell, stdin, stdout, stderr, bufsize, waiter=waiter, extra=extra, **kwargs)
    process = transport.get_extra_info("subprocess")
    # One of our own: Popen closes its descriptor as soon as it knows.
    fd = os.dup(process._wait_fd)

    def ended():
        loop.remove_reader(fd)
        os.close(fd)
        transport._process_exited(process.wait())

    loop.add_reader(fd, ended)
    try:
        await waiter
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException:
        transport.close()
        await transport._wait()
        raise
    return transport
