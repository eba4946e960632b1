"""The judge's side of a whole test file that runs in the candidate's process: what it needs, and what was told of its tests.

A pass is said by the judge, but of what the candidate's process told; only checks.py's kind of test cannot be forged.
"""

import ast
import os

import checks
import describe
import raised
import reachable
import wire

MOST_KEPT = 50
OPERATORS = frozenset(("==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"))


class PytestMissing(Exception):
    """The test file can only run under pytest, which the interpreter does not have."""


class PreparedProgram:
    """A test file: how it is written, and so what can run it."""

    mirrors = False
    setup_seconds = 0

    def __init__(self, request):
        self.source, self.context = (request[part].removeprefix("\ufeff") for part in ("program", "context"))
        self.module_name = request["moduleName"]
        self.folders = request["packageFolders"]
        tree = ast.parse(self.source)
        compile(tree, "<tests>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        self.form = FormOfTests(tree)
        if not (self.form.has_tests or reachable.can_check(tree)):
            raise checks.NoCheck

    def ready(self, link):
        """Tells the candidate's side what is to come, and chooses the way to test; PytestMissing where there is none."""
        form = self.form
        has_pytest = link.request("prepare", self.module_name, (form.prefers_pytest, self.folders)) is True
        if form.needs_pytest and not has_pytest:
            raise PytestMissing
        if not form.has_tests:
            return "plain"
        return "pytest" if has_pytest else "unittest"

    def tested_by(self, way):
        return "plain" if way == "unittest" and not self.form.has_test_cases else way


class FormOfTests:
    """What a test file is written with: test functions, test classes, unittest's classes, pytest itself."""

    def __init__(self, tree):
        imported = {name.partition(".")[0] for node in ast.walk(tree) for name in modules_of(node)}
        classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        test_cases = [node for node in classes if any(ast.unparse(base).endswith("TestCase") for base in node.bases)]
        plain = [node for node in classes if node.name.startswith("Test") and node not in test_cases]
        functions = [node for node in tree.body if is_test(node)]
        methods = [part for node in plain for part in node.body if is_test(part)]
        self.has_test_cases = bool(test_cases)
        self.has_tests = bool(functions or methods or test_cases)
        has_parameters = any(map(wants_argument, functions)) or any(wants_argument(method, 1) for method in methods)
        self.needs_pytest = bool(imported & {"pytest", "pytest_asyncio"}) or has_parameters
        self.prefers_pytest = self.needs_pytest or bool(functions or methods)


def modules_of(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def is_test(node):
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test")


def wants_argument(function, given=0):
    """Whether a function has to be given more than so many arguments, as fixtures are."""
    arguments = function.args
    return len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults) > given


class ProgramRun:
    """One run of a test file against a candidate."""

    def __init__(self, tests, link, stop_at_first, ran_before):
        self.tests, self.link, self.stop_at_first, self.ran_before = tests, link, stop_at_first, ran_before
        self.way = tests.ready(link)
        self.token = os.urandom(16).hex()
        self.tested_by = tests.tested_by(self.way)
        self.passed, self.failed, self.assertions = [], [], []
        self.passed_count = 0
        self.current = self.broken = None

    def run(self, entry_point, _names):
        """Runs the file; what its run raises as a whole is recorded as a failed check."""
        arguments = (self.way, self.tests.source, self.tests.context, entry_point, self.stop_at_first)
        try:
            end = self.link.run_tests(self.token, arguments, self.hear)
            self.check_token(end)
            problem, broken = text_or_none(end["problem"]), text_or_none(end["broken"])
            self.passed_count += max(int(end["untold"]), 0) if self.passed_count > 0 else 0
        except checks.RaisedByCandidate as error:
            return self.record_failure(record_of(self.current, checks.public(error.record)))
        if broken is not None:
            return self.record_broken(broken)
        if problem is None and self.passed_count == 0 and not self.failed:
            problem = "at least one test runs and passes"
        if problem is not None:
            self.record_failure({**record_of(None, None), "source": problem})
        return None

    def record_broken(self, problem):
        """A file that came to its tests with another candidate is not broken: this one keeps it from them."""
        if self.ran_before:
            self.record_failure(record_of(None, raised.own_record("TestFileError", problem)))
        else:
            self.broken = problem

    def check_token(self, message):
        if type(message) is not dict or message.get("token") != self.token:
            raise wire.BadFrame("a word on the tests that is not of those who run them")

    def hear(self, event):
        """Takes an event of the run; BadFrame for what is none."""
        self.check_token(event)
        if event["event"] == "started":
            self.current = raised.text_of(event["test"])[:300]
        elif event["outcome"] == "passed":
            self.passed_count += 1
            if len(self.passed) < MOST_KEPT and not self.stop_at_first:
                self.passed.append(checked(event["check"], True))
        elif event["outcome"] == "failed":
            self.record_failure(checked(event["check"], False), event["check"]["is_assertion"] is True)

    def record_failure(self, check, is_assertion=False):
        if len(self.failed) < MOST_KEPT:
            self.failed.append(check)
            self.assertions.append(is_assertion)

    def is_assertion(self):
        """Whether the first failed check is an assertion that did not hold, whatever is known of it."""
        return self.assertions[0]

    def records(self):
        return self.failed + self.passed

    def hanging_source(self):
        return self.current


def record_of(test, exception):
    source = test if test is not None else "the test file"
    nothing = {"call": None, "actual": None, "operator": None, "expected": None}
    return {"test": test, "source": source, "passed": False, **nothing, "exception": exception}


def checked(check, is_passed):
    """A check as the judge passes it on, whatever the candidate's side put into it."""
    record = {"test": text_or_none(check["test"]), "source": raised.text_of(check["source"])[:300]}
    record |= {"passed": is_passed, "call": None, "actual": None, "operator": None, "expected": None, "exception": None}
    if is_passed:
        return record
    for name in ("actual", "expected"):
        record[name] = text_or_none(check[name])
    record["operator"] = check["operator"] if check["operator"] in OPERATORS else None
    if check["exception"] is not None:
        record["exception"] = checks.public(raised.checked_record(check["exception"]))
    return record


def text_or_none(value):
    return None if value is None else raised.text_of(value)[: describe.LONGEST_VALUE]
