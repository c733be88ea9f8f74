"""Packs the standard library: python3.13 stdlib.py LIB SYSCONFIG OUT.zip. Compiled, without what cannot work here.

OUT.index has the archive's directory as `zipimport` has it in memory: reading it out of the archive is a good part of each start."""

import importlib.util
import marshal
import os
import sys
import zipfile
import zipimport

AT = "/usr/lib/python313.zip"
# Tests, other platforms, and what needs threads, fork, native libraries, TLS, windows, a terminal library or a network of
# package indexes. sitecustomize says so for those that a program may ask for.
OMITTED = {
    "test", "__pycache__", "idlelib", "tkinter", "turtledemo", "turtle.py", "ensurepip", "venv", "pydoc_data", "curses",
    "ctypes", "multiprocessing", "lib2to3", "_aix_support.py", "_osx_support.py", "_android_support.py", "_ios_support.py",
    "_apple_support.py", "antigravity.py", "ssl.py", "_pyrepl", "msilib", "pty.py", "nturl2path.py", "_msi.py", "__phello__", "__hello__.py",
    "site-packages", "lzma.py", "concurrent/futures/process.py", "concurrent/futures/thread.py", "asyncio/windows_events.py",
    "asyncio/windows_utils.py", "ctypes", "re/__pycache__", "sqlite3/__pycache__", "encodings/mbcs.py", "encodings/oem.py",
}
KEPT = {"ABIFLAGS", "EXT_SUFFIX", "HOST_GNU_TYPE", "LDVERSION", "MACHDEP", "MULTIARCH", "SOABI", "VERSION"}


def sources(lib, folder=""):
    for name in sorted(os.listdir(os.path.join(lib, folder))):
        path = os.path.join(folder, name)
        if name in OMITTED or path in OMITTED:
            continue
        if os.path.isdir(os.path.join(lib, path)):
            yield from sources(lib, path)
        elif name.endswith(".py"):
            yield path


def compiled(source, name):
    code = compile(source, f"{AT}/{name}", "exec", dont_inherit=True)
    # Never checked against a source, which is not there (PEP 552).
    return importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + importlib.util.source_hash(source) + marshal.dumps(code)


def main(lib, sysconfig, out):
    with open(sysconfig) as file:
        values = {}
        exec(file.read(), values)
    # What depends on the machine that built it is left out: paths, and the tools that configure found.
    variables = {name: value for name, value in sorted(values["build_time_vars"].items())
                 if name.startswith(("HAVE_", "SIZEOF_", "ALIGNOF_", "Py_")) or name in KEPT}
    entries = [(name, open(os.path.join(lib, name), "rb").read()) for name in sources(lib)]
    entries.append((os.path.basename(sysconfig), f"build_time_vars = {variables!r}\n".encode()))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, source in sorted(entries):
            archive.writestr(zipfile.ZipInfo(f"{name}c"), compiled(source, name), zipfile.ZIP_DEFLATED, 9)
    directory = {name: (AT + entry[0].removeprefix(out), *entry[1:]) for name, entry in zipimport._read_directory(out).items()}
    with open(out.removesuffix(".zip") + ".index", "wb") as index:
        # A version without references, which would depend on how often something is used elsewhere.
        index.write(marshal.dumps(directory, 2))


main(*sys.argv[1:])
