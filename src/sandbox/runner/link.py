"""The judge's side of the conversation with one candidate: proxies, handles and what the last call did."""

import builtins
import collections
import itertools
import pickle

import checks
import describe
import wire


CALLS = ("call", "call-handle")


class CandidateGone(BaseException):
    """The candidate's process ended without an answer."""


class CandidateError(checks.RaisedByCandidate):
    """An exception of a class that only the candidate knows."""

    def __init__(self, record):
        super().__init__(f"{record['type']}: {record['message']}")
        self.record = record


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


class LastCall:
    """A call that the test made, for the record of its check: as it was sent, before the candidate changed an argument."""

    def __init__(self, name, link, body):
        self.name, self.link, self.body = name, link, body
        self.returned = False
        self.value = None

    def text(self):
        try:
            _operation, _operand, arguments, keywords, _mirror, has_markers = pickle.loads(self.body)
        except Exception:
            # Some objects can be sent but not be made again.
            return f"{self.name}(…)"
        if has_markers:
            arguments, keywords = wire.restored((arguments, keywords), self.link.thing_of)
        return describe.call_text(self.name, arguments, keywords)


class Link:
    """Requests to one candidate over a socket. Lost once a request was not answered in full: nothing is asked any more."""

    def __init__(self, channel, mirrors):
        self.channel, self.mirrors = channel, mirrors
        self.last_call = None
        self.is_lost = False
        self.printed = []
        self.room = describe.LONGEST_OUTPUT
        self.handles = {}
        self.functions = []
        self.changes = []

    def load(self, source):
        """The names that the candidate's module defines, and whether each can be called; raises what ended its load."""
        names = self.request("load", source)
        if type(names) is not dict:
            raise bad_answer("no names of a module")
        return {name: can_be_called is True for name, can_be_called in names.items() if type(name) is str}

    def call(self, name, arguments, keywords):
        """What the candidate's function of that name returns."""
        body = self.packed("call", name, arguments, keywords)
        call = self.last_call = LastCall(name, self, body)
        call.value = self.answer_to(body, arguments, keywords)
        call.returned = True
        return call.value

    def request(self, operation, operand, arguments=(), keywords=None):
        """What the candidate's side makes of an operation on a name, or on the object with a number."""
        keywords = keywords or {}
        return self.answer_to(self.packed(operation, operand, arguments, keywords), arguments, keywords)

    def packed(self, operation, operand, arguments, keywords):
        mirror = self.mirrors and operation in CALLS and any(map(is_mutable, (*arguments, *keywords.values())))
        try:
            body = pickle.dumps((operation, operand, arguments, keywords, mirror, False), wire.PROTOCOL)
            # A method would arrive bound to a copy of its object.
            if b"getattr" not in body:
                return body
        except Exception:
            pass
        plain = wire.simplified((arguments, keywords), self.marker_of)
        return pickle.dumps((operation, operand, *plain, mirror, True), wire.PROTOCOL)

    def answer_to(self, body, arguments, keywords):
        if self.is_lost:
            raise CandidateGone
        self.is_lost = True
        reply = self.exchange(body)
        while reply[0] == "callback":
            call = self.understood(lambda: self.value_in(reply[1]))
            reply = self.exchange(self.called_back(call))
        if reply[0] == "raised":
            error = error_for(self.understood(lambda: checked_record(reply[1])))
            self.is_lost = False
            raise error
        value = self.understood(lambda: self.returned(reply, arguments, keywords))
        self.is_lost = False
        return value

    def called_back(self, call):
        """Evaluates a function of the test that the candidate calls; the request that tells it what came of it."""
        self.is_lost = False
        try:
            number, arguments, keywords = call
            value = self.thing_of(number, "", "")(*arguments, **keywords)
            answer = self.packed("return", None, (value,), {})
        except Exception as error:
            answer = self.packed("raise", describe.built_in_name(error), (describe.message_text(error),), {})
        finally:
            was_lost, self.is_lost = self.is_lost, True
        if was_lost:
            raise CandidateGone
        return answer

    def exchange(self, body):
        """Sends a request; the first reply to it."""
        self.send(body)
        return self.reply()

    def run_tests(self, token, arguments, hear):
        """Runs a whole test file on the candidate's side; hear() is told of every event, and what comes at the end is given back."""
        if self.is_lost:
            raise CandidateGone
        self.is_lost = True
        reply = self.exchange(self.packed("test", token, arguments, {}))
        while reply[0] == "event":
            event = self.understood(lambda: self.value_in(reply[1]))
            self.understood(lambda: hear(event))
            reply = self.reply()
        if reply[0] == "raised":
            error = error_for(self.understood(lambda: checked_record(reply[1])))
            self.is_lost = False
            raise error
        end = self.understood(lambda: self.returned(reply, (), {}))
        self.is_lost = False
        return end

    def reply(self):
        """The next reply's parts, of which only the printed text is checked."""
        try:
            reply = wire.decode(wire.read_frame(self.channel))
        except (EOFError, ConnectionResetError):
            raise CandidateGone from None
        except wire.BadFrame as problem:
            raise bad_answer(str(problem)) from None
        if type(reply) is not tuple or len(reply) not in (3, 4) or type(reply[2]) is not str:
            raise bad_answer("an answer of the wrong form")
        self.printed.append(reply[2][: self.room])
        self.room -= len(self.printed[-1])
        return reply

    def send(self, body):
        try:
            wire.write_frame(self.channel, body)
        except (BrokenPipeError, ConnectionResetError):
            raise CandidateGone from None

    def understood(self, read):
        """What read() makes of a reply; a reply that it stumbles over is the candidate's error."""
        try:
            return read()
        except wire.BadFrame as problem:
            raise bad_answer(str(problem)) from None
        except Exception as error:
            raise bad_answer(f"{type(error).__name__} while reading an answer") from None

    def returned(self, reply, arguments, keywords):
        kind, body, _printed, changed = reply
        if kind != "value":
            raise wire.BadFrame("an answer of the wrong form")
        value = self.value_in(body)
        if changed is not None:
            self.mirror_into((arguments, keywords), self.value_in(changed))
        return value

    def value_in(self, body):
        value, has_markers = wire.decode(body)
        return wire.restored(value, self.thing_of) if has_markers is True else value

    def marker_of(self, thing):
        if isinstance(thing, Handle):
            return (wire.MARK, thing._number, thing._kind, thing._text)
        if not callable(thing):
            raise TypeError(f"a test cannot give the candidate an object of type {type(thing).__name__}")
        self.functions.append(thing)
        return (wire.MARK, -len(self.functions), str(getattr(thing, "__name__", "function")), describe.value_text(thing))

    def thing_of(self, number, kind, text):
        """What a marker stands for: an object of the candidate's, or a function that the test gave it."""
        if number < 0:
            return self.functions[-number - 1]
        handle = self.handles.setdefault(number, Handle(self, number, kind, text))
        handle._text = text[: describe.LONGEST_VALUE]
        return handle

    def output(self):
        return "".join(self.printed)

    def mirror_into(self, old, new):
        """Makes the containers in old equal to their counterparts in new, in place."""
        if type(old) is tuple:
            for pair in zip(old, new):
                self.mirrored(*pair)
        elif isinstance(old, dict):
            self.change(old, {key: self.mirrored(old[key], item) if key in old else item for key, item in new.items()})
        elif is_array(old):
            if new.shape == old.shape:
                self.change(old, new)
        elif type(old) in (list, collections.deque):
            kept = [self.mirrored(*pair) for pair in zip(list(old), new)]
            self.change(old, [*kept, *itertools.islice(new, len(kept), None)])
        else:
            self.change(old, new)

    def mirrored(self, old, new):
        """The old container brought up to date where both are of one kind, else the new value."""
        if not is_mutable(old) or not (type(new) is type(old) or type(new) is dict and isinstance(old, dict)):
            return new
        self.mirror_into(old, new)
        return old if type(old) is not tuple or are_equal(old, new) else new

    def change(self, container, content):
        self.changes.append((container, copied(container)))
        replace_content(container, content)

    def undo_changes(self):
        """Gives back to the test's own containers what they held before the candidate changed them."""
        for container, content in reversed(self.changes):
            replace_content(container, content)


def own_record(kind, message):
    return {"type": kind, "message": message, "traceback": f"{kind}: {message}\n", "line": None, "locals": {}}


def bad_answer(problem):
    return CandidateError(own_record("BadAnswer", problem))


class Proxy:
    """Stands in the test for a function or class of the candidate."""

    def __init__(self, link, name):
        self._link, self.__name__ = link, name

    def __call__(self, *arguments, **keywords):
        return self._link.call(self.__name__, arguments, keywords)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._link.request("global", self.__name__), name)

    def __reduce__(self):
        raise TypeError("a function of the candidate cannot be copied")


class Handle:
    """Stands in the test for an object that cannot travel; never equal to anything but itself."""

    __slots__ = ("_link", "_number", "_kind", "_text")

    def __init__(self, link, number, kind, text):
        self._link, self._number, self._kind, self._text = link, number, kind[:100], text

    def _ask(self, operation, *arguments):
        return self._link.request(operation, self._number, arguments)

    def __call__(self, *arguments, **keywords):
        return self._link.request("call-handle", self._number, arguments, keywords)

    def __iter__(self):
        iterator, step = self._ask("iterate")
        while True:
            items = iterator._ask("take", step)
            yield from items
            if len(items) < step:
                return

    def __next__(self):
        for item in self._ask("take", 1):
            return item
        raise StopIteration

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._ask("attribute", name)

    def __getitem__(self, key):
        return self._ask("item", key)

    def __len__(self):
        return int(self._ask("length"))

    def __bool__(self):
        return self._ask("truth") is True

    def __reduce__(self):
        raise TypeError("a handle cannot be copied")

    def __repr__(self):
        return self._text


def is_mutable(value):
    return isinstance(value, (list, dict, set, bytearray, tuple, collections.deque)) or is_array(value)


def is_array(value):
    return type(value).__name__ == "ndarray"


def are_equal(old, new):
    try:
        return bool(old == new)
    except ValueError:
        # Arrays do not compare to one truth.
        return False


def copied(container):
    if is_array(container):
        return container.copy()
    return dict(container) if isinstance(container, dict) else list(container)


def replace_content(container, content):
    if is_array(container):
        container[...] = content
        return
    if isinstance(container, (list, bytearray)):
        container[:] = content
        return
    container.clear()
    if isinstance(container, collections.Counter):
        dict.update(container, content)
    elif isinstance(container, collections.deque):
        container.extend(content)
    else:
        container.update(content)
