"""The judge: the only processes that ever hold tests, and the only ones that say `passed`.

Serves one run after another: reads a request from greenloop (descriptor 0), takes a waiting candidate from the zygote, has the run
conducted by a process forked from this one, and answers with one verdict (descriptor 1). A conductor gives the candidate the
code and evaluates the checks. It serves another run only if nothing of the candidate's came to it but plain data; else it is
replaced by a new fork. So nothing that a program does to the process that judges it lives into the next run.
"""

import collections
import json
import os
import signal
import socket
import struct

import conductor
import wire

MOST_PREPARED = 64
# A setup that computes expected values has done the work that a candidate has to do; slower ones get this many times more.
SETUP_FACTOR = 4
NO_WORD = "the judge's own process ended while it read what the code answered"


class Zygote:
    """The fork server as the judge sees it: hands out waiting candidates and ends them."""

    def __init__(self, control):
        self.control = control
        self.waiting = collections.deque()
        self.ended = None

    def take(self):
        while not self.waiting:
            self.receive()
        return self.waiting.popleft()

    def end(self, pid):
        """Kills a candidate; its wait status, CPU seconds and peak memory in bytes."""
        self.control.send(struct.pack("<i", pid))
        self.ended = None
        while self.ended is None:
            self.receive()
        return self.ended

    def close_waiting(self):
        """For a process that is to have no other candidate's channel."""
        for _pid, channel in self.waiting:
            os.close(channel)

    def receive(self):
        message, descriptors, _flags, _address = socket.recv_fds(self.control, 64, 1)
        if not message:
            os._exit(0)
        if descriptors:
            self.waiting.append((struct.unpack("<i", message)[0], descriptors[0]))
        else:
            status, user, system, peak = wire.USAGE.unpack(message)
            self.ended = (status, user + system, peak)


class Judge:
    """Keeps the tests, and has the runs conducted by a process of its own, a new one whenever the last may not be what it was."""

    def __init__(self, control, die_with):
        self.requests, self.verdicts = parked(0), parked(1)
        self.zygote, self.die_with = Zygote(control), die_with
        self.prepared = collections.OrderedDict()
        self.conductor = None
        # Tests that were prepared by conductors only, which are gone.
        self.lost = set()

    def serve(self):
        while True:
            try:
                request = json.loads(wire.read_frame(self.requests, conductor.LARGEST_REQUEST))
            except EOFError:
                os._exit(0)
            self.handle(request)

    def send(self, message):
        wire.write_frame(self.verdicts, json.dumps(message).encode())

    def handle(self, request):
        key, tests = request["testsKey"], request["tests"]
        if key is not None and not self.has(key):
            if tests is None:
                return self.send({"kind": "tests-wanted"})
            if self.keeps(key, tests):
                refusal = self.prepare(key, tests)
                if refusal is not None:
                    return self.send(refusal)
        return self.conduct(request)

    def keeps(self, key, tests):
        """Whether tests are prepared here, for all runs to come, rather than by the conductor."""
        return key in self.lost or bool(tests.get("setup"))

    def has(self, key):
        return key in self.prepared or self.conductor is not None and key in self.conductor.keys

    def prepare(self, key, source):
        """Prepares tests for all runs to come; what to answer where they cannot be run."""
        tests, refusal = conductor.prepared_or_refused(source)
        if tests is None:
            return refusal
        self.prepared[key] = tests
        if len(self.prepared) > MOST_PREPARED:
            self.prepared.popitem(last=False)
        # The one that there is does not have them.
        self.end_conductor()
        return None

    def conduct(self, request):
        """Has one run judged, and answers with its verdict."""
        pid, channel = self.candidate_for(request)
        self.conductor = self.conductor or conductor.Conductor(self)
        self.conductor.give(request, channel)
        os.close(channel)
        found = self.hear()
        if "seconds" not in found:
            # It does not have tests that cannot be run.
            self.conductor.keys.discard(request["testsKey"])
        self.send(measured(found, self.zygote.end(pid), request["timeoutSeconds"]))
        if self.conductor.is_worn or len(self.conductor.keys) > MOST_PREPARED:
            self.end_conductor()

    def hear(self):
        """What the conductor says of a run at its end; passes on what it says before."""
        while True:
            try:
                message = json.loads(wire.read_frame(self.conductor.words, conductor.LARGEST_REQUEST))
            except (EOFError, ConnectionResetError):
                self.conductor.is_worn = True
                return {"kind": "no-word", "message": NO_WORD}
            if message["kind"] == "worn":
                self.conductor.is_worn = True
            elif message["kind"] == "started":
                self.send(message)
            else:
                return message

    def end_conductor(self):
        if self.conductor is not None:
            self.lost |= self.conductor.keys
            self.conductor.end()
            self.conductor = None

    def candidate_for(self, request):
        """A candidate for a run, whose limit is made longer by what the setup took."""
        tests = self.prepared.get(request["testsKey"])
        request["timeoutSeconds"] += SETUP_FACTOR * tests.setup_seconds if tests is not None else 0
        return self.take_candidate(int(request["timeoutSeconds"]) + 2)

    def take_candidate(self, cpu_seconds):
        """A waiting candidate that was told its limit; one that died while it waited is replaced."""
        while True:
            pid, channel = self.zygote.take()
            try:
                wire.write_frame(channel, cpu_seconds.to_bytes(4, "big"))
                return pid, channel
            except (BrokenPipeError, ConnectionResetError):
                os.close(channel)
                self.zygote.end(pid)


def measured(found, end, limit):
    """What a run found, with what is known of its candidate's end: status, CPU seconds and peak memory."""
    status, cpu_seconds, peak = end
    if found["kind"] == "crashed":
        found = crash(found, status, limit)
    if "seconds" not in found:
        return found
    return {**found, "cpuSeconds": found["cpuSeconds"] + cpu_seconds, "peakBytes": peak}


def crash(found, status, limit):
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        return {**found, "kind": "timed-out", "limitSeconds": limit}
    return {**found, "reason": reason_of(status)}


def reason_of(status):
    if not os.WIFSIGNALED(status):
        return f"ended with exit code {os.WEXITSTATUS(status)}"
    number = os.WTERMSIG(status)
    if number == signal.SIGKILL:
        return "hung up before the answer"
    return f"ended by {signal.strsignal(number) or f'signal {number}'}"


def parked(descriptor):
    """Another number for a descriptor; the old one leads nowhere from now on."""
    number = os.dup(descriptor)
    nothing = os.open("/dev/null", os.O_RDWR)
    os.dup2(nothing, descriptor)
    os.close(nothing)
    return number
