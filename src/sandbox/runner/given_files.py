"""Files of the user's that the code and its tests may import, each by its module name."""

import importlib.machinery
import sys


class GivenFiles:
    """Finds and loads the modules; `files` are pairs of a dotted name and a source."""

    def __init__(self, files):
        self.sources = dict(files)
        self.packages = {package for name in self.sources for package in packages_of(name)}

    def find_spec(self, name, path=None, target=None):
        if name not in self.sources and name not in self.packages:
            return None
        spec = importlib.machinery.ModuleSpec(name, self, origin=self.path_of(name), is_package=name in self.packages)
        spec.has_location = name in self.sources
        return spec

    def path_of(self, name):
        return f"{name.replace('.', '/')}.py"

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        source = self.sources.get(module.__name__, "")
        exec(compile(source, self.path_of(module.__name__), "exec", dont_inherit=True), module.__dict__)

    def get_source(self, name):
        """For tracebacks that show the line."""
        return self.sources.get(name)


def packages_of(name):
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def give(files):
    sys.meta_path.insert(0, GivenFiles(files))
