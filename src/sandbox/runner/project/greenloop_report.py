"""Writes what happens in a run of a project's tests, a line of JSON each, into the file that greenloop reads at the end."""

import json
import os
import traceback

LONGEST_TEXT = 2000
LONGEST_VALUE = 400
LONGEST_TRACEBACK = 4000
# Whether the function is replaced by one that tells of its calls, in programs which the tests start too.
is_stubbed = "GREENLOOP_STUBBED" in os.environ
path = os.environ.get("GREENLOOP_REPORT") if is_stubbed else os.environ.pop("GREENLOOP_REPORT", None)
# Only the process that runs the tests tells of them, and none that it starts.
is_runner = os.environ.setdefault("GREENLOOP_RUNNER", str(os.getpid())) == str(os.getpid())
TARGET = os.environ.get("GREENLOOP_TARGET", "")
PROJECT = os.environ.get("GREENLOOP_PROJECT", "/")
# The test or the file of tests that is under way.
current = None


def tell_of_tests(event):
    if is_runner:
        tell(event)


def tell(event):
    if path is None:
        return
    line = json.dumps(event) + "\n"
    with open(path, "a", encoding="utf-8") as file:
        file.write(line)


def failure_of(error, test_file):
    """What a test raised: type, message, the frames of the project, and the line of the test where it came up."""
    steps = [step for step in traceback.extract_tb(error.__traceback__) if is_of_project(step.filename)]
    own = [step.lineno for step in steps if step.filename == TARGET]
    in_test = [step.line for step in steps if test_file is not None and step.filename == test_file]
    return {
        "type": type(error).__name__,
        "message": text_of(error),
        "line": own[-1] if own else None,
        "statement": (in_test[-1] or "")[:LONGEST_VALUE] if in_test else None,
        "traceback": shown(steps, error),
    }


def is_of_project(name):
    return name.startswith(PROJECT + "/") and "-packages/" not in name


def shown(steps, error):
    lines = ["Traceback (most recent call last):\n"] if steps else []
    for step in steps[-8:]:
        name = "<candidate>" if step.filename == TARGET else os.path.relpath(step.filename, PROJECT)
        lines.append(f'  File "{name}", line {step.lineno}, in {step.name}\n    {(step.line or "")[:200]}\n')
    text = text_of(error)
    lines.append(f"{type(error).__name__}: {text}\n" if text else f"{type(error).__name__}\n")
    return "".join(lines)[-LONGEST_TRACEBACK:]


def text_of(error):
    try:
        return str(error)[:LONGEST_TEXT]
    except BaseException:
        return "<message cannot be shown>"


def value_text(value):
    try:
        text = repr(value)
    except BaseException as error:
        return f"<{type(value).__name__} whose representation raises {type(error).__name__}>"
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
