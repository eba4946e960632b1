"""Evaluates every assertion of a test by itself and records what it showed; the assertions after a failure still run."""

import ast
import builtins
import time

import describe
import differences
import libraries
import reachable
import recorder

MOST_KEPT = 50
# Enough for as many cheap checks as are kept, also on a slow machine.
SECONDS_AFTER_FAILURE = 1
NO_CHECK = "the test program, which made no check of what the candidate gave it"
LONGEST_SOURCE = 300


class RaisedByCandidate(Exception):
    """An exception of the candidate's that stands for no class of its own; `record` describes it."""

    record = None


class End(BaseException):
    """Ends the evaluation of a test from inside, whatever the test catches with `except Exception`."""


class OutOfReach(End):
    """A test does what only means something in the process of the code: the test's doing, and no failure of the code's."""


class EndOfRun(End):
    """Enough is known."""


def names_in(tree):
    """Every name that a test program reads, as what it may have of the candidate."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def compiled_or_none(context):
    try:
        return compile(context, "<context>", "exec", dont_inherit=True) if context.strip() else None
    except (SyntaxError, ValueError):
        return None


class NoCheck(Exception):
    """No assertion of the test program can run, so that nothing could prove a pass."""


class PreparedTests:
    """A test program, compiled, with what its context and its setup defined; made once and used for many runs."""

    def __init__(self, request):
        self.defined = {"__name__": "tests", "__builtins__": builtins}
        context, setup, self.text = (request[part].removeprefix("\ufeff") for part in ("context", "setup", "checks"))
        self.context = compiled_or_none(context)
        self.run_context(self.defined)
        started = time.monotonic()
        exec(compile(setup, "<setup>", "exec", dont_inherit=True), self.defined)
        self.setup_seconds = time.monotonic() - started if setup else 0
        tree = ast.parse(self.text)
        if not reachable.can_check(tree):
            raise NoCheck
        self.defines_check = reachable.has_check_of_candidate(tree)
        recording = recorder.Recorder()
        tree = ast.fix_missing_locations(recording.visit(tree))
        self.sources = recording.sources
        self.texts = {}
        self.code = compile(tree, "<tests>", "exec", dont_inherit=True)
        self.names = names_in(tree) - self.defined.keys() - vars(builtins).keys()
        self.defined.update(libraries.library_names(self.names))

    def run_context(self, namespace):
        """Defines the prompt's own imports and helpers; a context that does not run alone defines nothing."""
        if self.context is None:
            return
        try:
            exec(self.context, namespace)
        except Exception:
            pass

    def namespace(self):
        """What the test program sees but for the candidate's names; helpers anew, as they may keep state. It runs as `__main__`."""
        namespace = dict(self.defined)
        self.run_context(namespace)
        namespace["__name__"] = "__main__"
        return namespace

    def source_of(self, number):
        text = self.texts.get(number)
        if text is None:
            text = ast.get_source_segment(self.text, self.sources[number]) or ast.unparse(self.sources[number])
            text = self.texts[number] = describe.shortened(" ".join(text.split()), LONGEST_SOURCE)
        return text


class CheckRun:
    """One evaluation of prepared tests against a candidate; `link` knows the last call and what came of it."""

    def __init__(self, tests, link, stop_at_first, shorten_deadline):
        self.tests = tests
        self.link = link
        self.stop_at_first = stop_at_first
        self.shorten_deadline = shorten_deadline
        self.passed = []
        self.passed_count = 0
        self.failed = []
        self.current = self.broken = None
        self.tested_by = "judge"

    def run(self, entry_point, namespace):
        """Runs the test program; what it raises outside its assertions is recorded as a failed check."""
        namespace["__check__"] = self.check
        try:
            exec(self.tests.code, namespace)
            if self.tests.defines_check:
                namespace["check"](namespace[entry_point])
        except End:
            raise
        except BaseException as error:
            if record_of(error) is not None or not isinstance(error, SystemExit) or error.code:
                self.record_failure(self.statement_of(error), None, None, error)
        if self.passed_count == 0 and not self.failed:
            if not self.link.is_asked:
                # The candidate had no part in that.
                raise NoCheck
            call = self.link.last_call
            self.record_failure(NO_CHECK, None, None, None, call.value if call is not None else None)

    def check(self, number, left, name, right):
        self.current = number
        self.link.last_call = None
        symbol = actual = expected = None
        try:
            if name is None:
                actual = left()
                holds = bool(actual)
            else:
                # First, so that a candidate that changes its arguments cannot change what is expected of it.
                expected = right()
                symbol, compare = recorder.OPERATORS[name]
                actual = left()
                holds = bool(compare(actual, expected))
        except End:
            raise
        except BaseException as error:
            if record_of(error) is None and not isinstance(error, Exception):
                raise
            return self.record_failure(self.tests.source_of(number), symbol, expected, error)
        if not holds:
            return self.record_failure(self.tests.source_of(number), symbol, expected, None, actual)
        self.passed_count += 1
        call = self.link.last_call
        if call is not None:
            # What is held here seems to be held by the test.
            call.value = None
        if len(self.passed) < MOST_KEPT and not self.stop_at_first:
            self.passed.append((number, call))
        return None

    def record_failure(self, source, symbol, expected, error, actual=None):
        if len(self.failed) < MOST_KEPT:
            with self.link.reporting():
                self.failed.append(self.failure(source, symbol, expected, error, actual))
        if self.stop_at_first or len(self.failed) >= MOST_KEPT:
            raise EndOfRun
        if len(self.failed) == 1:
            self.shorten_deadline(SECONDS_AFTER_FAILURE)

    def failure(self, source, symbol, expected, error, actual):
        call = self.link.last_call
        if error is not None and record_of(error) is None:
            actual = call.value if call is not None and call.returned else None
        has_actual = error is None or (call is not None and call.returned)
        actual_text, expected_text = differences.texts_of_difference(actual, expected)
        return {
            "test": None,
            "source": source,
            "passed": False,
            "call": call.text() if call is not None else None,
            "actual": actual_text if has_actual else None,
            "operator": symbol,
            "expected": expected_text if symbol is not None else None,
            "exception": None if error is None else exception_of(error),
        }

    def statement_of(self, error):
        """Source of the test's own line in which an exception outside an assertion came up."""
        line = None
        step = error.__traceback__
        while step is not None:
            if step.tb_frame.f_code.co_filename == "<tests>":
                line = step.tb_lineno
            step = step.tb_next
        lines = self.tests.text.splitlines()
        text = lines[line - 1].strip() if line is not None and line <= len(lines) else "the test program"
        return describe.shortened(text, LONGEST_SOURCE)

    def is_assertion(self):
        """Never a failed assertion with an exception: one that does not hold has none here."""
        return False

    def records(self):
        return self.failed + [self.success(number, call) for number, call in self.passed]

    def success(self, number, call):
        return {
            "test": None,
            "source": self.tests.source_of(number),
            "passed": True,
            "call": call.text() if call is not None else None,
            "actual": None,
            "operator": None,
            "expected": None,
            "exception": None,
        }

    def hanging_source(self):
        return None if self.current is None else self.tests.source_of(self.current)


def record_of(error):
    """The record of an exception that the candidate raised; None of any other."""
    if isinstance(error, RaisedByCandidate):
        return error.record
    return vars(error).get("_greenloop_record_")


def public(record):
    return {key: record[key] for key in ("type", "message", "traceback", "line", "locals")}


def exception_of(error):
    """The record of an exception: the candidate's own where it is one, else what the test's evaluation raised."""
    record = record_of(error)
    if record is not None:
        return public(record)
    return {
        "type": describe.type_name(error),
        "message": describe.message_text(error),
        "traceback": f"{describe.type_name(error)}: {describe.message_text(error)}\n",
        "line": None,
        "locals": {},
    }


