"""The judge's side of the conversation with one candidate, and what the last call did."""

import contextlib
import gc
import itertools
import operator
import pickle
import sys
import types

import checks
import describe
import raised
import sharing
import stand_ins
import wire

PLAIN_OPERATIONS = ("load", "give", "prepare", "test")
VIEWS = {type({}.keys()): "keys", type({}.values()): "values", type({}.items()): "items"}
# Libraries whose objects change as they are used: a copy with the candidate would not.
NOT_COPIED = ("_io", "io", "_random", "random", "array", "types", "threading", "_thread", "queue", "contextlib", "unittest", "tempfile")
COPIED_CALLABLES = (operator.itemgetter, operator.attrgetter, operator.methodcaller)
OWN_MODULES = ("checks", "conductor", "containers", "judge", "link", "program", "raised", "recorder", "run", "sharing", "stand_ins", "wire")


class LastCall:
    """A call that the test made, for the record of its check: as it was given, before the candidate changed an argument."""

    def __init__(self, name, link, body, text):
        self.name, self.link, self.body, self.shown = name, link, body, text
        self.returned = False
        self.value = None

    def text(self):
        if self.shown is None:
            self.shown = describe.call_text(self.name, *self.link.given_in(self.body))
        return self.shown


class Link:
    """Requests to one candidate over a socket. Lost once a request was not answered in full: nothing is asked any more."""

    def __init__(self, channel, wear):
        self.channel, self.wear = channel, wear
        self.sharing = sharing.Sharing(0, self, self.restored, wear)
        self.last_call = self.noticed = self.out_of_reach = None
        self.is_lost = self.is_asked = False
        # While a failure is described nothing is asked of the candidate.
        self.is_reporting = False
        self.printed = []
        self.room = describe.LONGEST_OUTPUT
        self.stand_ins, self.classes, self.functions, self.records = {}, {}, {}, {}
        self.given = []

    def load(self, source, is_script):
        """The names that the candidate's module defines, and what each is; raises what ended its load."""
        names = self.request("load", source, ("script",) if is_script else ())
        self.is_asked = False
        if type(names) is not list or not all(type(name) is str for name in names):
            raise raised.bad_answer("no names of a module")
        half = len(names) // 2
        return dict(zip(names[:half], names[half:]))

    def named(self, name):
        """A class of the candidate's, or another value that its module has under a name."""
        value = self.request("global", name)
        stand = stand_ins.stand_of(value)
        if stand is not None:
            stand.name = name
        self.is_asked = False
        return value

    def function(self, name):
        """A function of the candidate's module."""
        return self.functions.setdefault(name, stand_ins.function_named(self, name))

    def call(self, stand, arguments, keywords):
        """What a function, class or object of the candidate's returns."""
        if self.noticed is not None:
            self.noticed.look()
        body = self.packed("call", stand.number, arguments, keywords)
        if stand.name is None:
            return self.answer_to("call", body)
        # What was shared before is in the message by its number only.
        text = describe.call_text(stand.name, arguments, keywords) if self.sharing.has_known else None
        call = self.last_call = LastCall(stand.name, self, body, text)
        call.value = self.answer_to("call", body)
        call.returned = True
        return call.value

    def request(self, operation, operand, arguments=(), keywords=None):
        """What the candidate's side makes of an operation on a name, or on the object with a number."""
        return self.answer_to(operation, self.packed(operation, operand, arguments, keywords or {}))

    def packed(self, operation, operand, arguments, keywords):
        if self.is_lost:
            raise raised.CandidateGone
        return self.sharing.packed((operation, operand), [(arguments, keywords)])

    def given_in(self, body):
        """The arguments that a message gave the candidate."""
        reading = sharing.Reading(self.sharing, self.shown)
        _operation, _operand, fills, value, *_rest = wire.TrustingUnpickler(body, reading.restore).load()
        for place, content in enumerate(fills):
            reading.fill(place, content)
        return value

    def shown(self, kind, *parts):
        """What a mark of this side's stands for."""
        if kind == "global":
            return self.functions[parts[0]]
        if kind == "object":
            known = self.stand_ins.get(parts[0])
            return self.classes[parts[0]] if known is None else known
        if kind.startswith("test"):
            return self.given[parts[0]]
        return parts[0]

    def answer_to(self, operation, body):
        self.is_lost = self.is_asked = True
        kind, details, value = self.exchange(body)
        while kind == "callback":
            kind, details, value = self.exchange(self.called_back(value))
        if kind == "raised":
            error = self.understood(lambda: self.raised_by(operation, details, value))
            self.is_lost = False
            raise error
        if kind != "value":
            raise raised.bad_answer("an answer of the wrong form")
        self.is_lost = False
        return value

    def called_back(self, call):
        """Evaluates a function of the test that the candidate calls; the request that tells it what came of it."""
        self.wear()
        number, arguments, keywords = self.understood(lambda: self.checked_call(call))
        self.is_lost = False
        try:
            given = self.given[number]
            value = list(itertools.islice(given, 1)) if is_iterator(given) else given(*arguments, **keywords)
            answer = self.sharing.packed(("return", None), [value])
        except checks.OutOfReach as error:
            # The candidate's call, not the test's: only right code shows whether the test means it.
            self.note_out_of_reach(str(error))
            answer = self.sharing.packed(("raise", None), [TypeError(str(error))])
        except Exception as error:
            answer = self.sharing.packed(("raise", None), [error])
        finally:
            was_lost, self.is_lost = self.is_lost, True
        if was_lost:
            raise raised.CandidateGone
        return answer

    def checked_call(self, call):
        """A call of one of the test's functions, with those among its arguments hidden."""
        number, arguments, keywords = call
        if type(number) is not int or not 0 <= number < len(self.given):
            raise wire.BadFrame("a call of no function")
        hidden = tuple(map(self.hidden, arguments))
        return number, hidden, {str.__str__(name): self.hidden(value) for name, value in keywords.items()}

    def hidden(self, value):
        is_given = any(value is given for given in self.given) and not isinstance(value, (list, dict, set))
        return stand_ins.opaque(value) if is_given else value

    def exchange(self, body):
        """Sends a request; the kind, details and value of the first reply to it."""
        try:
            wire.write_frame(self.channel, body)
        except (BrokenPipeError, ConnectionResetError):
            raise raised.CandidateGone from None
        return self.reply()

    def reply(self):
        try:
            body = wire.read_frame(self.channel)
        except (EOFError, ConnectionResetError):
            raise raised.CandidateGone from None
        except wire.BadFrame as problem:
            raise raised.bad_answer(str(problem)) from None
        return self.understood(lambda: self.read(body))

    def read(self, body):
        # A set of the candidate's objects asks for their hashes as it is made.
        self.is_lost = False
        (kind, details, printed), value = self.sharing.unpacked(body, wire.decoded_by_judge)
        self.is_lost = True
        self.printed.append(raised.text_of(printed)[: self.room])
        self.room -= len(self.printed[-1])
        return kind, details, value

    def run_tests(self, token, arguments, hear):
        """Runs a whole test file on the candidate's side; hear() is told of every event, and what comes at the end is given back."""
        if self.is_lost:
            raise raised.CandidateGone
        self.is_lost = True
        kind, details, value = self.exchange(self.sharing.packed(("test", token), [(arguments, {})]))
        while kind == "event":
            event = value
            self.understood(lambda: hear(event))
            kind, details, value = self.reply()
        if kind == "raised":
            error = self.understood(lambda: self.raised_by("test", details, value))
            self.is_lost = False
            raise error
        if kind != "value":
            raise raised.bad_answer("an answer of the wrong form")
        self.is_lost = False
        return value

    def understood(self, read):
        """What read() makes of a reply; a reply that it stumbles over is the candidate's error."""
        try:
            return read()
        except wire.BadFrame as problem:
            self.wear()
            self.is_lost = True
            raise raised.bad_answer(str(problem)) from None
        except checks.RaisedByCandidate:
            raise
        except Exception as error:
            self.wear()
            self.is_lost = True
            raise raised.bad_answer(f"{type(error).__name__} while reading an answer") from None

    def raised_by(self, operation, details, error):
        """The exception to raise for one of the candidate's."""
        record = raised.checked_record(details)
        if operation in PLAIN_OPERATIONS or not isinstance(error, BaseException) or not raised.is_raisable(type(error)):
            return raised.CandidateError(record)
        vars(error)["_greenloop_record_"] = record
        return error.with_traceback(None)

    def note_out_of_reach(self, what):
        """Notes that a test does what only means something in the process of the code."""
        self.out_of_reach = self.out_of_reach or what

    def is_record(self, kind):
        return hasattr(kind, "_greenloop_number_")

    def keep(self, thing, plain):
        """What travels in the place of something that a test gives the candidate: itself where the candidate has the same, or a mark."""
        stand = stand_ins.stand_of(thing)
        if stand is not None and stand.link is self:
            return wire.Mark("global" if type(stand.number) is str else "object", stand.number)
        if type(thing) is stand_ins.Opaque:
            thing = stand_ins.OF_OPAQUE(thing)
        if isinstance(thing, Exception):
            return wire.Mark("error", describe.built_in_name(thing), (describe.message_text(thing),))
        if type(thing) in VIEWS:
            return wire.Mark("view", VIEWS[type(thing)], plain(gc.get_referents(thing)[0]))
        if is_iterator(thing):
            return wire.Mark("test iterator", self.number_of(thing))
        if can_be_copied(thing):
            return thing
        if is_of_judge(thing):
            raise TypeError("no function of the test")
        if not callable(thing) or isinstance(thing, type):
            raise checks.OutOfReach(f"they give the code an object of type {type(thing).__name__}")
        name = str(getattr(thing, "__name__", "function"))
        doc = getattr(thing, "__doc__", None)
        text = describe.value_text(thing)
        return wire.Mark("test function", self.number_of(thing), name, text, doc if type(doc) is str else None)

    def number_of(self, thing):
        """The number under which the candidate can call a function of the test, or take from an iterator."""
        for number, given in enumerate(self.given):
            if given is thing:
                return number
        self.given.append(thing)
        return len(self.given) - 1

    def restored(self, kind, *parts):
        """What a mark of the candidate's stands for."""
        if kind != "error" or type(parts[1]) is not str:
            self.wear()
        if kind == "test":
            return self.given[checked_number(parts[0])]
        if kind == "object":
            return self.object_of(*parts)
        if kind == "named":
            return self.functions[parts[0]]
        if kind == "class":
            return self.class_of(*parts)
        if kind == "record":
            return self.record_of(*parts)
        if kind == "error":
            return self.error_of(*parts)
        raise wire.BadFrame("a mark of no kind")

    def object_of(self, number, kind, text):
        handle = self.stand_ins.get(checked_number(number))
        if handle is None:
            stand = stand_ins.Stand(self, number, None, text)
            handle = self.stand_ins[number] = stand_ins.handle_of(self.checked_class(kind), stand)
        stand_ins.stand_of(handle).text = raised.text_of(text)[: describe.LONGEST_VALUE]
        return handle

    def checked_class(self, kind):
        if kind not in self.classes.values():
            raise wire.BadFrame("an object of no class")
        return kind

    def class_of(self, number, name, *parts):
        known = self.classes.get(checked_number(number))
        if known is None:
            known = self.classes[number] = stand_ins.class_for(self, number, raised.text_of(name)[:100], *parts)
        return known

    def record_of(self, number, name, fields, items):
        """A named tuple like the candidate's."""
        kind = self.records.get(checked_number(number))
        if kind is None:
            kind = self.records[number] = stand_ins.record_class(number, raised.text_of(name), tuple(map(raised.text_of, fields)))
        return kind._make(items)

    def record_mark(self, value, items):
        return wire.Mark("record", type(value)._greenloop_number_, items)

    def error_of(self, number, kind, arguments, own, text, inner, behind):
        error = self.stand_ins.get(checked_number(number))
        if error is None:
            kind = stand_ins.built_in_error(kind) if type(kind) is str else self.checked_class(kind)
            if not (type(arguments) is type(inner) is tuple and type(own) is dict):
                raise wire.BadFrame("an exception of the wrong form")
            stand = stand_ins.Stand(self, number, None, raised.text_of(text)[: describe.LONGEST_MESSAGE])
            error = self.stand_ins[number] = raised.error_from(kind, stand, arguments, own, inner, behind)
        return error

    @contextlib.contextmanager
    def reporting(self):
        """While it lasts the candidate is not asked how its objects look."""
        self.is_reporting = True
        try:
            yield
        finally:
            self.is_reporting = False

    def output(self):
        return "".join(self.printed)


def checked_number(number):
    if type(number) is not int or number < 0:
        raise wire.BadFrame("a number of the wrong form")
    return number


def is_iterator(thing):
    """Whether it is an iterator of Python's own, of which nothing is asked but the next item."""
    return hasattr(type(thing), "__next__") and type(thing).__module__ in ("builtins", "itertools")


def is_of_judge(thing):
    """Whether it is one of the judge's own functions, which a test finds among its names."""
    module = getattr(getattr(thing, "__func__", thing), "__module__", None)
    return module in OWN_MODULES


def can_be_copied(thing):
    """Whether the candidate can have the same: a class or function of a library, or an object whose copy is as good as itself."""
    if isinstance(thing, (type, types.FunctionType, types.BuiltinFunctionType)):
        owner = sys.modules.get(getattr(thing, "__module__", None) or "builtins")
        name = getattr(thing, "__qualname__", "")
        return thing.__module__ not in OWN_MODULES and getattr(owner, name, None) is thing
    if callable(thing) and not isinstance(thing, COPIED_CALLABLES) or type(thing).__module__.partition(".")[0] in NOT_COPIED:
        return False
    try:
        return b"getattr" not in pickle.dumps(thing, wire.PROTOCOL)
    except Exception:
        return False
