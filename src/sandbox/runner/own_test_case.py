"""Gives the test classes of a file the methods of unittest's TestCase as they were, so that replacing those in unittest changes no test."""

import unittest

NOT_COPIED = ("__dict__", "__weakref__", "__module__", "__qualname__", "__doc__", "__init_subclass__")


def give(classes, held, spared):
    """Puts a class with what TestCase held between it and its subclasses; `spared` are the names that the file replaces itself."""
    body = {name: value for name, value in held.items() if name not in NOT_COPIED and name not in spared}
    own = type("TestCase", (unittest.TestCase,), body)
    for kind in {unittest.IsolatedAsyncioTestCase, *classes}:
        for part in kind.__mro__:
            if unittest.TestCase in part.__bases__ and part is not own:
                part.__bases__ = tuple(own if base is unittest.TestCase else base for base in part.__bases__)
