"""The judge's side of the conversation with one candidate, and what the last call did."""

import pickle

import describe
import mirror
import raised
import stand_ins
import wire

CALLS = ("call", "call-handle")


class CannotBeGiven(BaseException):
    """A test calls the candidate with what cannot travel to it: the test's doing, and no failure of the candidate's."""


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
        self.mirror = mirror.Mirror()
        self.last_call = self.noticed = None
        self.is_lost = self.is_asked = False
        self.printed = []
        self.room = describe.LONGEST_OUTPUT
        self.handles = {}
        self.functions = []

    def load(self, source):
        """The names that the candidate's module defines, and whether each can be called; raises what ended its load."""
        names = self.request("load", source)
        self.is_asked = False
        if type(names) is not dict:
            raise raised.bad_answer("no names of a module")
        return {name: can_be_called is True for name, can_be_called in names.items() if type(name) is str}

    def call(self, name, arguments, keywords):
        """What the candidate's function of that name returns."""
        if self.noticed is not None:
            self.noticed.look()
        try:
            body = self.packed("call", name, arguments, keywords)
        except Exception as error:
            raise CannotBeGiven(describe.message_text(error)) from None
        call = self.last_call = LastCall(name, self, body)
        call.value = self.answer_to(body, arguments, keywords)
        call.returned = True
        return call.value

    def request(self, operation, operand, arguments=(), keywords=None):
        """What the candidate's side makes of an operation on a name, or on the object with a number."""
        keywords = keywords or {}
        return self.answer_to(self.packed(operation, operand, arguments, keywords), arguments, keywords)

    def packed(self, operation, operand, arguments, keywords):
        wants_mirror = self.mirrors and operation in CALLS and any(map(mirror.is_mutable, (*arguments, *keywords.values())))
        try:
            body = pickle.dumps((operation, operand, arguments, keywords, wants_mirror, False), wire.PROTOCOL)
            # A method would arrive bound to a copy of its object.
            if b"getattr" not in body:
                return body
        except Exception:
            pass
        plain = wire.simplified((arguments, keywords), self.marker_of)
        return pickle.dumps((operation, operand, *plain, wants_mirror, True), wire.PROTOCOL)

    def answer_to(self, body, arguments, keywords):
        if self.is_lost:
            raise raised.CandidateGone
        self.is_lost = self.is_asked = True
        reply = self.exchange(body)
        while reply[0] == "callback":
            call = self.understood(lambda: self.value_in(reply[1]))
            reply = self.exchange(self.called_back(call))
        if reply[0] == "raised":
            error = self.understood(lambda: self.raised_by(reply))
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
            raise raised.CandidateGone
        return answer

    def exchange(self, body):
        """Sends a request; the first reply to it."""
        self.send(body)
        return self.reply()

    def run_tests(self, token, arguments, hear):
        """Runs a whole test file on the candidate's side; hear() is told of every event, and what comes at the end is given back."""
        if self.is_lost:
            raise raised.CandidateGone
        self.is_lost = True
        reply = self.exchange(self.packed("test", token, arguments, {}))
        while reply[0] == "event":
            event = self.understood(lambda: self.value_in(reply[1]))
            self.understood(lambda: hear(event))
            reply = self.reply()
        if reply[0] == "raised":
            error = self.understood(lambda: self.raised_by(reply))
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
            raise raised.CandidateGone from None
        except wire.BadFrame as problem:
            raise raised.bad_answer(str(problem)) from None
        if type(reply) is not tuple or len(reply) not in (3, 4) or type(reply[2]) is not str:
            raise raised.bad_answer("an answer of the wrong form")
        self.printed.append(reply[2][: self.room])
        self.room -= len(self.printed[-1])
        return reply

    def send(self, body):
        try:
            wire.write_frame(self.channel, body)
        except (BrokenPipeError, ConnectionResetError):
            raise raised.CandidateGone from None

    def understood(self, read):
        """What read() makes of a reply; a reply that it stumbles over is the candidate's error."""
        try:
            return read()
        except wire.BadFrame as problem:
            raise raised.bad_answer(str(problem)) from None
        except Exception as error:
            raise raised.bad_answer(f"{type(error).__name__} while reading an answer") from None

    def returned(self, reply, arguments, keywords):
        kind, body, _printed, changed = reply
        if kind != "value":
            raise wire.BadFrame("an answer of the wrong form")
        value = self.value_in(body)
        if changed is not None:
            self.mirror.bring_up_to_date((arguments, keywords), self.value_in(changed))
        return value

    def raised_by(self, reply):
        error = raised.error_for(raised.checked_record(reply[1]))
        arguments = self.value_in(reply[3]) if len(reply) == 4 else ()
        if type(arguments) is tuple and arguments:
            error.args = arguments
        return error

    def value_in(self, body):
        value, has_markers = wire.decode(body)
        return wire.restored(value, self.thing_of) if has_markers is True else value

    def marker_of(self, thing):
        if isinstance(thing, stand_ins.Handle):
            return (wire.MARK, thing._number, thing._kind, thing._text)
        if not callable(thing):
            raise TypeError(f"a test cannot give the candidate an object of type {type(thing).__name__}")
        self.functions.append(thing)
        return (wire.MARK, -len(self.functions), str(getattr(thing, "__name__", "function")), describe.value_text(thing))

    def thing_of(self, number, kind, text):
        """What a marker stands for: an object of the candidate's, or a function that the test gave it."""
        if number < 0:
            return self.functions[-number - 1]
        handle = self.handles.setdefault(number, stand_ins.Handle(self, number, kind, text))
        handle._text = text[: describe.LONGEST_VALUE]
        return handle

    def output(self):
        return "".join(self.printed)
