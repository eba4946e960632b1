"""The libraries that a test file imports: imported before the code, put back after it has loaded, and watched where the file uses them."""

import sys

import guard

COMPARISONS = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__bool__", "__contains__", "__len__")


class FileLibraries:
    """Libraries by name, and the names by which the file may use parts of them. What cannot be imported is left out."""

    def __init__(self, names, used):
        for name in names:
            import_quietly(name)
        packages = {name.partition(".")[0] for name in names}
        self.modules = {name: module for name, module in list(sys.modules.items()) if name.partition(".")[0] in packages}
        self.modules = {name: module for name, module in self.modules.items() if hasattr(module, "__dict__")}
        self.held = [guard.Held(module, lambda name, value: name in used and callable(value)) for module in self.modules.values()]
        self.held += [guard.Held(kind, lambda name, _value: name in COMPARISONS) for kind in self.classes()]
        self.searches = [(name, getattr(sys, name), list(getattr(sys, name))) for name in ("path", "meta_path", "path_hooks")]
        self.spared = frozenset()
        self.packages = packages - sys.stdlib_module_names - set(guard.FRAMEWORKS)

    def classes(self):
        values = [value for held in self.held for value in held.kept.values()]
        return {id(value): value for value in values if isinstance(value, type) and value.__flags__ & guard.HEAP_TYPE}.values()

    def restore(self):
        """
        After the code has loaded: makes what the file uses what it was, and lets libraries be found where they were found before. A
        library that the code has forbidden (None) stays so: the file fails, and that is the code's doing.
        """
        sys.modules.update({name: module for name, module in self.modules.items() if sys.modules.get(name, module) is not None})
        for name, place, items in self.searches:
            now = getattr(sys, name, None)
            added = [item for item in now if not any(item is kept for kept in items)] if isinstance(now, list) else []
            place[:] = items + added
            setattr(sys, name, place)
        for held in self.held:
            for name in held.changed():
                restore_name(held, name)

    def replaced(self):
        """Names that hold something else now, where neither the file nor a package that it imports has put it there."""
        return {name for held in self.held for name in held.changed() if self.counts(held, name)}

    def counts(self, held, name):
        return name not in self.spared and guard.package_of(held.namespace.get(name)) not in self.packages


def import_quietly(name):
    try:
        __import__(name)
    except BaseException:
        # The file may do without, or says so itself.
        pass


def restore_name(held, name):
    try:
        setattr(held.owner, name, held.kept[name])
    except (AttributeError, TypeError):
        pass
