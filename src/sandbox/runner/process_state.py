"""What a test may set for the whole process: it is put back after each run, and noticed where the code would have to see it."""

import builtins
import os
import sys


class Settings:
    """What a test may change for the whole process, as it was before any."""

    def __init__(self):
        self.recursion_limit = sys.getrecursionlimit()
        self.folder = os.getcwd()
        self.environment = dict(os.environ)
        self.streams = sys.stdin, sys.stdout, sys.stderr
        self.lists = [(kept, list(kept)) for kept in (sys.argv, sys.path)]
        self.names = dict(vars(builtins))

    def restore(self):
        sys.setrecursionlimit(self.recursion_limit)
        if os.getcwd() != self.folder:
            os.chdir(self.folder)
        sys.stdin, sys.stdout, sys.stderr = self.streams
        sys.argv, sys.path = (kept for kept, _items in self.lists)
        for kept, items in self.lists:
            kept[:] = items
        if os.environ != self.environment:
            os.environ.clear()
            os.environ.update(self.environment)
        vars(builtins).update(self.names)
        for name in vars(builtins).keys() - self.names.keys():
            delattr(builtins, name)
        if "decimal" in sys.modules:
            decimal = sys.modules["decimal"]
            decimal.setcontext(decimal.Context())


class Noticed:
    """Sees what the tests of one run set for their own process before they call the code, which is in another one."""

    MOST_LOOKS = 5

    def __init__(self):
        self.before = state()
        self.looks_left = self.MOST_LOOKS
        self.found = None

    def look(self):
        if self.found is None and self.looks_left > 0:
            self.looks_left -= 1
            now = state()
            self.found = next((name for name in now if now[name] != self.before.get(name, now[name])), None)


def state():
    """What code may depend on, by the words for it; objects that can change as copies or by their identity."""
    streams = {f"sys.{name}": id(getattr(sys, name)) for name in ("stdin", "stdout", "stderr")}
    lists = {"sys.argv": list(sys.argv), "sys.path": list(sys.path)}
    own = {"os.environ": dict(os.environ), "the current folder": os.getcwd(), "a built-in name": dict(vars(builtins))}
    return {**streams, **lists, **own, **decimal_state(), **warnings_state()}


def decimal_state():
    if "decimal" not in sys.modules:
        return {}
    context = sys.modules["decimal"].getcontext()
    names = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp", "traps")
    return {"the context of decimal": [getattr(context, name) for name in names[:-1]] + [dict(context.traps)]}


def warnings_state():
    return {"the filters of warnings": list(sys.modules["warnings"].filters)} if "warnings" in sys.modules else {}
