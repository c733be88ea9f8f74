"""Makes up, before a program starts, for what this build of CPython lacks. `site` imports it by its name."""

import os
import sys

# What a program may ask for that is not there, and the word for it: an ImportError that says more than a name.
_ABSENT = {
    "_ssl": "TLS is",
    "concurrent.futures.process": "processes by fork are",
    "ctypes": "native libraries are",
    "_ctypes": "native libraries are",
    "curses": "the terminal library curses is",
    "tkinter": "windows are",
    "turtle": "windows are",
    "pip": "installing packages (they can lie in the program's folder) is",
    "tzdata": "the time zone database is",
    "venv": "environments to install into are",
    "ensurepip": "installing packages is",
    "lzma": "LZMA is",
    "_lzma": "LZMA is",
    "mmap": "mapping files into memory is",
}


# What stands in for a module that is not there. (`ssl` is a file of its own: 3.12 has one that would fail.)
_INSTEAD = {
    "_pyrepl": "samovar_pager",
    "concurrent.futures.thread": "samovar_executor",
    "multiprocessing": "samovar_multiprocessing",
    "multiprocessing.context": "samovar_multiprocessing",
    "multiprocessing.pool": "samovar_multiprocessing",
}


def _not_there(what):
    return f"{what} not there yet in this Python"


def _enter_working_directory():
    # WASI has no working directory: libc starts at "/", and the system resolves relative paths in the right folder.
    # Entered by its own name, that folder is also what getcwd, abspath and chdir go by.
    try:
        os.chdir(os.environ["PWD"])
    except (KeyError, OSError):
        pass
    enter = os.chdir

    def chdir(path):
        # libc joins the names; what it has is wrong as soon as one on the way goes, such as `a` of `a/..`.
        enter(path)
        enter(os.path.realpath(os.getcwd()))

    os.chdir = chdir


def _have_the_environments_packages():
    # A virtual environment's own interpreter is not there to know of it; what is no machine code in it works.
    for name in (".venv", "venv", "env"):
        for folder in (f"{name}/Lib/site-packages", *_below(f"{name}/lib", "site-packages")):
            if os.path.isdir(folder):
                import site

                site.addsitedir(os.path.abspath(folder))


def _below(folder, name):
    try:
        return [f"{folder}/{each}/{name}" for each in os.listdir(folder) if each.startswith("python")]
    except OSError:
        return []


def _say_how_packages_come():
    def excepthook(kind, error, traceback):
        sys.__excepthook__(kind, error, traceback)
        if isinstance(error, ModuleNotFoundError) and error.name and sys.stderr:
            package, _, part = error.name.partition(".")
            if package in sys.stdlib_module_names:
                return
            from importlib.machinery import PathFinder

            if PathFinder.find_spec(package) is None:
                hint = (f"no folder or file {package} is there to import, and nothing can be installed in this OS. Packages without "
                        "machine code can be brought in the project's folder: pip install --target . NAME, or a .venv beside a "
                        "requirements.txt.")
            elif part:
                hint = f"{package} is there, but not {part}. If that is machine code (a .so or .pyd file), it cannot run here."
            else:
                return
            print(f"samovar: {hint}", file=sys.stderr)

    sys.excepthook = excepthook


def _know_the_terminal():
    def get_terminal_size(fd=1):
        import termios

        try:
            rows, columns = termios.tcgetwinsize(fd)
        except termios.error as failed:
            raise OSError(*failed.args) from None
        return os.terminal_size((columns, rows))

    os.get_terminal_size = get_terminal_size
    # They tell the size at the start, to programs that cannot ask. Who can would take them for the user's wish.
    try:
        if "COLUMNS" in os.environ and os.get_terminal_size() == tuple(map(int, (os.environ["COLUMNS"], os.environ["LINES"]))):
            del os.environ["COLUMNS"], os.environ["LINES"]
    except (KeyError, OSError, ValueError):
        pass


def _start_no_threads():
    import _thread

    def start_new_thread(*args, **kwargs):
        raise RuntimeError(f"can't start new thread: {_not_there('threads are')} (asyncio is)")

    # Before `threading` takes its own copy.
    _thread.start_new_thread = _thread.start_new = _thread.start_joinable_thread = start_new_thread


def _duplicate_descriptors():
    # Preview 1 has no dup; opened by this name, it is the same open file under another number. (The other builds number
    # their descriptors themselves.)
    os.dup = lambda fd: os.open(f"/dev/fd/{fd}", os.O_RDWR)


def _prompt_plainly():
    # CPython asks for it after this: its own, larger prompt needs curses, and is not there. Children need not see it.
    os.putenv("PYTHON_BASIC_REPL", "1")


def _say_that_it_cannot_wait():
    import errno
    import time

    def sleep(seconds):
        raise OSError(errno.ENOTSUP, "this build of Python cannot wait; python@3.12 can")

    time.sleep = sleep


def _adapt_unix_events(module):
    from selectors import DefaultSelector, SelectSelector
    from time import sleep

    signals = sys.version_info >= (3, 13)
    loop = module.SelectorEventLoop

    class Selector(DefaultSelector if signals else SelectSelector):
        called = waiting = False
        loop = None

        def call(self):
            # By a signal's handler: what it has left for the loop must not wait.
            self.called = True
            if self.waiting:
                raise InterruptedError

        def select(self, timeout=None):
            if timeout is None and not self.get_map():
                # For ever: nothing but the loop's own timers could wake it, and there are none.
                if not self.loop._signal_handlers:
                    raise RuntimeError("asyncio waits for something that nothing is left to bring about")
                timeout = 86400
            try:
                self.waiting = True
                return self.wait(0 if self.called else timeout)
            except InterruptedError:
                return []
            finally:
                self.waiting = self.called = False

        def wait(self, timeout):
            try:
                return super().select(timeout)
            except InterruptedError:
                raise
            except OSError:
                # In some builds `select` without a descriptor is an error.
                if self.get_map():
                    raise
                if timeout > 0:
                    sleep(timeout)
                return []

    # The pipe to itself wakes a loop for threads and signal handlers. There are no threads, nor socket pairs.
    loop._make_self_pipe = loop._close_self_pipe = lambda self: None
    loop._write_to_self = lambda self: isinstance(self._selector, Selector) and self._selector.call()
    init = loop.__init__

    def __init__(self, selector=None):
        init(self, selector or Selector())
        self._selector.loop = self

    loop.__init__ = __init__

    def add_signal_handler(self, sig, callback, *args):
        if module.coroutines.iscoroutine(callback) or module.coroutines.iscoroutinefunction(callback):
            raise TypeError("coroutines cannot be used with add_signal_handler()")
        self._check_signal(sig)
        self._check_closed()
        handle = module.events.Handle(callback, args, self, None)
        try:
            module.signal.signal(sig, lambda *_: self._add_callback_signalsafe(handle))
        except OSError:
            raise RuntimeError(f"sig {sig} cannot be caught") from None
        self._signal_handlers[sig] = handle

    if signals:
        loop.add_signal_handler = add_signal_handler
    else:
        # As where a loop has no signals: programs that can do without know this.
        del loop.add_signal_handler, loop.remove_signal_handler


def _refuse_sockets(module):
    import errno

    init = module.socket.__init__

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        if fileno is None:
            raise OSError(errno.ENOTSUP, "this build of Python has no sockets; python@3.13 has")
        init(self, family, type, proto, fileno)

    module.socket.__init__ = __init__


def _adapt_signal(module):
    module.valid_signals = lambda: set(module.Signals)


def _adapt_socket(module):
    import samovar_network

    module.dup = os.dup
    samovar_network.adapt_socket(module)


def _adapt_reloader(module):
    # It would watch the files in a thread, beside the program, or the program beside itself.
    def run_with_reloader(main, *args, **kwargs):
        print(" * No reloader: threads are not there yet in this Python", file=sys.stderr)
        django = module.__name__.startswith("django.")
        return main(*args, **kwargs) if django else main()

    module.run_with_reloader = run_with_reloader


def _adapt_worker_threads(module):
    # Where starlette runs an endpoint that is no coroutine, and a file is read: here, in turn.
    async def run_sync(func, *args, **kwargs):
        from contextvars import copy_context

        from anyio.lowlevel import checkpoint

        await checkpoint()
        return copy_context().run(func, *args)

    module.run_sync = run_sync


def _adapt_werkzeug(module):
    # It would ask a datagram socket, and there are none.
    module.get_interface_ip = lambda family: "127.0.0.1"


def _adapt_hashlib(module):
    import samovar_hashes

    samovar_hashes.adapt(module)


def _adapt_base_events(module):
    import samovar_network

    samovar_network.adapt_base_events(module)


def _adapt_socketserver(module):
    import samovar_network

    samovar_network.adapt_socketserver(module)


def _adapt_request(module):
    import samovar_network

    samovar_network.adapt_request(module)


def _processes():
    # Most programs start no others: it is loaded when it is needed.
    import samovar_processes

    return samovar_processes


def _adapt_subprocess(module):
    _processes().adapt(module)


def _have_processes():
    # The name that starts this very version.
    sys.executable = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    os.getpid = lambda: _processes().getpid()
    os.kill = lambda pid, sig: _processes().kill(pid, sig)
    os.system = lambda command: _processes().system(command)
    os.killpg = lambda pgid, sig: _processes().killpg(pgid, sig)
    if sys.version_info >= (3, 13):
        return                                # which tells the system itself what becomes of signals
    try:
        # As CPython does everywhere else: a write that nobody reads is a BrokenPipeError, not the end.
        fd = os.open("/proc/self/ctl", os.O_WRONLY)
        os.write(fd, b"ignore SIGPIPE")
        os.close(fd)
    except OSError:
        pass


_ADAPTED = {
    "anyio.to_thread": _adapt_worker_threads,
    "asyncio.base_events": _adapt_base_events,
    "asyncio.unix_events": _adapt_unix_events,
    "django.utils.autoreload": _adapt_reloader,
    "hashlib": _adapt_hashlib,
    "subprocess": _adapt_subprocess,
    "werkzeug._reloader": _adapt_reloader,
    "werkzeug.serving": _adapt_werkzeug,
}
if sys.version_info >= (3, 13):
    _ADAPTED["signal"] = _adapt_signal
    _ADAPTED["socket"] = _adapt_socket
    _ADAPTED["socketserver"] = _adapt_socketserver
    _ADAPTED["urllib.request"] = _adapt_request
else:
    _ADAPTED["socket"] = _refuse_sockets


class _Finder:
    """Finds modules as ever, and adapts some once they are loaded: most programs never ask for them."""

    def find_spec(self, name, path=None, target=None):
        adapt = _ADAPTED.pop(name, None)
        if adapt is None:
            return None
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path) if finder is not self else None
            if spec is not None:
                spec.loader = _Loader(spec.loader, adapt)
                return spec
        return None


class _Loader:
    def __init__(self, loader, adapt):
        self._loader = loader
        self._adapt = adapt

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        self._adapt(module)


class _AbsentFinder:
    """Comes last: finds what stands in for a module, or says why one of the standard library was not found."""

    def find_spec(self, name, path=None, target=None):
        if name in _INSTEAD:
            from importlib.util import spec_from_file_location

            return spec_from_file_location(name, os.path.join(os.path.dirname(__file__), f"{_INSTEAD[name]}.py"))
        if name in _ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}: {_not_there(_ABSENT[name])}", name=name)
        return None


_enter_working_directory()
_have_the_environments_packages()
_say_how_packages_come()
_know_the_terminal()
_have_processes()
_start_no_threads()
_prompt_plainly()
if sys.version_info < (3, 12):
    _say_that_it_cannot_wait()
if sys.version_info >= (3, 13):
    _duplicate_descriptors()
sys.meta_path.insert(0, _Finder())
sys.meta_path.append(_AbsentFinder())
