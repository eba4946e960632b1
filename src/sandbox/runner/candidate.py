"""The candidate's side: loads untrusted code and serves the judge's calls into it. Knows no test.

Messages are those of sharing.py. A request is headed by an operation and its operand, the name of something in the module or the
number of an object that stays here, and its value is the arguments; the answer is headed by "value" or "raised", details of what was
raised, and what was printed. Before it answers it may call functions of the test ("callback", its value the number and
the arguments), each answered by a request "return" or "raise"; other requests may come before that one.

A whole test file of the user's runs on this side too, as tester.py does it: "prepare" comes before "load", "test" after it,
and before "test" is answered events may be sent ("event"), that want no answer.
"""

import builtins
import copy
import io
import itertools
import os
import pickle
import resource
import sys
import types

import describe
import kept_objects
import own_builtins
import sharing
import wire

ITEMS_AT_ONCE = 1000
CHANNEL = 3
# What the judge sends is trusted, and may be larger than an answer.
LARGEST_REQUEST = 256 << 20
OF_TEST_FILES = (
    "tester", "guard", "own_patches", "failures", "differences", "libraries", "reachable", "recorder", "recorded_module",
    "event_loops", "plain_asserts", "in_memory_tests", "pytest_tests", "tracing", "written_tests", "file_libraries", "own_test_case",
    "script", "given_files",
)
OF_THE_RUNNER = (
    "wire", "describe", "own_builtins", "candidate", "judge", "checks", "lockdown", "scratch_calls", "sharing", "shared_container",
    "container_walk", "same_items", "containers", "plain_values", "kept_objects", "abilities",
)
MOST_BEHIND = 20


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


class Candidate:
    def __init__(self):
        self.output = CappedOutput()
        self.kept = kept_objects.Kept(self.call_test)
        self.sharing = sharing.Sharing(1, self.kept, self.restored)
        self.source = ""
        self.phase = "compile"
        self.module = types.ModuleType("candidate")

    def load(self, source):
        """Runs the module; answers with the public names that it defines, then what each is."""
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
        public = [name for name in self.module.__dict__ if not name.startswith("__")]
        return [*public, *(kind_of(self.module.__dict__[name]) for name in public)]

    def load_script(self, source):
        """Compiles a script, which each call of its one name runs; answers as load() does."""
        self.source = source.removeprefix("\ufeff")
        self.module.__dict__[wire.SCRIPT] = imported("script").runner_of(self.source)
        self.phase = "check"
        return [wire.SCRIPT, "function"]

    def give(self, files):
        """Makes the user's own files importable, before any code is loaded."""
        imported("given_files").give(files)

    def prepare(self, module_name, *arguments):
        """Gets ready for a whole test file, before any code is loaded; answers with what tester.prepare() says."""
        self.module = types.ModuleType(module_name)
        self.tester = imported("tester")
        return self.tester.prepare(self, *arguments)

    def target(self, operand):
        """What the judge means by a name or a number."""
        if type(operand) is not str:
            return self.kept.objects[operand]
        target = self.module.__dict__[operand]
        if callable(target):
            self.kept.name(target, operand)
        return target

    def restored(self, kind, *parts):
        return self.target(parts[0]) if kind == "global" else self.kept.restore(kind, *parts)

    def perform(self, operation, operand, arguments, keywords):
        if operation == "load":
            return self.load_script(operand) if arguments else self.load(operand)
        if operation == "give":
            return self.give(*arguments)
        if operation == "prepare":
            return self.prepare(operand, *arguments)
        if operation == "test":
            return self.tester.run(self, operand, *arguments)
        target = self.target(operand)
        return target(*arguments, **keywords) if operation == "call" else OPERATIONS[operation](target, *arguments, **keywords)

    def answer(self, body):
        """The body of the answer to a request."""
        head, given = self.sharing.unpacked(body, decoded)
        box = [given]
        # What these functions hold would seem to be held by the code.
        del given
        return self.answer_to(head, box)

    def answer_to(self, head, box):
        """The body of the answer to a request whose arguments are alone in a box."""
        operation, operand = head
        try:
            box = [self.perform(operation, operand, *box.pop())]
            return self.packed("value", None, box)
        except BaseException as error:
            record = {**describe.exception_record(error, self.source), "phase": self.phase}
            forget_frames(error)
            try:
                return self.packed("raised", record, [error])
            except BaseException:
                return self.packed("raised", record, [None])

    def packed(self, kind, details, box):
        return self.sharing.packed((kind, details), box, self.output.take)

    def tell(self, event):
        """Sends the judge an event of a test file's run."""
        send(self.packed("event", None, [event]))

    def call_test(self, number, arguments, keywords):
        """Calls a function of the test, and serves what its evaluation asks of this side."""
        send(self.packed("callback", None, [(number, arguments, keywords)]))
        while True:
            head, value = self.sharing.unpacked(receive(), decoded)
            if head[0] == "return":
                return value
            if head[0] == "raise":
                raise value
            box = [value]
            del value
            send(self.answer_to(head, box))


def decoded(body, restore):
    # The opcode of a mark; a byte of a text may look like it.
    if b"Q" not in body:
        return pickle.loads(body)
    return wire.TrustingUnpickler(body, restore).load()


def kind_of(value):
    """What a name of the module is: a class, another thing that can be called, or a value."""
    if isinstance(value, type):
        return "class"
    return "function" if callable(value) else "value"


def forget_frames(error):
    """Lets go of what an exception that stays here would keep alive."""
    for _ in range(MOST_BEHIND):
        if error is None:
            return
        error.__traceback__ = None
        error = error.__context__


def taken(target, count):
    if not hasattr(type(target), "__next__"):
        raise TypeError(f"{type(target).__name__!r} object is not an iterator")
    return list(itertools.islice(target, count))


def method(target, name, *arguments, **keywords):
    return getattr(type(target), name)(target, *arguments, **keywords)


def leave_context(target, error):
    return type(target).__exit__(target, None if error is None else type(error), error, None)


OPERATIONS = {
    "global": lambda target: target,
    "method": method,
    "leave": leave_context,
    "iterate": iter,
    "take": taken,
    "attribute": getattr,
    "set-attribute": setattr,
    "delete-attribute": delattr,
    "text": str,
    "representation": repr,
    "format": format,
    "names": dir,
    "truth": bool,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


def receive():
    return wire.read_frame(CHANNEL, LARGEST_REQUEST)


def send(body):
    wire.write_frame(CHANNEL, body)


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
    for name in (*OF_THE_RUNNER, "__main__"):
        sys.modules.pop(name, None)
    return candidate


def serve(candidate):
    """Waits for a `load` request and serves calls until the judge hangs up; never returns."""
    cpu_seconds = int.from_bytes(receive(), "big")
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    try:
        while True:
            send(candidate.answer(receive()))
    except (EOFError, BrokenPipeError):
        os._exit(0)


def warm_up():
    """Walks the ways that every candidate goes: the interpreter adapts its code to them once, not after every fork."""
    source = "from typing import List\n\n\ndef f(x: List[int]) -> int:\n    return [i for i in x][len(x)]\n"
    main = sys.modules["__main__"]
    for _ in range(20):
        for text in (source, "def f(:"):
            candidate, asking = Candidate(), sharing.Sharing(0, None, lambda *mark: None)
            for request, arguments in ((("load", text), ()), (("call", "f"), ([1, 2],)), (("global", "f"), ())):
                answer = candidate.answer(asking.packed(request, [(arguments, {})]))
                asking.unpacked(answer, decoded)
    sys.modules.pop("candidate", None)
    sys.modules["__main__"] = main
