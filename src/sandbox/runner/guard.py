"""Puts back what a candidate replaced in Python's own names and in the test framework. Stops plain attempts, no determined ones."""

import builtins
import sys

FRAMEWORKS = ("unittest", "pytest", "_pytest", "pluggy")
NOT_OF_A_CLASS = ("__dict__", "__weakref__", "__doc__", "__abstractmethods__", "_abc_impl")


class Guard:
    """What built-in names, the frameworks' modules and their classes held when it was made."""

    def __init__(self):
        self.modules = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in FRAMEWORKS}
        namespaces = [vars(builtins), *map(vars, self.modules.values())]
        self.names = [(namespace, dict(namespace)) for namespace in namespaces]
        self.classes = [(kind, dict(vars(kind))) for kind in self.own_classes()]

    def own_classes(self):
        found = {}
        for namespace, _held in self.names[1:]:
            for value in list(namespace.values()):
                if type(value) is type and value.__module__.partition(".")[0] in FRAMEWORKS:
                    found[id(value)] = value
        return found.values()

    def restore(self):
        """Undoes replacements and removals of what can be called, and additions to unittest's classes; other values change by themselves."""
        for name, module in self.modules.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module
        for namespace, held in self.names:
            for name, value in held.items():
                if namespace.get(name) is not value and callable(value):
                    namespace[name] = value
        for kind, held in self.classes:
            if vars(kind) != held:
                restore_class(kind, held)


def restore_class(kind, held):
    now = dict(vars(kind))
    for name in now.keys() | held.keys():
        value = held.get(name, now.get(name))
        if name in NOT_OF_A_CLASS or now.get(name) is held.get(name) or not is_method(value):
            continue
        if name in held:
            setattr(kind, name, held[name])
        elif kind.__module__.startswith("unittest"):
            # pytest adds to its own classes as it starts.
            delattr(kind, name)


def is_method(value):
    return callable(value) or isinstance(value, (property, staticmethod, classmethod))
