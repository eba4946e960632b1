"""The candidate's side in Pyodide: one process for many runs, whose memory greenloop puts back after each."""

import gc
import importlib
import random
import sys
import types

import own_builtins
import pyodide_limits
import scratch_calls

# There are no such limits here: greenloop ends the process.
sys.modules["resource"] = types.SimpleNamespace(RLIMIT_CPU=0, setrlimit=lambda *arguments: None)
with own_builtins.imports():
    import candidate
    import describe

del sys.modules["resource"]


# What candidates use most; unlike the fork of a process, the copy of a memory costs the same with them.
PRELOADED = (
    "bisect cmath collections copy dataclasses datetime decimal enum fractions functools hashlib heapq itertools json math "
    "numbers operator queue re statistics string textwrap typing unicodedata"
)


def prepare():
    """Before the memory is kept for later starts."""
    for name in PRELOADED.split():
        importlib.import_module(name)
    candidate.warm_up()


def watching(exception_record):
    """The record of an exception, where it is not one that only a 32-bit Python raises."""

    def record(error, *sources):
        if type(error) is OverflowError and any(text in str(error) for text in ("index-sized", "ssize_t")):
            pyodide_limits.report("a size of 2 GB or more")
        return exception_record(error, *sources)

    return record


def lock():
    """Before the first candidate."""
    pyodide_limits.hide_javascript()
    pyodide_limits.look_like_linux()
    pyodide_limits.refuse_the_rest()
    scratch_calls.replace_rights()
    scratch_calls.replace_locks()
    describe.exception_record = watching(describe.exception_record)
    for name in ("pyodide_candidate", "pyodide_limits", "own_builtins", "scratch_calls"):
        del sys.modules[name]
    gc.collect()
    gc.freeze()


def serve():
    """One run, to the judge's end of it."""
    # It was seeded when the memory was kept.
    random.seed()
    candidate.serve(candidate.prepared())
