"""Adapts modules of the standard library, and of packages, to this OS, once they are loaded: sitecustomize says which."""

import os
import sys


def adapt_unix_events(module):
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

    def make_subprocess_transport(*args, **kwargs):
        from samovar_processes import make_transport

        return make_transport(*args, **kwargs)

    if signals:
        loop.add_signal_handler = add_signal_handler
        loop._make_subprocess_transport = make_subprocess_transport
        # It reads at its end to hear that the other one is gone. An end to write to cannot be waited for so; a write tells.
        module._UnixWritePipeTransport._read_ready = lambda self: self._loop._remove_reader(self._fileno)
    else:
        # As where a loop has no signals: programs that can do without know this.
        del loop.add_signal_handler, loop.remove_signal_handler


def refuse_sockets(module):
    import errno

    init = module.socket.__init__

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        if fileno is None:
            raise OSError(errno.ENOTSUP, "this build of Python has no sockets; python@3.13 has")
        init(self, family, type, proto, fileno)

    module.socket.__init__ = __init__


def adapt_signal(module):
    def valid_signals():
        return set(module.Signals)

    valid_signals.__module__ = module.__name__
    module.valid_signals = valid_signals


def adapt_platform(module):
    libc_ver = module.libc_ver
    # It would read the interpreter's own file, which is none of this OS.
    module.libc_ver = lambda executable=None, lib="", version="", *rest: \
        libc_ver(executable, lib, version, *rest) if executable else (lib, version)


def adapt_socket(module):
    import samovar_network

    module.dup = os.dup
    samovar_network.adapt_socket(module)


def adapt_reloader(module):
    # It would watch the files in a thread, beside the program, or the program beside itself.
    def run_with_reloader(main, *args, **kwargs):
        print(" * No reloader: threads are not there yet in this Python", file=sys.stderr)
        django = module.__name__.startswith("django.")
        return main(*args, **kwargs) if django else main()

    module.run_with_reloader = run_with_reloader


def adapt_worker_threads(module):
    # Where starlette runs an endpoint that is no coroutine, and a file is read: here, in turn.
    async def run_sync(func, *args, **kwargs):
        from contextvars import copy_context

        from anyio.lowlevel import checkpoint

        await checkpoint()
        return copy_context().run(func, *args)

    module.run_sync = run_sync


def adapt_werkzeug(module):
    # It would ask a datagram socket, and there are none.
    module.get_interface_ip = lambda family: "127.0.0.1"


def adapt_hashlib(module):
    import samovar_hashes

    samovar_hashes.adapt(module)


def adapt_base_events(module):
    import samovar_network

    samovar_network.adapt_base_events(module)


def adapt_socketserver(module):
    import samovar_network

    samovar_network.adapt_socketserver(module)


def adapt_request(module):
    import samovar_network

    samovar_network.adapt_request(module)


def adapt_subprocess(module):
    import samovar_processes

    samovar_processes.adapt(module)
