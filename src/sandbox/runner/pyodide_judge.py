"""The judge in Pyodide. Candidates, the clock and the conversation with greenloop are devices of its host."""

import collections
import json
import os
import struct
import time

import conductor
import judge
import pyodide_limits
import run
import wire


class HostCandidates:
    """What the zygote is elsewhere: the host has a candidate ready whenever its device is opened."""

    def __init__(self):
        self.control = os.open("/dev/control", os.O_RDWR)

    def take(self):
        return 0, os.open("/dev/candidate", os.O_RDWR)

    def end(self, _pid):
        os.write(self.control, b"end")
        status, user, system, _peak = wire.USAGE.unpack(wire.read_exactly(self.control, wire.USAGE.size))
        return status, user + system, None


class HostAlarm(run.Alarm):
    """The host's clock: it delivers SIGALRM while Python runs, and ends the candidate while Python waits for it."""

    def __init__(self):
        self.clock = os.open("/dev/clock", os.O_RDWR)
        super().__init__()

    def start(self, seconds):
        self.armed, self.has_rung = True, False
        os.write(self.clock, str(float(seconds)).encode())

    def shorten(self, seconds):
        os.write(self.clock, f"<{float(seconds)}".encode())

    def stop(self):
        self.armed = False
        self.has_rung = self.has_rung or os.read(self.clock, 1) == b"1"


class PyodideJudge(judge.Judge):
    def __init__(self):
        self.requests = self.verdicts = os.open("/dev/greenloop", os.O_RDWR)
        self.zygote = HostCandidates()
        self.alarm = HostAlarm()
        self.prepared = collections.OrderedDict()
        self.conductor = None

        self.is_worn = False

    def serve(self):
        """Serves runs until something of a program's may be left; then the host puts the memory of this process back."""
        while not self.is_worn:
            self.handle(json.loads(wire.read_frame(self.requests, conductor.LARGEST_REQUEST)))

    def has(self, key):
        return key in self.prepared

    def keeps(self, key, tests):
        return True

    def conduct(self, request):
        """There are no other processes here: this one judges the run itself."""
        _pid, channel = self.candidate_for(request)
        found = run.Run(request, self.prepared.get(request["testsKey"]), channel, self.alarm, self.hear_of).verdict()
        os.close(channel)
        self.send(judge.measured(found, self.zygote.end(0), request["timeoutSeconds"]))

    def hear_of(self, message):
        if message["kind"] == "worn":
            self.is_worn = True
        else:
            self.send(message)

    def prepare(self, key, source):
        """Tests that wanted what is not here are not kept: they have to say so each time."""
        pyodide_limits.reports.clear()
        refusal = super().prepare(key, source)
        if refusal is None and pyodide_limits.reports:
            del self.prepared[key]
            return {"kind": "tests-broken", "message": f"ImportError: {pyodide_limits.reports[0]}"}
        return refusal


def prepare():
    """Before the memory is kept for later starts."""


def lock():
    pyodide_limits.hide_javascript()
    pyodide_limits.look_like_linux()
    cpu = os.open("/dev/cpu", os.O_RDONLY)
    # The one of Emscripten is the wall clock.
    time.process_time = lambda: struct.unpack("<d", os.read(cpu, 8))[0]


def serve():
    PyodideJudge().serve()
