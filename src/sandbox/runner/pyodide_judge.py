"""The judge in Pyodide. Candidates, the clock and the conversation with greenloop are devices of its host."""

import collections
import os
import struct
import time

import judge
import pyodide_limits
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


class HostAlarm(judge.Alarm):
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

    def conduct(self, request, tests):
        """There are no other processes here: greenloop puts the memory of this one back after the run."""
        _pid, channel = self.take_candidate(int(request["timeoutSeconds"]) + 2)
        found = judge.Run(request, tests, channel, self.alarm, self.send).verdict()
        os.close(channel)
        self.send(judge.measured(found, self.zygote.end(0), request["timeoutSeconds"]))

    def prepare(self, key, source):
        """Tests that wanted what is not here are not kept: they have to say so each time."""
        pyodide_limits.reports.clear()
        tests = super().prepare(key, source)
        if pyodide_limits.reports:
            del self.prepared[key]
            raise ImportError(pyodide_limits.reports[0])
        return tests


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
