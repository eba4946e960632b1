"""Test files of plain assertions, each of which is a check."""

import ast

import event_loops
import guard
import reachable
import recorded_module

MOST_TOLD = 50


class TestEnd(BaseException):
    """Ends a file at its first failure."""


class PlainChecks:
    """Makes a check of every assertion of a plain file, and goes on after one that fails."""

    def __init__(self, run):
        self.run, self.current = run, None
        self.passed = self.failed = 0
        self.assertions = []

    def check(self, number, left, name, right):
        source = self.run.file.text_of(self.assertions[number])
        if self.current != number:
            self.run.started(source)
            self.current = number
        try:
            recorded_module.check(number, left, name, right)
        except Exception as error:
            return self.fail(number, error)
        tampering = guard.failure(self.replaced_for(number)) or self.run.tampering_beyond_names()
        if tampering is not None:
            return self.fail(number, tampering)
        self.passed += 1
        if self.passed > MOST_TOLD:
            self.run.untold += 1
        else:
            self.run.passed(None, source)
        return None

    def fail(self, number, error):
        self.failed += 1
        self.run.failed(None, error, assertion=self.assertions[number])
        if self.run.stop_at_first or self.failed >= MOST_TOLD:
            raise TestEnd from None

    def replaced_for(self, number):
        """Replaced built-in names that an assertion uses, or a function of the file; others are the code's own affair."""
        replaced = self.run.guard.replaced_builtins()
        if not replaced:
            return replaced
        # The library that looks for them uses these names too.
        self.run.guard.restore()
        functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        places = [node for node in ast.walk(self.run.file.tree) if isinstance(node, functions)]
        used = {node.id for place in (self.assertions[number], *places) for node in ast.walk(place) if isinstance(node, ast.Name)}
        return used.intersection(replaced)

    def problem(self):
        return None if self.passed + self.failed > 0 else "the test file makes at least one check"


def run(run, names):
    """Runs a plain file as `__main__`, each assertion a check, and `check(candidate)` where it defines that; (problem, broken)."""
    checks = PlainChecks(run)
    module = recorded_module.empty(run, "__main__", checks.check)
    module.__dict__.update(names)
    try:
        event_loops.finished(eval(recorded_module.compiled(run, checks.assertions), module.__dict__))
        if reachable.has_check_of_candidate(run.file.tree) and run.entry_point in vars(run.candidate.module):
            event_loops.finished(module.check(vars(run.candidate.module)[run.entry_point]))
    except TestEnd:
        return None, None
    except SystemExit as error:
        if error.code or run.is_of_candidate(error):
            run.failed(None, error)
            return None, None
        if checks.passed + checks.failed == 0:
            return None, run.import_failed(error)
    except BaseException as error:
        return None, run.import_failed(error)
    return checks.problem(), None
