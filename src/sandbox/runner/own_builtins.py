"""Imports the runner's modules with built-in names of their own, which nothing that runs beside them replaces.

Code that such a module executes would inherit these, so its namespace is given Python's `__builtins__`.
"""

import builtins
import contextlib
import importlib.machinery
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
NAMES = dict(vars(builtins))


class Loader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module):
        vars(module)["__builtins__"] = NAMES
        super().exec_module(module)


class Finder:
    files = importlib.machinery.FileFinder(FOLDER, (Loader, [".py"]))

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return cls.files.find_spec(name) if path is None else None


@contextlib.contextmanager
def imports():
    """While it lasts, modules of the runner can be imported, and come before any other."""
    sys.meta_path.insert(0, Finder)
    try:
        yield
    finally:
        sys.meta_path.remove(Finder)
