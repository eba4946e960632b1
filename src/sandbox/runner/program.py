"""The judge's side of a whole test file that runs in the candidate's process: what it needs, and what was told of its tests.

A pass is said by the judge, but of what the candidate's process told; only checks.py's kind of test cannot be forged.
"""

import ast
import os

import checks
import describe
import libraries
import raised
import reachable
import wire

MOST_KEPT = 50
# More assertions than any time limit lets run.
MOST_UNTOLD = 1 << 31
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
        self.names = sorted(names_of(tree))
        self.imports = sorted(self.libraries_of(tree))
        if not (self.form.has_tests or reachable.can_check(tree)):
            raise checks.NoCheck

    def libraries_of(self, tree):
        """What the file imports as it is executed, but for the candidate; plain asserts use libraries without importing them, too."""
        imported = {name for node in reachable.executed(tree) for name in modules_of(node)}
        if not self.form.has_tests:
            imported |= set(libraries.modules_of_names(names_of(tree)))
        own = self.module_name.partition(".")[0]
        return {name for name in imported if name and name.partition(".")[0] not in {own, *libraries.NOISY_MODULES}}

    def ready(self, link):
        """Tells the candidate's side what is to come, and chooses the way to test; PytestMissing where there is none."""
        form = self.form
        arguments = (form.prefers_pytest, self.folders, self.imports, self.names)
        has_pytest = link.request("prepare", self.module_name, arguments) is True
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
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []


def names_of(tree):
    """Every name that stands in a file, of attributes too."""
    parts = [(node.id if isinstance(node, ast.Name) else node.attr) for node in ast.walk(tree) if isinstance(node, (ast.Name, ast.Attribute))]
    return {*parts, *(alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names)}


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
            problem, broken, untold = self.link.understood(lambda: self.end_of_run(end))
        except checks.RaisedByCandidate as error:
            return self.record_failure(record_of(self.current, checks.public(error.record)))
        self.passed_count += untold if self.passed_count > 0 else 0
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

    def end_of_run(self, message):
        """Problem, what is broken in the file, and how many more checks passed; BadFrame and others for what does not say so."""
        self.check_token(message)
        untold = message["untold"]
        if type(untold) is not int or not 0 <= untold <= MOST_UNTOLD:
            raise wire.BadFrame("a number of checks that cannot be")
        return text_or_none(message["problem"]), text_or_none(message["broken"]), untold

    def check_token(self, message):
        token = message.get("token") if type(message) is dict else None
        if type(token) is not str or token != self.token:
            raise wire.BadFrame("a word on the tests that is not of those who run them")

    def hear(self, event):
        """Takes an event of the run; BadFrame and others for what is none."""
        self.check_token(event)
        if raised.text_of(event["event"]) == "started":
            self.current = raised.text_of(event["test"])[:300]
            return
        outcome = raised.text_of(event["outcome"])
        if outcome == "passed":
            self.passed_count += 1
            if len(self.passed) < MOST_KEPT and not self.stop_at_first:
                self.passed.append(checked(event["check"], True))
        elif outcome == "failed":
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
    operator = text_or_none(check["operator"])
    record["operator"] = operator if operator in OPERATORS else None
    if check["exception"] is not None:
        record["exception"] = checks.public(raised.checked_record(check["exception"]))
    return record


def text_or_none(value):
    return None if value is None else raised.text_of(value)[: describe.LONGEST_VALUE]
