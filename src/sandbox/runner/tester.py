"""Runs a whole test file of the user's in the candidate's process: with pytest, with unittest, or assertion by assertion.

It tells the judge of each test as it starts and ends: {"token", "event": "started", "test"} and {"token", "event": "ended",
"outcome", "check"}; the answer at the end is {"token", "problem", "broken", "untold"}. The token comes with the request, so that what
a candidate wrote before, or writes without looking for it, is none of these. A candidate that looks for it can forge them.
"""

import ast
import builtins
import linecache
import sys
import types
import unittest

import describe
import failures
import file_libraries
import guard
import in_memory_tests
import libraries
import own_patches
import own_test_case
import plain_asserts
import pytest_tests
import tracing
import written_tests


def prepare(candidate, wants_pytest, folders, imports, used):
    """
    Makes packages visible and imports the framework and the libraries of the file, before any code can put itself in their place;
    whether pytest is there. `used` are the names that stand in the file.
    """
    sys.path.extend(folders)
    name = candidate.module.__name__
    publish_parents(candidate.module)
    candidate.module.__file__ = describe.CANDIDATE_FILE
    candidate.module.__package__ = name.rpartition(".")[0]
    candidate.pytest = pytest_tests.import_pytest() if wants_pytest else None
    candidate.libraries = file_libraries.FileLibraries(imports, frozenset(used))
    candidate.guard = guard.Guard()
    candidate.tracing = tracing.Tracing()
    return candidate.pytest is not None


def publish_parents(module):
    """Makes the packages of a module with a dotted name importable."""
    parent, _point, name = module.__name__.rpartition(".")
    while parent:
        package = types.ModuleType(parent)
        package.__path__ = []
        setattr(package, name, module)
        sys.modules[parent] = module = package
        parent, _point, name = parent.rpartition(".")


class Run:
    """What the ways to test share: the file, the candidate, and what the judge is told."""

    def __init__(self, candidate, token, source, entry_point, stop_at_first):
        self.candidate, self.token = candidate, token
        self.source, self.entry_point, self.stop_at_first = source, entry_point, stop_at_first
        self.file = None
        self.untold = 0
        self.written = written_tests.WrittenTests(ast.parse(source))
        self.begun = set()
        self.guard, self.libraries, self.tracing = candidate.guard, candidate.libraries, candidate.tracing

    def open_file(self, path):
        self.file = failures.TestFile(path, self.source)
        for name, text in ((path, self.source), (describe.CANDIDATE_FILE, self.candidate.source)):
            linecache.cache[name] = (len(text), None, text.splitlines(True), name)

    def started(self, test):
        self.guard.restore()
        self.tracing.stop()
        self.begun.add(test.partition("[")[0])
        self.candidate.tell({"token": self.token, "event": "started", "test": test})

    def passed(self, test, source=None):
        check = {"test": test, "source": source or test, "passed": True}
        self.candidate.tell({"token": self.token, "event": "ended", "outcome": "passed", "check": check})

    def shield(self, classes):
        """Makes the methods of the file's test classes independent of what happens to unittest's."""
        kinds = {kind for kind in classes if isinstance(kind, type) and issubclass(kind, unittest.TestCase)}
        own_test_case.give(kinds, self.guard.class_as_it_was(unittest.TestCase), self.guard.spared)

    def tampering(self):
        """The failure of a test that passed with something of Python's or the framework's replaced by the code; None where nothing is."""
        return guard.failure(self.guard.replaced()) or self.tampering_beyond_names()

    def tampering_beyond_names(self):
        """The same of what the file uses of libraries, and of code that traces its caller."""
        if self.tracing.is_forbidden():
            return AssertionError("the code traces the tests")
        return guard.failure(self.libraries.replaced())

    def is_meant_skip(self, test, error):
        """Whether the file itself skips a test: its text says so, and code of the candidate's had no part in it."""
        if not self.written.may_skip(test):
            return False
        if error is None:
            return True
        step = self.step_in_file(error)
        return not self.is_of_candidate(error) and (step is None or self.written.is_skip(self.file.statement_at(step.tb_lineno)))

    def missing_test(self):
        """What speaks against a pass: a test that stands in the file and never started."""
        name = self.written.unstarted(self.begun)
        return None if name is None else f"every test of the file runs ({name} did not)"

    def skipped(self, test):
        self.candidate.tell({"token": self.token, "event": "ended", "outcome": "skipped", "check": None})

    def failed(self, test, error, values=None, assertion=None):
        self.guard.restore()
        check = failures.failure(error, self.file, self.candidate.source, test, values, assertion)
        self.candidate.tell({"token": self.token, "event": "ended", "outcome": "failed", "check": check})

    def is_of_candidate(self, error):
        """Whether code of the candidate's was under way where it was raised."""
        while error is not None:
            if any(step.tb_frame.f_code.co_filename == describe.CANDIDATE_FILE for step in failures.steps_of(error)):
                return True
            error = error.__cause__ or error.__context__
        return False

    def import_failed(self, error):
        """What a test file that does not come to its end says of the candidate: a failed check, or that the file is broken."""
        self.guard.restore()
        if self.is_candidates_fault(error):
            self.failed(None, error)
            return None
        line = self.line_of(error)
        place = "" if line is None else f" (line {line})"
        return f"{type(error).__name__}: {describe.message_text(error)}{place}"

    def is_candidates_fault(self, error):
        if self.is_of_candidate(error) or failures.is_failed_assertion(error) or isinstance(error, MemoryError):
            return True
        name = getattr(error, "name", None)
        if isinstance(error, ImportError):
            return name == self.candidate.module.__name__ and not isinstance(error, ModuleNotFoundError)
        if isinstance(error, NameError) and name is not None and not self.file_imports_candidate():
            return True
        return self.statement_uses_candidate(error)

    def file_imports_candidate(self):
        wanted = self.candidate.module.__name__
        for node in ast.walk(self.file.tree):
            if isinstance(node, ast.ImportFrom) and node.module == wanted:
                return True
            if isinstance(node, ast.Import) and any(alias.name == wanted for alias in node.names):
                return True
        return False

    def statement_uses_candidate(self, error):
        """Whether the failing statement of the test file names anything of the candidate's."""
        step = self.step_in_file(error)
        statement = None if step is None else self.file.statement_at(step.tb_lineno)
        if statement is None:
            return False
        namespace = {**vars(builtins), **step.tb_frame.f_globals, **step.tb_frame.f_locals}
        own = {id(value) for name, value in vars(self.candidate.module).items() if not name.startswith("__")}
        own.add(id(self.candidate.module))
        names = [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]
        return any(name in namespace and id(namespace[name]) in own for name in names)

    def step_in_file(self, error):
        steps = [step for step in failures.steps_of(error) if step.tb_frame.f_code.co_filename == self.file.path]
        return steps[-1] if steps else None

    def line_of(self, error):
        if isinstance(error, SyntaxError):
            return error.lineno
        step = self.step_in_file(error)
        return None if step is None else step.tb_lineno


def define_missing_names(candidate, source):
    """Gives the test file what it uses of the candidate without importing it: its own names go first."""
    used = names_used(source)
    for name, value in vars(candidate.module).items():
        if name in used and not name.startswith("__") and not hasattr(builtins, name):
            setattr(builtins, name, value)


def names_used(source):
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def names_for_asserts(candidate, source, context):
    """What plain asserts use beyond that, as the judge gives it to them: names of the context and of libraries."""
    defined = {"__builtins__": builtins}
    try:
        exec(compile(context, "<context>", "exec", dont_inherit=True), defined)
    except Exception:
        # A context that does not run alone defines no more.
        pass
    missing = names_used(source) - vars(builtins).keys() - vars(candidate.module).keys()
    own = {name: value for name, value in defined.items() if name in missing}
    return {**libraries.library_names(missing - own.keys()), **own}


def spare_own_changes(candidate, source):
    """What the test file patches and traces itself is its own affair."""
    tree, libraries = ast.parse(source), candidate.libraries
    candidate.guard.spare(own_patches.patched_names(tree), names_used(source), libraries.packages)
    libraries.spared = own_patches.patched_names(tree, own_patches.MODULES + tuple(libraries.modules))
    candidate.tracing.spare(source)


def run(candidate, token, way, source, context, entry_point, stop_at_first):
    """Runs the file one way: "pytest", or "unittest" or "plain" in memory; the answer for the judge at its end."""
    candidate.libraries.restore()
    candidate.guard.restore()
    candidate.tracing.stop()
    spare_own_changes(candidate, source)
    define_missing_names(candidate, source)
    test_run = Run(candidate, token, source, entry_point, stop_at_first)
    if way == "pytest":
        problem, broken = pytest_tests.run(test_run)
    elif way == "unittest":
        problem, broken = in_memory_tests.run(test_run)
    else:
        problem, broken = plain_asserts.run(test_run, names_for_asserts(candidate, source, context))
    return {"token": token, "problem": problem, "broken": broken, "untold": test_run.untold}
