"""Puts back what a candidate replaced in Python's own names and in the test framework. Stops plain attempts, no determined ones.

It holds names of modules and attributes of classes, and compares by identity alone: an object may say that it equals anything.
"""

import builtins
import operator
import signal
import sys
import time

FRAMEWORKS = ("unittest", "pytest", "_pytest", "pluggy")
# What the frameworks are made of, as far as it decides whether a test fails.
FOUNDATIONS = ("sys", "contextlib", "operator", "functools", "types", "inspect", "re", "warnings", "traceback", "collections", "difflib")
# Code replaces these for its own ends, and pytest does; no test fails or passes by them, unless its file uses them.
HARMLESS = frozenset(
    "print input open exit quit help copyright credits license breakpoint excepthook displayhook breakpointhook unraisablehook "
    "showwarning formatwarning warn _showwarnmsg_impl simplefilter filterwarnings print_exc format_exc".split()
)
NOT_OF_A_CLASS = ("__dict__", "__weakref__", "__doc__", "__abstractmethods__", "_abc_impl", "__annotations__")
HEAP_TYPE = 1 << 9
# While threads of the code run, it looks again, as these may put back what they replaced.
LOOKS, SECONDS_BETWEEN_LOOKS, MOST_LOOKS = 5, 0.001, 200
TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF) if sys.platform != "emscripten" else ()
MISSING = object()


class Held:
    """What a module or a class held when this was made, as far as it counts."""

    def __init__(self, owner, counts):
        self.owner, self.namespace = owner, vars(owner)
        self.kept = {name: value for name, value in self.namespace.items() if counts(name, value)}

    def changed(self):
        """Names that hold something else now, or nothing."""
        return [name for name, value in self.kept.items() if self.namespace.get(name, MISSING) is not value]

    def restore(self, names):
        for name in names:
            self.namespace[name] = self.kept[name]


class HeldClass(Held):
    """A class of a framework: what is added to it counts too, where the framework itself adds nothing."""

    def __init__(self, owner, counts):
        super().__init__(owner, counts)
        self.all = dict(self.namespace)
        self.is_closed = owner.__module__.startswith("unittest")

    def changed(self):
        now = dict(self.namespace)
        if len(now) == len(self.all) and all(map(operator.is_, now.values(), self.all.values())):
            return []
        added = [name for name in now if name not in self.all and name not in NOT_OF_A_CLASS] if self.is_closed else []
        return super().changed() + added

    def restore(self, names):
        for name in names:
            if name in self.kept:
                type.__setattr__(self.owner, name, self.kept[name])
            else:
                type.__delattr__(self.owner, name)


class Guard:
    """What built-in names, the frameworks and their foundations held when it was made; `spared` are the test file's to change."""

    def __init__(self):
        self.spared, self.packages, self.looks_left = HARMLESS, frozenset(), MOST_LOOKS
        self.modules = {name: module for name, module in sys.modules.items() if is_guarded(name)}
        self.builtins = Held(builtins, lambda _name, value: callable(value))
        self.held = [self.builtins]
        self.held += [Held(module, counting_of(name)) for name, module in self.modules.items()]
        self.held += [HeldClass(kind, counting_of_class(kind)) for kind in self.own_classes()]

    def spare(self, patched, used, packages):
        """
        Leaves alone what the test file patches itself or packages that it imports do, and what code may patch for its own ends where
        the file does not use it.
        """
        self.spared, self.packages = patched | (HARMLESS - used), packages

    def own_classes(self):
        found = {}
        for held in self.held:
            for value in held.kept.values():
                if isinstance(value, type) and value.__flags__ & HEAP_TYPE and is_guarded(str(value.__module__)):
                    found[id(value)] = value
        return found.values()

    def class_as_it_was(self, kind):
        """What a class of a framework held."""
        return next(held.all for held in self.held if held.owner is kind)

    def restore(self):
        """Undoes replacements and removals, and additions to unittest's classes."""
        for name, module in self.modules.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module
        for held in self.held:
            held.restore(self.changes_of(held))

    def changes_of(self, held):
        return [name for name in held.changed() if name not in self.spared and package_of(held.namespace.get(name)) not in self.packages]

    def replaced(self):
        """Names that hold something else now; looks several times while other threads run."""
        found = self.look()
        if not found and may_be_interrupted():
            looks = min(LOOKS, self.looks_left)
            self.looks_left -= looks
            for _ in range(looks):
                time.sleep(SECONDS_BETWEEN_LOOKS)
                found |= self.look()
        return found

    def look(self):
        return {name for held in self.held for name in self.changes_of(held)}

    def replaced_builtins(self):
        return self.changes_of(self.builtins)


def may_be_interrupted():
    """Whether threads or a timer of the code run."""
    return len(sys._current_frames()) > 1 or any(any(signal.getitimer(timer)) for timer in TIMERS)


def failure(names):
    """The failure of a test that passed while these names were replaced; None where there are none."""
    return AssertionError(f"the code replaced {', '.join(sorted(names))}") if names else None


def package_of(value):
    """The package that a function, a class or the class of an object says that it is of."""
    name = getattr(value, "__module__", None) or type(value).__module__
    return name.partition(".")[0] if isinstance(name, str) else ""


def is_guarded(name):
    return name in FOUNDATIONS or name.partition(".")[0] in FRAMEWORKS


def counting_of(module):
    """Which names of a module count: what can be called; of unittest all, but for what it sets itself."""
    if module.startswith("unittest") and module != "unittest.signals":
        return lambda name, value: not name.startswith("__")
    return lambda name, value: callable(value)


def counting_of_class(kind):
    if kind.__module__.startswith("unittest"):
        return lambda name, value: name not in NOT_OF_A_CLASS
    return lambda name, value: name not in NOT_OF_A_CLASS and is_method(value)


def is_method(value):
    return callable(value) or isinstance(value, (property, staticmethod, classmethod))
