"""Test files without pytest: unittest's classes, test functions called one by one, and plain assertions."""

import ast
import functools
import sys
import types
import unittest

import failures
import recorder

MODULE = "greenloop_tests"
MOST_TOLD = 50


class TestEnd(BaseException):
    """Ends a plain file at its first failure."""


class SkippedByCode(Exception):
    """The code under test said that it need not be tested."""


class Result(unittest.TestResult):
    """Tells of every test as unittest reports it."""

    def __init__(self, run):
        super().__init__()
        self.run = run
        self.failfast = run.stop_at_first
        self.count_passed = self.count_failed = 0
        self.is_told = False

    def startTest(self, test):
        super().startTest(test)
        self.is_told = False
        self.run.started(name_of(test))

    def watch(self, suite):
        """Before the run, as some versions take a test's method before they say that it starts."""
        for test in suite:
            if isinstance(test, unittest.TestSuite):
                self.watch(test)
            else:
                for name in ("setUp", test._testMethodName):
                    setattr(test, name, self.watched(getattr(test, name)))

    def watched(self, method):
        """A method of a test that fails where it would be skipped on the word of the code under test."""

        @functools.wraps(method)
        def call():
            try:
                return method()
            except unittest.SkipTest as error:
                if self.run.is_of_candidate(error):
                    raise SkippedByCode(str(error)).with_traceback(error.__traceback__) from None
                raise

        return call

    def stopTest(self, test):
        super().stopTest(test)
        if not self.is_told:
            self.run.skipped(name_of(test))

    def addSuccess(self, test):
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


def run_tests(run):
    """Runs TestCase classes, test classes and test functions; (problem, broken)."""
    module, broken, is_over = execute(run, check_in_test)
    if is_over:
        return None, broken
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
    if result.count_failed > 0 or (result.wasSuccessful() and result.count_passed > 0):
        return None
    return f"at least one test runs and passes ({len(result.skipped)} skipped)"


def suite_of(module):
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
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
            getattr(instance, hook)()
    getattr(instance, "teardown_method", lambda: None)()


class NamedTest(unittest.FunctionTestCase):
    """A function as a test, under its name in the file."""

    def __init__(self, function, name):
        super().__init__(function)
        self.name = name

    def id(self):
        return self.name


def check_in_test(_number, left, name, right):
    """An assertion inside of a test: fails with the values that it compared."""
    actual = left()
    if name is None:
        symbol = expected = None
        holds = bool(actual)
    else:
        symbol, compare = recorder.OPERATORS[name]
        expected = right()
        holds = bool(compare(actual, expected))
    if not holds:
        error = failures.RecordedFailure()
        error.values = failures.Values(actual, symbol, expected)
        raise error


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
            check_in_test(number, left, name, right)
        except Exception as error:
            self.failed += 1
            self.run.failed(None, error, assertion=self.assertions[number])
            if self.run.stop_at_first or self.failed >= MOST_TOLD:
                raise TestEnd from None
        else:
            self.passed += 1
            if self.passed > MOST_TOLD:
                self.run.untold += 1
            else:
                self.run.passed(None, source)


def run_asserts(run):
    """Runs a plain file, each assertion a check, and `check(candidate)` where it defines that; (problem, broken)."""
    checks = PlainChecks(run)
    module, broken, is_over = execute(run, checks.check, checks.assertions)
    if is_over:
        return None, broken
    function = getattr(module, "check", None)
    if function is not None and run.entry_point in vars(run.candidate.module):
        try:
            function(vars(run.candidate.module)[run.entry_point])
        except TestEnd:
            return None, None
        except BaseException as error:
            run.failed(None, error)
    return (None if checks.passed + checks.failed > 0 else "the test file makes at least one check"), None


def execute(run, check, assertions=None):
    """Runs the file as a module; (module, what is broken in it, whether there is nothing more to do)."""
    run.open_file("<tests>")
    module = types.ModuleType(MODULE)
    module.__dict__.update(__check__=check, __file__=run.file.path)
    sys.modules[MODULE] = module
    try:
        exec(compiled(run, [] if assertions is None else assertions), module.__dict__)
    except TestEnd:
        return module, None, True
    except BaseException as error:
        return module, run.import_failed(error), True
    return module, None, False


def compiled(run, assertions):
    """The file with recorded assertions; as it is where one cannot be recorded (`assert await f()`)."""
    transformer = recorder.Recorder()
    try:
        tree = ast.fix_missing_locations(transformer.visit(ast.parse(run.source)))
        code = compile(tree, run.file.path, "exec", dont_inherit=True)
    except SyntaxError:
        return compile(run.source, run.file.path, "exec", dont_inherit=True)
    assertions.extend(ast.Assert(test) for test in transformer.sources)
    return code
