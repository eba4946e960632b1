"""The process that conducts runs, forked from the judge, and the judge's side of it."""

import functools
import json
import os
import signal
import socket

import checks
import describe
import program
import run
import wire

LARGEST_REQUEST = 256 << 20


class Conductor:
    """The judge's side of the process that conducts runs. It is worn once a program may have left anything in it."""

    def __init__(self, judge):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket, self.words = ours, ours.fileno()
        self.keys = set()
        self.is_worn = False
        self.pid = os.fork()
        if self.pid == 0:
            ours.close()
            conduct_runs(judge, theirs)
        theirs.close()

    def give(self, request, channel):
        if request["tests"] is not None:
            self.keys.add(request["testsKey"])
        wire.write_frame(self.words, json.dumps(request).encode())
        socket.send_fds(self.socket, [b"c"], [channel])

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        self.socket.close()
        os.waitpid(self.pid, 0)


def conduct_runs(judge, words):
    """The whole life of a conductor: it has candidates' channels and a socket for its words, and nothing else of the judge's."""
    try:
        judge.die_with(os.getppid())
        for descriptor in (judge.requests, judge.verdicts, judge.zygote.control.fileno()):
            os.close(descriptor)
        judge.zygote.close_waiting()
        say, alarm = functools.partial(say_through, words.fileno()), run.Alarm()
        while True:
            request = json.loads(wire.read_frame(words.fileno(), LARGEST_REQUEST))
            _byte, (channel,), _flags, _address = socket.recv_fds(words, 1, 1)
            say(found_in_run(judge.prepared, request, channel, alarm, say))
            os.close(channel)
    except EOFError:
        pass
    finally:
        os._exit(0)


def found_in_run(prepared, request, channel, alarm, say):
    key, source = request["testsKey"], request["tests"]
    if key is not None and key not in prepared:
        tests, refusal = prepared_or_refused(source)
        if tests is None:
            return refusal
        prepared[key] = tests
    one = run.Run(request, prepared.get(key), channel, alarm, say)
    if one.tests is not None and one.tests.setup_seconds > 0:
        # What the setup made may be changed by the checks.
        one.wear()
    return one.verdict()


def say_through(descriptor, message):
    wire.write_frame(descriptor, json.dumps(message).encode())


def prepared_or_refused(source):
    """Tests that are ready to run and None, or None and what to answer."""
    try:
        return (program.PreparedProgram if "program" in source else checks.PreparedTests)(source), None
    except checks.NoCheck:
        return None, {"kind": "tests-empty"}
    except (Exception, SystemExit) as error:
        return None, {"kind": "tests-broken", "message": broken_text(error)}


def broken_text(error):
    """What keeps tests from being run, with the line where their text is no Python."""
    line = f" (line {error.lineno})" if isinstance(error, SyntaxError) and error.lineno else ""
    return f"{type(error).__name__}: {describe.message_text(error)}{line}"
