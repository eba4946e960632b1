"""What the judge makes of an exception of the candidate's: one that a test can catch, and a record that can be passed on."""

import builtins

import checks
import describe
import wire


class CandidateGone(BaseException):
    """The candidate's process ended without an answer."""


class CandidateError(checks.RaisedByCandidate):
    """An exception of a class that only the candidate knows."""

    def __init__(self, record):
        super().__init__(record["message"])
        self.record = record

    def __str__(self):
        return f"{self.record['type']}: {self.record['message']}"


def stand_in(kind):
    """A class that a test catches as the built-in one, with the text that the candidate's exception has."""
    body = {"__init__": lambda self, message: None, "__str__": lambda self: self.record["message"]}
    return type(kind.__name__, (kind, checks.RaisedByCandidate), body)


GROUP = getattr(builtins, "BaseExceptionGroup", ())

# Not StopIteration (it would end a loop of the test silently) and nothing that is no Exception.
BUILT_IN = {
    name: stand_in(kind)
    for name, kind in vars(builtins).items()
    if isinstance(kind, type)
    and kind is not Exception
    and issubclass(kind, Exception)
    and not issubclass(kind, (StopIteration, StopAsyncIteration, GROUP))
}


def error_for(record):
    """An exception for the test to see: the built-in class that it is or derives from, else CandidateError."""
    kind = BUILT_IN.get(record["base"])
    if kind is None:
        return CandidateError(record)
    error = kind(record["message"])
    error.record = record
    return error


def checked_record(record):
    """A record as the judge passes it on, whatever the candidate put into it."""
    line = record["line"]
    return {
        "type": text_of(record["type"])[:100],
        "base": text_of(record["base"]),
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
