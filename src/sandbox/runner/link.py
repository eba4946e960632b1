"""The judge's side of the conversation with one candidate: proxies, handles and what the last call did."""

import builtins
import pickle

import checks
import describe
import wire


class CandidateGone(BaseException):
    """The candidate's process ended without an answer."""


class CandidateError(checks.RaisedByCandidate):
    """An exception of a class that only the candidate knows."""

    def __init__(self, record):
        super().__init__(f"{record['type']}: {record['message']}")
        self.record = record


GROUP = getattr(builtins, "BaseExceptionGroup", ())

# Not StopIteration (it would end a loop of the test silently) and nothing that is no Exception.
BUILT_IN = {
    name: type(name, (kind, checks.RaisedByCandidate), {})
    for name, kind in vars(builtins).items()
    if isinstance(kind, type)
    and kind is not Exception
    and issubclass(kind, Exception)
    and not issubclass(kind, (StopIteration, StopAsyncIteration, UnicodeError, GROUP))
}


def error_for(record):
    """An exception for the test to see: the built-in class of that name, else CandidateError."""
    kind = BUILT_IN.get(record["type"])
    if kind is None:
        return CandidateError(record)
    error = kind(record["message"])
    error.record = record
    return error


def checked_record(record):
    """A record as the judge passes it on, whatever the candidate put into it."""
    return {
        "type": str(record["type"])[:100],
        "message": str(record["message"])[: describe.LONGEST_MESSAGE],
        "traceback": str(record["traceback"])[-describe.LONGEST_TRACEBACK :],
        "line": record["line"] if type(record["line"]) is int else None,
        "locals": {str(key)[:60]: str(text)[:200] for key, text in list(dict(record["locals"]).items())[:20]},
        "phase": str(record["phase"])[:10],
    }


class LastCall:
    """A call that the test made, for the record of its check."""

    def __init__(self, name, arguments, keywords):
        self.name, self.arguments, self.keywords = name, arguments, keywords
        self.returned = False
        self.value = None

    def text(self):
        return describe.call_text(self.name, self.arguments, self.keywords)


class Link:
    """Requests to one candidate over a socket."""

    def __init__(self, channel):
        self.channel = channel
        self.last_call = None
        self.is_lost = False
        self.printed = []

    def load(self, source, cpu_seconds):
        """The names that the candidate's module defines; raises the error that ended its load."""
        self.send(pickle.dumps(cpu_seconds))
        names = self.request("load", source, (), {}, False)
        return {str(name) for name in names}

    def request(self, operation, operand, arguments, keywords, mirror):
        try:
            body = pickle.dumps((operation, operand, arguments, keywords, mirror, False), wire.PROTOCOL)
        except Exception:
            plain = wire.simplified((arguments, keywords), self.mark, 0)
            body = pickle.dumps((operation, operand, *plain, mirror, True), wire.PROTOCOL)
        self.send(body)
        return self.outcome(self.receive(), arguments, keywords)

    def send(self, body):
        if self.is_lost:
            raise CandidateGone
        try:
            wire.write_frame(self.channel, body)
        except (BrokenPipeError, ConnectionResetError):
            raise CandidateGone from None

    def receive(self):
        try:
            self.is_lost = True
            body = wire.read_frame(self.channel)
            self.is_lost = False
            reply = wire.decode(body)
        except (EOFError, ConnectionResetError):
            raise CandidateGone from None
        except wire.BadFrame as problem:
            raise CandidateError(own_record("BadAnswer", str(problem))) from None
        if type(reply) is not tuple or len(reply) not in (3, 4):
            raise CandidateError(own_record("BadAnswer", "an answer of the wrong form"))
        return reply

    def outcome(self, reply, arguments, keywords):
        self.printed.append(str(reply[2])[: 8192])
        try:
            if reply[0] == "raised":
                record = checked_record(reply[1])
            else:
                value = self.value_in(reply[1])
                if reply[3] is not None:
                    mirror_into((arguments, keywords), self.value_in(reply[3]))
                return value
        except wire.BadFrame as problem:
            raise CandidateError(own_record("BadAnswer", str(problem))) from None
        except (TypeError, KeyError, ValueError, IndexError):
            raise CandidateError(own_record("BadAnswer", "an answer of the wrong form")) from None
        raise error_for(record)

    def value_in(self, body):
        value, has_handles = wire.decode(body)
        if has_handles is not True:
            return value
        return wire.with_handles(value, lambda number, kind, text: Handle(self, number, kind, text))

    def mark(self, thing):
        if isinstance(thing, Handle):
            return (wire.MARK, thing._number, "", "")
        raise TypeError(f"a test cannot give the candidate an object of type {type(thing).__name__}")

    def output(self):
        return "".join(self.printed)[:8192]


def own_record(kind, message):
    return {"type": kind, "message": message, "traceback": f"{kind}: {message}\n", "line": None, "locals": {}}


class Proxy:
    """Stands in the test for a function of the candidate."""

    def __init__(self, link, name, mirrors):
        self._link, self.__name__, self._mirrors = link, name, mirrors

    def __call__(self, *arguments, **keywords):
        link = self._link
        call = link.last_call = LastCall(self.__name__, arguments, keywords)
        mirror = self._mirrors and any(is_mutable(value) for value in (*arguments, *keywords.values()))
        call.value = link.request("call", self.__name__, arguments, keywords, mirror)
        call.returned = True
        return call.value


class Handle:
    """Stands in the test for an object that cannot travel; never equal to anything but itself."""

    __slots__ = ("_link", "_number", "_kind", "_text")

    def __init__(self, link, number, kind, text):
        self._link, self._number, self._kind, self._text = link, number, kind[:100], text[:400]

    def _ask(self, operation, *arguments, **keywords):
        return self._link.request(operation, self._number, arguments, keywords, False)

    def __call__(self, *arguments, **keywords):
        return self._ask("call-handle", *arguments, **keywords)

    def __iter__(self):
        return iter(self._ask("items"))

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
    return isinstance(value, (list, dict, set, bytearray, tuple))


def mirror_into(old, new):
    """Makes lists, dicts and sets in old equal to their counterparts in new, in place."""
    if type(old) is list and type(new) is list:
        for index, pair in enumerate(zip(old, new)):
            new[index] = mirrored(*pair)
        old[:] = new
    elif type(old) is dict and type(new) is dict:
        changed = {key: mirrored(old[key], item) if key in old else item for key, item in new.items()}
        old.clear()
        old.update(changed)
    elif type(old) is set and type(new) is set:
        old.clear()
        old.update(new)
    elif type(old) is tuple and type(new) is tuple:
        for pair in zip(old, new):
            mirror_into(*pair)


def mirrored(old, new):
    """The old container brought up to date where both are of one kind, else the new value."""
    if type(old) is type(new) and type(old) in (list, dict, set, tuple):
        mirror_into(old, new)
        return old if type(old) is not tuple or old == new else new
    return new

