"""Puts back what a candidate replaced in Python's own names and in the test framework. Stops plain attempts, no determined ones."""

import builtins
import sys

FRAMEWORKS = ("unittest", "pytest", "_pytest", "pluggy")
# pytest changes parts of its own as it runs; of these nothing but a test file or a candidate changes any.
LEFT_ALONE = ("builtins", "unittest", "pytest")
NOT_OF_A_CLASS = ("__dict__", "__weakref__", "__doc__", "__abstractmethods__", "_abc_impl")


class Guard:
    """What built-in names, the frameworks' modules and their classes held when it was made; `spared` are the test file's to change."""

    def __init__(self):
        self.spared = frozenset()
        self.modules = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in FRAMEWORKS}
        modules = {"builtins": builtins, **self.modules}
        self.names = [(name, vars(module), dict(vars(module))) for name, module in modules.items()]
        self.classes = [(kind, dict(vars(kind))) for kind in self.own_classes()]

    def own_classes(self):
        found = {}
        for _name, _namespace, held in self.names[1:]:
            for value in list(held.values()):
                if type(value) is type and value.__module__.partition(".")[0] in FRAMEWORKS:
                    found[id(value)] = value
        return found.values()

    def restore(self):
        """Undoes replacements and removals of what can be called, and additions to unittest's classes; other values change by themselves."""
        for name, module in self.modules.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module
        for _module, namespace, held in self.names:
            for name in self.changed(namespace, held):
                namespace[name] = held[name]
        for kind, held in self.classes:
            for name in self.changed_of_class(kind, held):
                if name in held:
                    setattr(kind, name, held[name])
                else:
                    delattr(kind, name)

    def changed(self, namespace, held):
        """The names of a module that hold something else now, or nothing."""
        missing = object()
        return [
            name
            for name, value in held.items()
            if namespace.get(name, missing) is not value and name not in self.spared and callable(value)
        ]

    def changed_of_class(self, kind, held):
        if vars(kind) == held:
            return []
        now = dict(vars(kind))
        # pytest adds to its own classes as it starts.
        names = now.keys() | held.keys() if kind.__module__.startswith("unittest") else held.keys()
        changed = [name for name in names - self.spared if now.get(name) is not held.get(name)]
        return [name for name in changed if name not in NOT_OF_A_CLASS and is_method(held.get(name, now.get(name)))]

    def replaced(self):
        """Names that hold something else now, where neither pytest nor the test file changes any."""
        modules = [item for item in self.names if item[0].partition(".")[0] in LEFT_ALONE]
        found = {name for _module, namespace, held in modules for name in self.changed(namespace, held)}
        for kind, held in self.classes:
            if kind.__module__.startswith("unittest"):
                found.update(self.changed_of_class(kind, held))
        return found

    def replaced_builtins(self):
        _name, namespace, held = self.names[0]
        return self.changed(namespace, held)


def failure(names):
    """The failure of a test that passed while these names were replaced; None where there are none."""
    return AssertionError(f"the code replaced {', '.join(sorted(names))}") if names else None


def is_method(value):
    return callable(value) or isinstance(value, (property, staticmethod, classmethod))
