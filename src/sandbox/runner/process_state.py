"""What a test may set for the whole process, and the code would have to see."""

import builtins
import os
import sys


class Noticed:
    """Sees what the tests of one run set for their own process before they call the code, which is in another one."""

    MOST_LOOKS = 5

    def __init__(self):
        self.before = state()
        self.looks_left = self.MOST_LOOKS
        self.found = None

    def has_changed(self):
        """Whether anything is not as it was before."""
        return state() != self.before

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
