"""What both sides in Pyodide do without: JavaScript is put out of reach, and what only CPython on Linux has is named.

`/dev/unsupported` takes a text: greenloop then gives no verdict on the run, whatever Python does afterwards.
"""

import _thread
import asyncio
import importlib.machinery
import os
import posix
import signal
import subprocess
import sys
import threading
import time

OF_JAVASCRIPT = ("js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core", "micropip")
# Of the standard library on Linux, and what candidates ask for most beyond it. The second line is what others are made of.
MISSING = {
    "curses", "dbm", "ensurepip", "grp", "pwd", "readline", "resource", "syslog", "termios", "tkinter", "turtle", "venv",
    "_curses", "_dbm", "_gdbm", "_tkinter", "_posixshmem", "_multiprocessing", "_ctypes", "ctypes",
    "numpy", "pandas", "scipy", "sympy", "matplotlib", "sklearn", "networkx", "torch", "requests", "PIL", "bs4", "nltk",
}
# Missing here whoever imports them; the others only where no module of the standard library can do without.
NEVER = {"_multiprocessing", "_posixshmem", "_ctypes", "ctypes"}
PROCESSES = (
    "fork", "forkpty", "posix_spawn", "posix_spawnp", "system", "popen", "execv", "execve", "execl", "execle", "execlp",
    "execlpe", "execvp", "execvpe", "spawnl", "spawnle", "spawnlp", "spawnlpe", "spawnv", "spawnve", "spawnvp", "spawnvpe",
)


reports = []


def report(what, open=posix.open, write=posix.write, close=posix.close):
    reports.append(what)
    device = open("/dev/unsupported", os.O_WRONLY)
    write(device, what.encode())
    close(device)


def refusing(what, error):
    """A function that does not exist here: reports it, and raises in case that anybody goes on."""

    def refuse(*arguments, **keywords):
        report(what)
        raise error(f"{what} is not possible here")

    return refuse


class MissingFinder:
    """Asked last, after every other finder: reports imports of modules that exist elsewhere."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in MISSING and (name in NEVER or is_of_program(sys._getframe(1))):
            report(f"import {name}")
        return None


class HidingFinder:
    """Asked first: there is no JavaScript here."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in OF_JAVASCRIPT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if name in NEVER:
            return MissingFinder.find_spec(name)
        return None


def is_of_program(frame):
    """Whether an import stands in a program that was handed in, not in a file of the standard library or of the runner."""
    while frame is not None and "importlib" in frame.f_code.co_filename:
        frame = frame.f_back
    name = "" if frame is None else frame.f_code.co_filename
    return name.startswith("<") and not name.startswith("<frozen ")


def hide_javascript():
    """Takes away every way to JavaScript that has a name; what is left meets the host's list of allowed functions."""
    asyncio.set_event_loop_policy(None)
    asyncio._set_running_loop(None)
    for name in [name for name in sys.modules if name.partition(".")[0] in OF_JAVASCRIPT]:
        del sys.modules[name]
    machinery = importlib.machinery
    sys.meta_path[:] = [
        HidingFinder, machinery.BuiltinImporter, machinery.FrozenImporter, machinery.PathFinder, MissingFinder,
    ]
    sys.path[:] = [path for path in sys.path if path.endswith((".zip", "lib-dynload"))]
    sys.path_importer_cache.clear()
    sys.excepthook, sys.displayhook = sys.__excepthook__, sys.__displayhook__
    sys.modules["__main__"].__dict__.pop("__doc__", None)
    for name in set(os.environ) - {"LANG", "PYTHONHASHSEED"}:
        del os.environ[name]


def look_like_linux():
    """What programs take for granted on a 64-bit Linux and can be had."""
    # As the largest number that a program can think of; sizes of Python here end at 2 ** 31.
    sys.maxsize = 2**63 - 1
    os.geteuid, os.getegid = os.getuid, os.getgid
    time.thread_time, time.thread_time_ns = time.process_time, time.process_time_ns


def refuse_the_rest():
    """What cannot be had: ends the run."""
    for name in ("alarm", "setitimer"):
        setattr(signal, name, refusing("a timer that sends signals", OSError))
    loop = refusing("an event loop of asyncio", OSError)
    # Every loop is one of this class; the functions would ask for JavaScript's, or find none.
    asyncio.BaseEventLoop.__init__ = asyncio.run = asyncio.get_event_loop = asyncio.events.get_event_loop = loop
    asyncio.BaseEventLoop.__del__ = lambda self: None
    for name in PROCESSES:
        setattr(os, name, refusing("starting a process", OSError))
    subprocess.Popen.__init__ = refusing("starting a process", OSError)
    subprocess.Popen.__del__ = lambda self: None
    start = refusing("starting a thread", RuntimeError)
    for name in ("start_new_thread", "start_new", "start_joinable_thread"):
        setattr(_thread, name, start)
    threading._start_new_thread = threading._start_joinable_thread = start
