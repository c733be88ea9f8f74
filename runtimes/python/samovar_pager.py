"""What pydoc, and with it help(), asks of CPython's large prompt, which needs curses: here text is shown as it is."""

import re
import sys

# The module that is asked for lies in a package, of which nothing else is there.
sys.modules["_pyrepl.pager"] = sys.modules[__name__]


def plain(text):
    """Without bold letters, which are written twice."""
    return re.sub(".\b", "", text)


def plain_pager(text, title=""):
    sys.stdout.write(plain(text))


def get_pager():
    return plain_pager


tty_pager = plain_pager


def pipe_pager(text, cmd="", title=""):
    plain_pager(text)


tempfile_pager = pipe_pager
