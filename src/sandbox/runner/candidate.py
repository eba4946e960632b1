"""The candidate's side: loads untrusted code and serves the judge's calls into it. Knows no test.

Requests are (operation, operand, arguments, keywords, mirror); the answer is one frame:
("value", body, printed, changed arguments or None) or ("raised", exception record, printed).
"""

import builtins
import io
import itertools
import os
import pickle
import resource
import sys
import types

import describe
import wire

LONGEST_OUTPUT = 8192
MOST_ITEMS = 10_000
CHANNEL = 3


class CappedOutput(io.TextIOBase):
    """Standard output and error of the candidate: keeps the first characters and drops the rest."""

    encoding = "utf-8"

    def __init__(self):
        self.room = LONGEST_OUTPUT
        self.parts = []

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.room > 0:
            self.parts.append(text[: self.room])
            self.room -= len(text)
        return len(text)

    def take(self):
        text = "".join(self.parts)
        self.parts = []
        return text


class Handles:
    """The objects that stay here while the judge holds a number for each."""

    def __init__(self):
        self.objects = []

    def keep(self, thing):
        self.objects.append(thing)
        return (wire.MARK, len(self.objects) - 1, type(thing).__name__[:100], describe.value_text(thing))

    def restore(self, number, _type, _text):
        return self.objects[number]


class Candidate:
    def __init__(self):
        self.output = CappedOutput()
        self.handles = Handles()
        self.source = ""
        self.phase = "compile"
        self.module = types.ModuleType("candidate")

    def load(self, source):
        """Runs the module; answers with the public names that it defines."""
        self.source = source
        sys.modules["candidate"] = self.module
        code = compile(source, describe.CANDIDATE_FILE, "exec", dont_inherit=True)
        self.phase = "load"
        exec(code, self.module.__dict__)
        self.phase = "check"
        return [name for name in self.module.__dict__ if not name.startswith("__")]

    def perform(self, operation, operand, arguments, keywords):
        if operation == "call":
            return self.module.__dict__[operand](*arguments, **keywords)
        if operation == "global":
            return self.module.__dict__[operand]
        target = self.handles.objects[operand]
        if operation == "call-handle":
            return target(*arguments, **keywords)
        if operation == "items":
            return list(itertools.islice(iter(target), MOST_ITEMS))
        if operation == "attribute":
            return getattr(target, arguments[0])
        if operation == "item":
            return target[arguments[0]]
        if operation == "length":
            return len(target)
        return bool(target)

    def answer(self, request):
        operation, operand, arguments, keywords, mirror, has_handles = request
        try:
            if operation == "load":
                return ("value", pickle.dumps((self.load(operand), False), 4), self.output.take(), None)
            if has_handles:
                arguments, keywords = wire.with_handles((arguments, keywords), self.handles.restore)
            value = wire.encode(self.perform(operation, operand, arguments, keywords), self.handles.keep)
            changed = wire.encode((arguments, keywords), self.handles.keep) if mirror else None
            return ("value", value, self.output.take(), changed)
        except BaseException as error:
            record = describe.exception_record(error, self.source)
            return ("raised", {**record, "phase": self.phase}, self.output.take())


def leave(code=None):
    raise SystemExit(code)


def serve():
    """Waits for a `load` request and serves calls until the judge hangs up; never returns."""
    candidate = Candidate()
    builtins.exit = builtins.quit = leave
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = candidate.output
    sys.stdin = sys.__stdin__ = io.StringIO()
    for name in ("wire", "describe", "candidate", "judge", "checks", "lockdown", "__main__"):
        sys.modules.pop(name, None)
    cpu_seconds = pickle.loads(wire.read_frame(CHANNEL))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    try:
        while True:
            request = pickle.loads(wire.read_frame(CHANNEL))
            wire.write_frame(CHANNEL, pickle.dumps(candidate.answer(request), wire.PROTOCOL))
    except (EOFError, BrokenPipeError):
        os._exit(0)
