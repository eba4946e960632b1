"""The judge: the only process that ever holds tests, and the only one that says `passed`.

Serves one run after another: reads a request from greenloop (descriptor 0), takes a waiting candidate from the zygote,
gives it the code, evaluates the checks and answers with one verdict (descriptor 1). Both are moved to other numbers
first, so that nothing that a test prints or reads can come into the protocol.
"""

import collections
import json
import os
import pickle
import signal
import socket
import struct
import sys
import time

import checks
import describe
import link as links
import process_state
import program
import raised
import stand_ins
import wire

LARGEST_REQUEST = 256 << 20
MOST_PREPARED = 64
# A setup that computes expected values has done the work that a candidate has to do; slower ones get this many times more.
SETUP_FACTOR = 4
AS_A_TEST_FILE = "as a test file (--test-mode program) they can"
OF_THE_JUDGE = "which does not reach the code in its own process; run them as a test file (--test-mode program)"


class Deadline(BaseException):
    """The wall time of the run is over."""


class Alarm:
    """Raises Deadline in whatever the judge is doing; again and again, in case the test swallows it."""

    def __init__(self):
        self.armed = self.has_rung = False
        signal.signal(signal.SIGALRM, self.ring)

    def ring(self, _number, _frame):
        if self.armed:
            self.has_rung = True
            raise Deadline

    def start(self, seconds):
        self.armed, self.has_rung = True, False
        self.end = time.monotonic() + seconds
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)

    def shorten(self, seconds):
        left = min(seconds, self.end - time.monotonic())
        signal.setitimer(signal.ITIMER_REAL, max(left, 0.001), 0.05)

    def stop(self):
        self.armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)


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
    def __init__(self, control):
        self.requests, self.verdicts = parked(0), parked(1)
        self.zygote = Zygote(control)
        self.alarm = Alarm()
        self.prepared = collections.OrderedDict()
        self.settings = process_state.Settings()

    def serve(self):
        while True:
            try:
                request = json.loads(wire.read_frame(self.requests, LARGEST_REQUEST))
            except EOFError:
                os._exit(0)
            self.handle(request)

    def send(self, message):
        wire.write_frame(self.verdicts, json.dumps(message).encode())

    def handle(self, request):
        key, tests = request["testsKey"], None
        if key is not None:
            if key not in self.prepared and request["tests"] is None:
                return self.send({"kind": "tests-wanted"})
            try:
                tests = self.prepared.get(key) or self.prepare(key, request["tests"])
            except checks.NoCheck:
                return self.send({"kind": "tests-empty"})
            except (Exception, SystemExit) as error:
                return self.send({"kind": "tests-broken", "message": broken_text(error)})
            self.prepared.move_to_end(key)
            request["timeoutSeconds"] += SETUP_FACTOR * tests.setup_seconds
        pid, channel = self.take_candidate(int(request["timeoutSeconds"]) + 2)
        link = links.Link(channel, tests is not None and tests.mirrors)
        try:
            run = self.run_of(request, tests, link)
        except program.PytestMissing:
            os.close(channel)
            self.zygote.end(pid)
            return self.send({"kind": "pytest-missing"})
        self.send({"kind": "started", "limitSeconds": request["timeoutSeconds"], "testedBy": tested_by(run)})
        return self.send(self.judge(request, tests, link, run, pid))

    def run_of(self, request, tests, link):
        """The evaluation of the tests that is about to start; None where there are none."""
        stop_at_first = request["report"] == "first"
        if isinstance(tests, program.PreparedProgram):
            return program.ProgramRun(tests, link, stop_at_first, request["ranBefore"])
        return checks.CheckRun(tests, link, stop_at_first, self.alarm.shorten) if tests else None

    def take_candidate(self, cpu_seconds):
        """A waiting candidate that was told its limit; one that died while it waited is replaced."""
        while True:
            pid, channel = self.zygote.take()
            try:
                wire.write_frame(channel, pickle.dumps(cpu_seconds))
                return pid, channel
            except (BrokenPipeError, ConnectionResetError):
                os.close(channel)
                self.zygote.end(pid)

    def prepare(self, key, source):
        kind = program.PreparedProgram if "program" in source else checks.PreparedTests
        tests = self.prepared[key] = kind(source)
        if len(self.prepared) > MOST_PREPARED:
            self.prepared.popitem(last=False)
        return tests

    def judge(self, request, tests, link, run, pid):
        started, started_cpu = time.monotonic(), time.process_time()
        found = self.outcome(request, tests, link, run)
        os.close(link.channel)
        status, candidate_cpu, peak = self.zygote.end(pid)
        if found["kind"] == "crashed":
            found = crash(found, status, request["timeoutSeconds"])
        records = run.records() if run else []
        link.mirror.undo()
        self.settings.restore()
        return {
            **found,
            "testedBy": tested_by(run),
            "checks": records,
            "checksPassed": run.passed_count if run else 0,
            "checksFailed": len(run.failed) if run else 0,
            "output": link.output(),
            "seconds": time.monotonic() - started,
            "cpuSeconds": candidate_cpu + time.process_time() - started_cpu,
            "peakBytes": peak,
        }

    def outcome(self, request, tests, link, run):
        """The verdict's kind and what belongs to it; `passed` is said here and nowhere else."""
        limit = request["timeoutSeconds"]
        during, is_complete = "load", False
        try:
            self.alarm.start(limit)
            try:
                names = link.load(request["code"])
                during = "check"
                entry_point = request["entryPoint"]
                if isinstance(run, program.ProgramRun):
                    run.run(entry_point, names)
                elif entry_point not in names:
                    return missing(entry_point)
                elif run is not None:
                    namespace = namespace_for(tests, entry_point, names, link)
                    link.noticed = process_state.Noticed()
                    run.run(entry_point, namespace)
                is_complete = True
            finally:
                self.alarm.stop()
        except (Deadline, checks.EndOfRun, raised.CandidateGone):
            # Known below by what they left behind, as a test may have swallowed them.
            self.alarm.stop()
        except checks.RaisedByCandidate as error:
            return load_failure(error.record)
        except MemoryError:
            return {"kind": "out-of-memory", **place_of(during, run)}
        except checks.NoCheck:
            return {"kind": "tests-empty"}
        except links.CannotBeGiven as error:
            return {"kind": "tests-broken", "message": f"{error}; {AS_A_TEST_FILE}"}
        if run is not None and run.broken is not None:
            return {"kind": "tests-broken", "message": run.broken}
        if run is not None and run.failed and link.noticed is not None and link.noticed.found is not None:
            return {"kind": "tests-broken", "message": f"they set {link.noticed.found}, {OF_THE_JUDGE}"}
        if run is not None and run.failed:
            return failure_kind(run.failed[0], run.is_assertion())
        if self.alarm.has_rung:
            return {"kind": "timed-out", "limitSeconds": limit, **place_of(during, run)}
        if link.is_lost or not is_complete:
            return {"kind": "crashed", "reason": "", **place_of(during, run)}
        return {"kind": "passed"}


def tested_by(run):
    return "judge" if run is None else run.tested_by


def broken_text(error):
    """What keeps tests from being run, with the line where their text is no Python."""
    line = f" (line {error.lineno})" if isinstance(error, SyntaxError) and error.lineno else ""
    return f"{type(error).__name__}: {describe.message_text(error)}{line}"


def parked(descriptor):
    """Another number for a descriptor; the old one leads nowhere from now on."""
    number = os.dup(descriptor)
    nothing = os.open("/dev/null", os.O_RDWR)
    os.dup2(nothing, descriptor)
    os.close(nothing)
    return number


def namespace_for(tests, entry_point, names, link):
    """What the test program sees: builtins, context, setup and standard library, then the candidate's own names."""
    namespace = tests.namespace()
    for name in tests.names & names.keys() - tests.defined.keys():
        namespace[name] = stand_ins.Proxy(link, name) if names[name] else link.request("global", name)
    namespace[entry_point] = stand_ins.Proxy(link, entry_point)
    return namespace


def place_of(during, run):
    """Where a run was when it ended without an answer."""
    return {"during": during, "source": run.hanging_source() if run is not None else None}


def missing(entry_point):
    message = f"name {entry_point!r} is not defined"
    record = raised.own_record("NameError", message)
    return {"kind": "raised", "during": "load", "exception": record}


def load_failure(record):
    if record.get("phase") == "compile" and record["type"] != "MemoryError":
        return {"kind": "syntax-error", "exception": checks.public(record)}
    if record["type"] == "MemoryError":
        return {"kind": "out-of-memory", "during": "load", "source": None}
    return {"kind": "raised", "during": "load", "exception": checks.public(record)}


def failure_kind(check, is_assertion):
    exception = check["exception"]
    if exception is None or is_assertion:
        return {"kind": "failed"}
    if exception["type"] == "MemoryError":
        return {"kind": "out-of-memory", "during": "check", "source": check["test"] or check["source"]}
    return {"kind": "raised", "during": "check", "exception": exception}


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
