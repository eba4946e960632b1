"""What tests use of Python's libraries without importing it, so that a candidate need not say what it is."""

import sys

NOISY_MODULES = {"antigravity", "this", "idlelib", "turtle", "tkinter", "test", "__main__"}
MEMBERS = {
    "np": "numpy", "pd": "pandas", "numpy": "numpy", "pandas": "pandas", "deepcopy": "copy:deepcopy", "isclose": "math:isclose",
    "Decimal": "decimal:Decimal", "Fraction": "fractions:Fraction",
    **{name: f"collections:{name}" for name in ("Counter", "OrderedDict", "defaultdict", "deque", "namedtuple")},
}


def modules_of_names(names):
    """The modules that library_names() would take for those names."""
    known = {name: MEMBERS[name].partition(":")[0] for name in names & MEMBERS.keys()}
    return {*known.values(), *(names & sys.stdlib_module_names - NOISY_MODULES)}


def library_names(names):
    """What those of the names mean that are a module of the standard library or well-known; the others are left out."""
    found = {}
    for name in names:
        module, _colon, attribute = MEMBERS.get(name, "").partition(":")
        if not module and name in sys.stdlib_module_names - NOISY_MODULES:
            module = name
        try:
            if module:
                found[name] = getattr(__import__(module), attribute) if attribute else __import__(module)
        except ImportError:
            # It belongs to another system, or its package is not installed.
            pass
    return found
