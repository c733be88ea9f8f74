"""Makes up, before a program starts, for what this build of CPython lacks. `site` imports it by its name."""

import os
import sys


def _enter_working_directory():
    # WASI has no working directory: libc starts at "/", and the system resolves relative paths in the right folder.
    # Entered by its own name, that folder is also what getcwd, abspath and chdir go by.
    try:
        os.chdir(os.environ["PWD"])
    except (KeyError, OSError):
        pass


class _AsyncioFinder:
    """Finds asyncio's event loop as ever, and adapts it once it is loaded: most programs never ask for it."""

    def find_spec(self, name, path=None, target=None):
        if name != "asyncio.unix_events":
            return None
        sys.meta_path.remove(self)
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path)
            if spec is not None:
                spec.loader = _AsyncioLoader(spec.loader)
                return spec
        return None


class _AsyncioLoader:
    def __init__(self, loader):
        self._loader = loader

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        self._loader.exec_module(module)
        # The pipe to itself wakes a loop for threads and signal handlers. There are neither, nor socket pairs.
        loop = module.SelectorEventLoop
        loop._make_self_pipe = loop._close_self_pipe = loop._write_to_self = lambda self: None


_enter_working_directory()
sys.meta_path.insert(0, _AsyncioFinder())
