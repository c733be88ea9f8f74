"""Says what to do about a module that is not there."""

import sys
from importlib.machinery import PathFinder


def say_how_it_comes(name):
    package, _, part = name.partition(".")
    if package in sys.stdlib_module_names:
        return
    if PathFinder.find_spec(package) is None:
        hint = (f"no folder or file {package} is there to import, and nothing can be installed in this OS. Packages without "
                "machine code can be brought in the project's folder: pip install --target . NAME, or a .venv beside a "
                "requirements.txt.")
    elif part:
        hint = f"{package} is there, but not {part}. If that is machine code (a .so or .pyd file), it cannot run here."
    else:
        return
    print(f"samovar: {hint}", file=sys.stderr)
