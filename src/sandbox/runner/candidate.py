"""The candidate's side: loads untrusted code and serves the judge's calls into it. Knows no test.

Requests are (operation, operand, arguments, keywords, mirror, has markers); the answer is one frame:
("value", body, printed, changed arguments or None) or ("raised", exception record, printed). Before it answers it may
call functions that the test gave it, ("callback", body of (number, arguments, keywords), printed), each answered by a
request "return" or "raise"; other requests may come before that one.

A whole test file of the user's runs on this side too, as tester.py does it: "prepare" comes before "load", "test" after it,
and before "test" is answered events may be sent, ("event", body, printed), that want no answer.
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
import own_builtins
import wire

ITEMS_AT_ONCE = 1000
CHANNEL = 3
# What the judge sends is trusted, and may be larger than an answer.
LARGEST_REQUEST = 256 << 20
OF_TEST_FILES = (
    "tester", "guard", "own_patches", "failures", "differences", "libraries", "reachable", "recorder", "recorded_module",
    "event_loops", "plain_asserts", "in_memory_tests", "pytest_tests", "tracing", "written_tests", "file_libraries", "own_test_case",
)


class CappedOutput(io.TextIOBase):
    """Standard output and error of the candidate: keeps the first characters and drops the rest."""

    encoding = "utf-8"

    def __init__(self):
        self.room = describe.LONGEST_OUTPUT
        self.parts = []

    @property
    def buffer(self):
        return BytesOutput(self)

    def reconfigure(self, **_options):
        """Text is kept as it is, whatever the encoding."""

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


class BytesOutput(io.RawIOBase):
    """The bytes' side of the output."""

    def __init__(self, output):
        self.output = output

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        self.output.write(data.decode("utf-8", "replace"))
        return len(data)


class TestFunction:
    """Stands here for a function of the test: calls of it go to the judge."""

    def __init__(self, ask, number, name, text):
        self.ask, self.number, self.__name__, self.text = ask, number, name, text

    def __call__(self, *arguments, **keywords):
        return self.ask(self.number, arguments, keywords)

    def __repr__(self):
        return self.text

    def __reduce__(self):
        raise TypeError("a function of the test cannot be copied")


class Handles:
    """The objects that stay here while the judge holds a number for each; negative numbers are the judge's functions."""

    def __init__(self, ask):
        self.objects = []
        self.numbers = {}
        self.ask = ask

    def keep(self, thing):
        if type(thing) is TestFunction:
            return (wire.MARK, thing.number, "", "")
        number = self.numbers.setdefault(id(thing), len(self.objects))
        if number == len(self.objects):
            self.objects.append(thing)
        return (wire.MARK, number, str(type(thing).__name__)[:100], describe.value_text(thing))

    def restore(self, number, name, text):
        return self.objects[number] if number >= 0 else TestFunction(self.ask, number, name, text)


class Candidate:
    def __init__(self):
        self.output = CappedOutput()
        self.handles = Handles(self.call_test)
        self.source = ""
        self.phase = "compile"
        self.module = types.ModuleType("candidate")

    def load(self, source):
        """Runs the module; answers with the public names that it defines, and whether each can be called."""
        self.source = source = source.removeprefix("\ufeff")
        sys.modules[self.module.__name__] = sys.modules["__main__"] = self.module
        self.module.__file__ = describe.CANDIDATE_FILE
        code = compile(source, describe.CANDIDATE_FILE, "exec", dont_inherit=True)
        self.phase = "load"
        self.module.__dict__["__builtins__"] = vars(builtins)
        exec(code, self.module.__dict__)
        if "linecache" in sys.modules:
            # For inspect.getsource() and the tracebacks that it prints itself.
            lines = source.splitlines(True)
            sys.modules["linecache"].cache[describe.CANDIDATE_FILE] = (len(source), None, lines, describe.CANDIDATE_FILE)
        self.phase = "check"
        return {name: callable(value) for name, value in self.module.__dict__.items() if not name.startswith("__")}

    def prepare(self, module_name, *arguments):
        """Gets ready for a whole test file, before any code is loaded; answers with what tester.prepare() says."""
        self.module = types.ModuleType(module_name)
        self.tester = imported("tester")
        return self.tester.prepare(self, *arguments)

    def perform(self, operation, operand, arguments, keywords):
        if operation == "load":
            return self.load(operand)
        if operation == "prepare":
            return self.prepare(operand, *arguments)
        if operation == "test":
            return self.tester.run(self, operand, *arguments)
        if operation == "call":
            return self.module.__dict__[operand](*arguments, **keywords)
        if operation == "global":
            return self.module.__dict__[operand]
        target = self.handles.objects[operand]
        if operation == "call-handle":
            return target(*arguments, **keywords)
        if operation == "iterate":
            # What a test takes from an iterator is gone; of anything else it sees a fresh one.
            iterator = iter(target)
            return iterator, 1 if iterator is target else ITEMS_AT_ONCE
        if operation == "take":
            if not hasattr(type(target), "__next__"):
                raise TypeError(f"{type(target).__name__!r} object is not an iterator")
            return list(itertools.islice(target, arguments[0]))
        if operation == "attribute":
            return getattr(target, arguments[0])
        if operation == "item":
            return target[arguments[0]]
        if operation == "length":
            return len(target)
        if operation == "text":
            return str(target)
        return bool(target)

    def answer(self, request):
        operation, operand, arguments, keywords, mirror, has_markers = request
        try:
            if has_markers:
                arguments, keywords = wire.restored((arguments, keywords), self.handles.restore)
            before = wire.encode((arguments, keywords), self.handles.keep) if mirror else None
            value = wire.encode(self.perform(operation, operand, arguments, keywords), self.handles.keep)
            after = wire.encode((arguments, keywords), self.handles.keep) if mirror else None
            return ("value", value, self.output.take(), None if after == before else after)
        except BaseException as error:
            record = describe.exception_record(error, self.source)
            return ("raised", {**record, "phase": self.phase}, self.output.take(), self.arguments_of(error))

    def arguments_of(self, error):
        """The body for an exception's arguments; that of none where they cannot travel."""
        try:
            return wire.encode(BaseException.args.__get__(error), self.handles.keep)
        except BaseException:
            return wire.encode((), self.handles.keep)

    def tell(self, event):
        """Sends the judge an event of a test file's run."""
        send(("event", wire.encode(event, self.handles.keep), self.output.take()))

    def call_test(self, number, arguments, keywords):
        """Calls a function of the test, and serves what its evaluation asks of this side."""
        body = wire.encode((number, arguments, keywords), self.handles.keep)
        send(("callback", body, self.output.take()))
        while True:
            request = receive()
            operation, operand, arguments, _keywords, _mirror, has_markers = request
            if operation == "return":
                return wire.restored(arguments, self.handles.restore)[0] if has_markers else arguments[0]
            if operation == "raise":
                raise getattr(builtins, operand, RuntimeError)(*arguments)
            send(self.answer(request))


def receive():
    return pickle.loads(wire.read_frame(CHANNEL, LARGEST_REQUEST))


def send(message):
    wire.write_frame(CHANNEL, pickle.dumps(message, wire.PROTOCOL))


def imported(name):
    """A module of the runner, which the code to come cannot import; only now, as all that the zygote holds makes forks dearer."""
    own = {"wire": wire, "describe": describe}
    sys.modules.update(own)
    try:
        with own_builtins.imports():
            return __import__(name)
    finally:
        for loaded in (*own, *OF_TEST_FILES):
            sys.modules.pop(loaded, None)


def leave(code=None):
    raise SystemExit(code)


def prepared():
    """The candidate that is to be served; from now on this process shows code only what it may see."""
    candidate = Candidate()
    builtins.exit = builtins.quit = leave
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = candidate.output
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(io.BytesIO(), "utf-8")
    sys.argv[:] = sys.orig_argv[:] = ["candidate.py"]
    for name in ("wire", "describe", "own_builtins", "candidate", "judge", "checks", "lockdown", "scratch_calls", "__main__"):
        sys.modules.pop(name, None)
    return candidate


def serve(candidate):
    """Waits for a `load` request and serves calls until the judge hangs up; never returns."""
    cpu_seconds = receive()
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    try:
        while True:
            send(candidate.answer(receive()))
    except (EOFError, BrokenPipeError):
        os._exit(0)


def warm_up():
    """Walks the ways that every candidate goes: the interpreter adapts its code to them once, not after every fork."""
    source = "from typing import List\n\n\ndef f(x: List[int]) -> int:\n    return [i for i in x][len(x)]\n"
    calls = [("call", "f", ([1, 2],), {}, True, False), ("global", "f", (), {}, False, False)]
    main = sys.modules["__main__"]
    for _ in range(20):
        for text in (source, "def f(:"):
            candidate = Candidate()
            for request in (("load", text, (), {}, False, False), *calls):
                pickle.dumps(candidate.answer(pickle.loads(pickle.dumps(request))), wire.PROTOCOL)
    sys.modules.pop("candidate", None)
    sys.modules["__main__"] = main
