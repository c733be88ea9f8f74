"""multiprocessing where there is no fork: many programs import it and start nothing. What would start something refuses."""

import sys
from types import SimpleNamespace

__path__ = []
_process = SimpleNamespace(name="MainProcess", daemon=False, pid=1, exitcode=None)


def cpu_count():
    return 1


def current_process():
    return _process


def parent_process():
    return None


def active_children():
    return []


def get_context(method=None):
    return sys.modules[__name__]


def freeze_support(*args, **kwargs):
    pass


allow_connection_pickling = set_start_method = set_executable = log_to_stderr = freeze_support


def __getattr__(name):
    if not name[0].isupper():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def refuse(*args, **kwargs):
        raise NotImplementedError(f"multiprocessing.{name}: processes by fork are not there yet in this Python (subprocess is)")

    return type(name, (), {"__new__": refuse})
