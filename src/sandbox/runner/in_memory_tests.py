"""Test files without pytest: unittest's classes, and test functions that are called one by one."""

import types
import unittest

import event_loops
import recorded_module

MODULE = "greenloop_tests"


class SkippedByCode(Exception):
    """The code under test, and not the file, said that it need not be tested."""


class Loader(unittest.TestLoader):
    """Finds tests as unittest does where nobody has told it otherwise."""

    testMethodPrefix = "test"
    testNamePatterns = None
    sortTestMethodsUsing = staticmethod(unittest.util.three_way_cmp)
    suiteClass = unittest.TestSuite


class Result(unittest.TestResult):
    """Tells of every test as unittest reports it."""

    def __init__(self, run):
        super().__init__()
        self.run = run
        self.failfast = run.stop_at_first
        self.count_passed = self.count_failed = 0
        self.is_told = False
        self.raised = None

    def startTest(self, test):
        super().startTest(test)
        self.is_told, self.raised = False, None
        self.run.started(name_of(test))

    def watch(self, suite):
        """Before the run, as some versions take a test's method before they say that it starts."""
        for test in suite:
            if isinstance(test, unittest.TestSuite):
                self.watch(test)
            else:
                for name in ("setUp", "asyncSetUp", test._testMethodName):
                    if hasattr(test, name):
                        setattr(test, name, self.watched(getattr(test, name)))

    def watched(self, method):
        """A method of a test that is heard to fail, and that fails where it would be skipped on the word of the code under test."""

        def note(error):
            if isinstance(error, unittest.SkipTest):
                error = self.judged_skip(error, method.__name__)
            self.raised = error
            return error

        return event_loops.heard(method, note)

    def judged_skip(self, error, method):
        if self.run.is_meant_skip(method, error):
            return error
        return SkippedByCode(str(error)).with_traceback(error.__traceback__)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        if not self.run.is_meant_skip(name_of(test), None):
            self.tell_failure(test, SkippedByCode(reason))

    def addExpectedFailure(self, test, error):
        super().addExpectedFailure(test, error)
        if not self.run.written.may_fail(name_of(test)):
            self.tell_failure(test, error[1])

    def stopTest(self, test):
        super().stopTest(test)
        if not self.is_told:
            self.run.skipped(name_of(test))

    def addSuccess(self, test):
        # What a test raised is no success, whatever the framework makes of it.
        tampering = self.raised or self.run.tampering()
        if tampering is not None:
            return self.tell_failure(test, tampering)
        super().addSuccess(test)
        self.is_told = True
        self.count_passed += 1
        self.run.passed(name_of(test))

    def addError(self, test, error):
        self.tell_failure(test, error[1])
        super().addError(test, error)

    def addFailure(self, test, error):
        # Before unittest takes its own frames, which know the values, out of the traceback.
        self.tell_failure(test, error[1])
        super().addFailure(test, error)

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.tell_failure(subtest, error[1])
        super().addSubTest(test, subtest, error)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.tell_failure(test, AssertionError("a test that is expected to fail passes"))

    def tell_failure(self, test, error):
        self.is_told = True
        self.count_failed += 1
        self.run.failed(name_of(test), error)
        if self.failfast:
            self.stop()


def name_of(test):
    return test.id().replace(f"{MODULE}.", "")


def run(run):
    """Runs TestCase classes, test classes and test functions; (problem, broken)."""
    module, broken, is_over = execute(run)
    if is_over:
        return None, broken
    # The file may have called the code as it was imported.
    run.guard.restore()
    run.shield(vars(module).values())
    suite = suite_of(module)
    result = Result(run)
    result.watch(suite)
    try:
        suite.run(result)
    except BaseException as error:
        # unittest lets KeyboardInterrupt through.
        run.failed(None, error)
        return None, None
    return problem_of(result), None


def problem_of(result):
    if result.count_failed > 0:
        return None
    if result.wasSuccessful() and result.count_passed > 0:
        return result.run.missing_test()
    return f"at least one test runs and passes ({len(result.skipped)} skipped)"


def suite_of(module):
    suite = Loader().loadTestsFromModule(module)
    for name, value in list(vars(module).items()):
        if name.startswith("test") and isinstance(value, types.FunctionType) and value.__module__ == module.__name__:
            suite.addTest(NamedTest(value, name))
        elif name.startswith("Test") and isinstance(value, type) and not issubclass(value, unittest.TestCase):
            suite.addTests(tests_of_class(value, name))
    return suite


def tests_of_class(kind, class_name):
    for name in [name for name in vars(kind) if name.startswith("test")]:
        yield NamedTest(lambda name=name: call_method(kind(), name), f"{class_name}.{name}")


def call_method(instance, name):
    for hook in ("setup_method", name):
        if hasattr(instance, hook):
            event_loops.finished(getattr(instance, hook)())
    event_loops.finished(getattr(instance, "teardown_method", lambda: None)())


class NamedTest(unittest.FunctionTestCase):
    """A function as a test, under its name in the file."""

    def __init__(self, function, name):
        super().__init__(lambda: event_loops.finished(function()))
        self.name = name

    def id(self):
        return self.name


def execute(run):
    """Runs a file of tests as a module; (module, what is broken in it, whether there is nothing more to do)."""
    module = recorded_module.empty(run, MODULE, recorded_module.check)
    try:
        exec(recorded_module.compiled(run, []), module.__dict__)
    except BaseException as error:
        return module, run.import_failed(error), True
    return module, None, False
