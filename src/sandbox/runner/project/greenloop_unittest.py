"""`python -m unittest` that reports every test to greenloop."""

import inspect
import sys
import unittest

import greenloop_report

__unittest = True


class Result(unittest.TextTestResult):
    def startTest(self, test):
        super().startTest(test)
        self.failure = None
        greenloop_report.current = test.id()
        greenloop_report.tell_of_tests({"event": "started", "id": test.id()})

    def addSuccess(self, test):
        super().addSuccess(test)
        if self.failure is None:
            tell(test, "passed")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        tell(test, "skipped")

    def addExpectedFailure(self, test, error):
        super().addExpectedFailure(test, error)
        tell(test, "skipped")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.fail(test, AssertionError("a test that is expected to fail passes"))

    def addError(self, test, error):
        super().addError(test, error)
        self.fail(test, error[1])

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.fail(test, error[1])

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.fail(test, error[1])

    def fail(self, test, error):
        """Of a test with several failures the first one is told."""
        if getattr(self, "failure", None) is None:
            self.failure = error
            tell(test, "failed", error)

    def stopTest(self, test):
        super().stopTest(test)
        greenloop_report.current = None


def tell(test, outcome, error=None):
    path = file_of(test)
    greenloop_report.tell_of_tests({
        "event": "test",
        "id": test.id(),
        "kind": "collect" if is_not_loaded(test) else "test",
        "outcome": outcome,
        "file": path,
        "name": None if path is None else f"{type(test).__qualname__}.{test._testMethodName}",
        "failure": None if error is None else {**greenloop_report.failure_of(error, path), "values": None},
    })


def is_not_loaded(test):
    return type(test).__module__ in ("unittest.loader", "unittest.suite")


def file_of(test):
    try:
        return inspect.getsourcefile(type(test)) if not is_not_loaded(test) else None
    except TypeError:
        return None


class Runner(unittest.TextTestRunner):
    resultclass = Result


if __name__ == "__main__":
    greenloop_report.tell_of_tests({"event": "runner", "name": "unittest"})
    sys.argv[0] = "python -m unittest"
    unittest.main(module=None, testRunner=Runner)
