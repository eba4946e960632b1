"""Says of a test that failed which statement of its file it was, what it compared, and what was raised."""

import ast

import describe
import differences

LONGEST_SOURCE = 300
# unittest's assertions that compare: the operator, and the names of their parameters for the two sides.
COMPARING = {
    "assertEqual": ("==", "first", "second"),
    "assertNotEqual": ("!=", "first", "second"),
    "assertAlmostEqual": ("==", "first", "second"),
    "assertCountEqual": ("==", "first", "second"),
    "assertMultiLineEqual": ("==", "first", "second"),
    "assertSequenceEqual": ("==", "seq1", "seq2"),
    "assertListEqual": ("==", "list1", "list2"),
    "assertTupleEqual": ("==", "tuple1", "tuple2"),
    "assertSetEqual": ("==", "set1", "set2"),
    "assertDictEqual": ("==", "d1", "d2"),
    "assertIs": ("is", "expr1", "expr2"),
    "assertIsNot": ("is not", "expr1", "expr2"),
    "assertIn": ("in", "member", "container"),
    "assertNotIn": ("not in", "member", "container"),
    "assertLess": ("<", "a", "b"),
    "assertLessEqual": ("<=", "a", "b"),
    "assertGreater": (">", "a", "b"),
    "assertGreaterEqual": (">=", "a", "b"),
}
# unittest's assertions of one value: what its statement says in Python, the parameter, the operator and the other side.
OF_ONE_VALUE = {
    "assertTrue": ("{}", "expr", None, None),
    "assertFalse": ("not {}", "expr", None, None),
    "assertIsNone": ("{} is None", "obj", "is", "None"),
    "assertIsNotNone": ("{} is not None", "obj", "is not", "None"),
}


class TestFile:
    """The user's test file: its path in tracebacks, its source and its statements."""

    def __init__(self, path, source):
        self.path, self.source = path, source
        self.tree = ast.parse(source)

    def statement_at(self, line):
        """The innermost statement that a line belongs to; None where there is none."""
        found = None
        for node in ast.walk(self.tree):
            if isinstance(node, ast.stmt) and node.lineno <= line <= node.end_lineno:
                if found is None or node.end_lineno - node.lineno <= found.end_lineno - found.lineno:
                    found = node
        return found

    def text_of(self, node):
        """Source of a node on one line, cut."""
        node = node.test if isinstance(node, ast.Assert) else node
        text = ast.get_source_segment(self.source, node) or ast.unparse(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            text = text.split("\n")[0]
        return describe.shortened(" ".join(text.split()), LONGEST_SOURCE)


    def source_of(self, statement):
        """What a statement checks, in Python's own words: `f(1) == 2` of an assertion and of `self.assertEqual(f(1), 2)`."""
        call = unittest_call(statement)
        sides = [] if call is None else [self.text_of(argument) for argument in call.args]
        name = None if call is None else call.func.attr
        if name in COMPARING and len(sides) >= 2:
            return f"{sides[0]} {COMPARING[name][0]} {sides[1]}"
        if name in OF_ONE_VALUE and sides:
            return OF_ONE_VALUE[name][0].format(sides[0])
        return self.text_of(statement)


class Values:
    """What a failed comparison compared; the operator and the expected value are None for the truth of one value."""

    def __init__(self, actual, symbol=None, expected=None):
        self.symbol = symbol
        self.actual, shown = differences.texts_of_difference(actual, expected)
        self.expected = None if symbol is None else shown


class RecordedFailure(AssertionError):
    """Raised by an assertion whose values are known."""

    values = None


def failure(error, file, candidate_source, test, values=None, assertion=None):
    """The record of a failed check: of the test of that name (None outside of any), or a known assertion, and what it raised."""
    steps = [step for step in steps_of(error) if step.tb_frame.f_code.co_filename in (file.path, describe.CANDIDATE_FILE)]
    in_test = [step for step in steps if step.tb_frame.f_code.co_filename == file.path]
    statement = assertion or (file.statement_at(in_test[-1].tb_lineno) if in_test else None)
    is_of_test = bool(in_test) and steps[-1] is in_test[-1]
    is_assertion = isinstance(error, RecordedFailure) or (is_of_test or not steps) and is_failed_assertion(error)
    record = {"test": test, "source": file.source_of(statement) if statement else test or "the test file"}
    record |= {"is_assertion": is_assertion, "actual": None, "operator": None, "expected": None, "exception": None}
    if is_assertion and statement is not None:
        record |= comparison(error, statement, values)
    if record["actual"] is None:
        shown = describe.exception_record(error, candidate_source, (file.path, file.source))
        record["exception"] = {**shown, "phase": "check"}
    return record


def steps_of(error):
    step = error.__traceback__
    while step is not None:
        yield step
        step = step.tb_next


def is_failed_assertion(error):
    """An AssertionError, or what pytest.fail() and a missing exception of pytest.raises() raise."""
    return isinstance(error, AssertionError) or type(error).__module__ == "_pytest.outcomes"


def unittest_call(statement):
    """The call of a statement such as `self.assertEqual(f(1), 2)`; None for another."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return call if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else None


def comparison(error, statement, values):
    """Actual and expected values of an assertion that did not hold, where they are known."""
    if isinstance(statement, ast.Assert):
        values = getattr(error, "values", None) or values
        return shown_values(statement.test, values, error)
    call = unittest_call(statement)
    return {} if call is None else unittest_values(error, call.func.attr)


def shown_values(test, values, error):
    if values is not None and (values.symbol is None or isinstance(test, ast.Compare) and len(test.ops) == 1):
        return {"actual": values.actual, "operator": values.symbol, "expected": values.expected}
    # pytest's rewritten assertions tell what came of the whole expression.
    told = str(error).rpartition("assert ")[2].split("\n")[0] if "assert " in str(error) else ""
    told = "False" if told.startswith("not ") else told
    return {"actual": describe.shortened(told, describe.LONGEST_VALUE)} if is_value(told) else {}


def is_value(text):
    try:
        ast.literal_eval(text)
        return True
    except Exception:
        return False


def unittest_values(error, name):
    """What unittest's assertion of that name was given, as its own frame still holds it."""
    given = next((step.tb_frame.f_locals for step in steps_of(error) if step.tb_frame.f_code.co_name == name), {})
    if name in COMPARING:
        symbol, left, right = COMPARING[name]
        if left in given and right in given:
            values = Values(given[left], symbol, given[right])
            return {"actual": values.actual, "operator": symbol, "expected": values.expected}
    if name in OF_ONE_VALUE:
        _form, parameter, symbol, expected = OF_ONE_VALUE[name]
        if parameter in given:
            actual = "False" if name == "assertFalse" else describe.value_text(given[parameter])
            return {"actual": actual, "operator": symbol, "expected": expected}
    return {}
