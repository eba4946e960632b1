"""Test files under pytest: run by pytest itself, told by a plugin that hears its reports."""

import importlib.util
import io
import os
import sys
import types

import event_loops
import failures

FILE_NAME = "greenloop_tests.py"
# Nothing of the machine's own configuration, nothing that writes, and no output: what is printed is the candidate's.
OPTIONS = (
    "-c", "/dev/null", "--noconftest", "--capture=no", "-p", "no:cacheprovider", "-p", "no:faulthandler",
    "-p", "no:junitxml", "-p", "no:pastebin", "--tb=no", "--no-header", "--no-summary", "--color=no",
)


def import_pytest():
    """The module, or None where it is not installed."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        import pytest
    except ImportError:
        return None
    return pytest


class Silence(io.TextIOBase):
    """Takes what pytest's own report prints."""

    encoding = "utf-8"

    def writable(self):
        return True

    def write(self, text):
        return len(text)


def run(run):
    """Runs the file; (problem, broken)."""
    folder = f"{os.getcwd()}/tests-{os.urandom(8).hex()}"
    os.mkdir(folder)
    path = f"{folder}/{FILE_NAME}"
    forget_options()
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(run.source)
    run.open_file(path)
    pytest = run.candidate.pytest
    plugin = Plugin(run, sys.stdout)
    for name in ("pytest_runtest_makereport", "pytest_runtest_call"):
        pytest.hookimpl(hookwrapper=True, tryfirst=True)(getattr(Plugin, name))
    if "pytest_asyncio" in run.source and importlib.util.find_spec("pytest_asyncio") is None:
        sys.modules["pytest_asyncio"] = pytest_asyncio_of(pytest)
    options = [*OPTIONS, f"--rootdir={folder}", f"--basetemp={folder}/tmp"]
    if run.stop_at_first:
        options.append("--maxfail=1")
    sys.stdout = Silence()
    try:
        code = pytest.main([*options, path], plugins=[plugin, event_loops.plugin(pytest)])
    finally:
        sys.stdout = plugin.output
    return plugin.problem(int(code)), plugin.broken


def forget_options():
    """What the candidate may have left for pytest to find: options in the environment, a module of the test file's name."""
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    sys.modules.pop(FILE_NAME.removesuffix(".py"), None)


def pytest_asyncio_of(pytest):
    """What test files use of that plugin, whose work is done by AsynchronousTests."""
    module = types.ModuleType("pytest_asyncio")
    module.fixture = lambda *arguments, loop_scope=None, **options: pytest.fixture(*arguments, **options)
    return module


class Plugin:
    """Hears pytest's reports. Its own reporter was made before the session starts and keeps writing into the silence."""

    def __init__(self, run, output):
        self.run, self.output = run, output
        self.broken = self.name = self.error = self.values = self.raised = None
        self.is_passed = self.is_failed = False
        self.found = self.ended = self.passed = self.skipped = self.failed = 0

    def pytest_sessionstart(self):
        sys.stdout = self.output

    def pytest_deselected(self, items):
        self.found += len(items)

    def pytest_collection_finish(self, session):
        self.found += len(session.items)
        self.run.guard.restore()
        self.run.shield({getattr(item, "cls", None) for item in session.items})

    def pytest_exception_interact(self, call, report):
        """Of a test file that cannot be imported; tests are heard of below."""
        if report.when == "collect":
            error = call.excinfo.value
            self.failed += 1
            self.broken = self.run.import_failed(error.__cause__ or error)

    def pytest_runtest_logstart(self, nodeid):
        self.name = nodeid.partition("::")[2].replace("::", ".")
        self.error = self.values = self.raised = None
        self.is_passed = self.is_failed = False
        self.run.started(self.name)

    def pytest_assertrepr_compare(self, op, left, right):
        self.values = failures.Values(left, op, right)

    def pytest_runtest_call(self, item):
        """Hears itself what a test raises, whatever the framework makes of it."""
        if isinstance(item, self.run.candidate.pytest.Function):
            item.obj = event_loops.heard(item.obj, self.hear_raised)
        yield

    def hear_raised(self, error):
        self.raised = error
        return error

    def pytest_runtest_makereport(self, call):
        """Around pytest's own: it puts another exception in the place of a skip, and the one of a unittest where there is none."""
        before = call.excinfo
        yield
        excinfo = before or call.excinfo
        if excinfo is not None and not self.is_failed:
            self.error = excinfo.value

    def pytest_runtest_logreport(self, report):
        if self.is_failed:
            return
        if report.failed or report.skipped and not self.is_meant(report):
            self.fail(self.error or AssertionError("a test that is expected to fail passes"))
        elif report.when == "call" and report.passed:
            self.is_passed = self.raised is None
            if not self.is_passed:
                self.fail(self.raised)

    def pytest_runtest_logfinish(self):
        self.ended += 1
        tampering = self.run.tampering() if self.is_passed and not self.is_failed else None
        if tampering is not None:
            self.fail(tampering)
        elif self.is_passed and not self.is_failed:
            self.passed += 1
            self.run.passed(self.name)
        elif not self.is_failed:
            self.skipped += 1
            self.run.skipped(self.name)

    def pytest_keyboard_interrupt(self, excinfo):
        if type(excinfo.value).__name__ != "Interrupted":
            self.fail(excinfo.value)

    def fail(self, error):
        self.is_failed = True
        self.failed += 1
        if type(error).__name__ == "FixtureLookupError":
            self.broken = f"{self.name} wants a fixture that pytest does not have: {error.argname}"
        else:
            self.run.failed(self.name, error, self.values)

    def is_meant(self, report):
        """Whether the file itself, and not the code under test, skips a test or expects it to fail."""
        if not hasattr(report, "wasxfail"):
            return self.run.is_meant_skip(self.name, self.error)
        is_call = type(self.error).__name__ == "XFailed"
        return self.run.written.may_fail(self.name) and not (is_call and self.run.is_of_candidate(self.error))

    def problem(self, code):
        """What speaks against a pass although no test failed; None where nothing does."""
        if self.failed > 0:
            return None
        if code == 0 and self.ended == self.found and self.passed > 0:
            return self.run.missing_test()
        if self.passed == 0 and self.ended == self.found:
            return f"at least one test runs and passes ({self.skipped} skipped)"
        return f"pytest runs every test to its end (it ended with exit code {code})"
