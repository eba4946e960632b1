"""What the judge makes of an exception of the candidate's: one that a test can catch, and a record that can be passed on."""

import checks
import describe
import wire


class CandidateGone(checks.End):
    """The candidate's process ended without an answer."""


class CandidateError(checks.RaisedByCandidate):
    """An exception that no test can catch as the candidate's own class."""

    def __init__(self, record):
        super().__init__(record["message"])
        self.record = record

    def __str__(self):
        return f"{self.record['type']}: {self.record['message']}"


def is_raisable(kind):
    """Not StopIteration, which would end a loop of the test silently."""
    return not issubclass(kind, (StopIteration, StopAsyncIteration, GeneratorExit))


def error_from(kind, stand, arguments, own, inner, behind):
    """The exception that stands for one of the candidate's: of Python's own class, or of the stand-in for the candidate's."""
    error = kind.__new__(kind, arguments[0], list(inner)) if inner else made(kind, arguments)
    for name, value in own.items():
        if not name.startswith("_"):
            BaseException.__setattr__(error, name, value)
    error.__dict__["_greenloop_"] = stand
    error.__cause__ = behind
    return error


def made(kind, arguments):
    try:
        error = kind.__new__(kind, *arguments)
        error.__init__(*arguments)
    except (TypeError, ValueError):
        # Its own class takes other arguments than Python's does.
        error = BaseException.__new__(kind)
    error.args = arguments
    return error


def checked_record(record):
    """A record as the judge passes it on, whatever the candidate put into it."""
    line = record["line"]
    return {
        "type": text_of(record["type"])[:100],
        "message": text_of(record["message"])[: describe.LONGEST_MESSAGE],
        "traceback": text_of(record["traceback"])[-describe.LONGEST_TRACEBACK :],
        "line": line if type(line) is int and 0 < line < 1 << 31 else None,
        "locals": {text_of(key)[:60]: text_of(text)[:200] for key, text in list(record["locals"].items())[:20]},
        "phase": text_of(record["phase"]),
    }


def text_of(value):
    if type(value) is not str:
        raise wire.BadFrame(f"{type(value).__name__} where a text belongs")
    return value


def own_record(kind, message):
    return {"type": kind, "message": message, "traceback": f"{kind}: {message}\n", "line": None, "locals": {}}


def bad_answer(problem):
    return CandidateError(own_record("BadAnswer", problem))
