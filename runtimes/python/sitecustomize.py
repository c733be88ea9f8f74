"""Makes up, before a program starts, for what this build of CPython lacks. `site` imports it by its name.

It is compiled anew at each start: what only some programs need lies in modules of its own."""

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
        # The second stands for the first where the program is not to know it.
        os.chdir(os.environ.get("PWD") or os.environ.pop("SAMOVAR_PWD"))
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
            import samovar_hints

            samovar_hints.say_how_it_comes(error.name)

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


def _lend(*names):
    # What is seldom asked for: the module is loaded when it is.
    for name in names:
        def lent(*args, _name=name, **kwargs):
            import samovar_system

            return getattr(samovar_system, _name)(*args, **kwargs)

        setattr(os, name, lent)


def _prompt_plainly():
    # CPython asks for it after this: its own, larger prompt needs curses, and is not there. Children need not see it.
    os.putenv("PYTHON_BASIC_REPL", "1")


def _say_that_it_cannot_wait():
    import errno
    import time

    def sleep(seconds):
        raise OSError(errno.ENOTSUP, "this build of Python cannot wait; python@3.12 can")

    time.sleep = sleep


def _processes():
    # Most programs start no others: it is loaded when it is needed.
    import samovar_processes

    return samovar_processes


def _have_processes():
    # The name that starts this very version.
    sys.executable = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    pid = []

    def getpid():
        # Imports nothing: programs log also when the interpreter is on its way down.
        if not pid:
            fd = os.open("/proc/self/status", os.O_RDONLY)
            pid.extend(int(line[4:]) for line in os.read(fd, 4096).splitlines() if line.startswith(b"Pid:"))
            os.close(fd)
        return pid[0]

    os.getpid = getpid
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


# What adapts a module, by its name in samovar_adapters.
_ADAPTED = {
    "anyio.to_thread": "adapt_worker_threads",
    "asyncio.base_events": "adapt_base_events",
    "asyncio.unix_events": "adapt_unix_events",
    "django.utils.autoreload": "adapt_reloader",
    "hashlib": "adapt_hashlib",
    "platform": "adapt_platform",
    "subprocess": "adapt_subprocess",
    "werkzeug._reloader": "adapt_reloader",
    "werkzeug.serving": "adapt_werkzeug",
}
if sys.version_info >= (3, 13):
    _ADAPTED["signal"] = "adapt_signal"
    _ADAPTED["socket"] = "adapt_socket"
    _ADAPTED["socketserver"] = "adapt_socketserver"
    _ADAPTED["urllib.request"] = "adapt_request"
else:
    _ADAPTED["socket"] = "refuse_sockets"


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
        import samovar_adapters

        getattr(samovar_adapters, self._adapt)(module)


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
_lend("getppid", "umask")
if sys.version_info < (3, 12):
    _say_that_it_cannot_wait()
if sys.version_info >= (3, 13):
    # (The other builds number their descriptors themselves, and know no CPU time.)
    _lend("dup", "dup2", "times")
sys.meta_path.insert(0, _Finder())
sys.meta_path.append(_AbsentFinder())
