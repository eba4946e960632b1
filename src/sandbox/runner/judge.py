"""The judge: the only processes that ever hold tests, and the only ones that say `passed`.

Serves one run after another: reads a request from greenloop (descriptor 0), takes a waiting candidate from the zygote, has the run
conducted by a process forked from this one, and answers with one verdict (descriptor 1). A conductor gives the candidate the
code and evaluates the checks. It serves another run only if nothing of the candidate's came to it but plain data; else it is
replaced by a new fork. So nothing that a program does to the process that judges it lives into the next run.
"""

import collections
import functools
import json
import os
import signal
import socket
import struct
import time

import checks
import describe
import link as links
import process_state
import program
import raised
import wire

LARGEST_REQUEST = 256 << 20
MOST_PREPARED = 64
# A setup that computes expected values has done the work that a candidate has to do; slower ones get this many times more.
SETUP_FACTOR = 4
NO_WORD = "the judge's own process ended while it read what the code answered"


class Deadline(checks.End):
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
                request = json.loads(wire.read_frame(self.requests, LARGEST_REQUEST))
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
        tests, refusal = prepared_or_refused(source)
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
        tests = self.prepared.get(request["testsKey"])
        request["timeoutSeconds"] += SETUP_FACTOR * tests.setup_seconds if tests is not None else 0
        pid, channel = self.take_candidate(int(request["timeoutSeconds"]) + 2)
        self.conductor = self.conductor or Conductor(self)
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
                message = json.loads(wire.read_frame(self.conductor.words, LARGEST_REQUEST))
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


def prepared_or_refused(source):
    """Tests that are ready to run and None, or None and what to answer."""
    try:
        return (program.PreparedProgram if "program" in source else checks.PreparedTests)(source), None
    except checks.NoCheck:
        return None, {"kind": "tests-empty"}
    except (Exception, SystemExit) as error:
        return None, {"kind": "tests-broken", "message": broken_text(error)}


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
        say, alarm = functools.partial(say_through, words.fileno()), Alarm()
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
    run = Run(request, prepared.get(key), channel, alarm, say)
    if run.tests is not None and run.tests.setup_seconds > 0:
        # What the setup made may be changed by the checks.
        run.wear()
    return run.verdict()


def say_through(descriptor, message):
    wire.write_frame(descriptor, json.dumps(message).encode())


class Run:
    """One run of tests against a candidate; say() tells that the tests are ready, before the clock starts."""

    def __init__(self, request, tests, channel, alarm, say):
        self.request, self.tests, self.alarm, self.say = request, tests, alarm, say
        self.link = links.Link(channel, self.wear)
        self.evaluation = None
        self.is_worn = False

    def wear(self):
        """Tells, before it happens, that something of the candidate's stays here beyond plain data."""
        if not self.is_worn:
            self.is_worn = True
            self.say({"kind": "worn"})

    def verdict(self):
        try:
            self.evaluation = self.evaluated()
        except program.PytestMissing:
            return {"kind": "pytest-missing"}
        self.say({"kind": "started", "limitSeconds": self.request["timeoutSeconds"], "testedBy": tested_by(self.evaluation)})
        started, started_cpu = time.monotonic(), time.process_time()
        found = self.outcome()
        if self.link.noticed is not None and self.link.noticed.has_changed():
            self.wear()
        self.link.is_reporting = True
        evaluation = self.evaluation
        return {
            **found,
            "testedBy": tested_by(evaluation),
            "outOfReach": self.link.out_of_reach,
            "checks": evaluation.records() if evaluation else [],
            "checksPassed": evaluation.passed_count if evaluation else 0,
            "checksFailed": len(evaluation.failed) if evaluation else 0,
            "output": self.link.output(),
            "seconds": time.monotonic() - started,
            "cpuSeconds": time.process_time() - started_cpu,
        }

    def evaluated(self):
        """The evaluation of the tests that is about to start; None where there are none."""
        stop_at_first = self.request["report"] == "first"
        if isinstance(self.tests, program.PreparedProgram):
            return program.ProgramRun(self.tests, self.link, stop_at_first, self.request["ranBefore"])
        return checks.CheckRun(self.tests, self.link, stop_at_first, self.alarm.shorten) if self.tests else None

    def outcome(self):
        """The verdict's kind and what belongs to it; `passed` is said here and nowhere else."""
        run, link, limit = self.evaluation, self.link, self.request["timeoutSeconds"]
        self.during, is_complete = "load", False
        try:
            self.alarm.start(limit)
            try:
                ended = self.evaluate()
                is_complete = True
            finally:
                self.alarm.stop()
            if ended is not None:
                return ended
        except checks.OutOfReach as error:
            return {"kind": "out-of-reach", "message": str(error)}
        except checks.End:
            # Known below by what it left behind, as a test may have swallowed it.
            self.alarm.stop()
        except checks.NoCheck:
            return {"kind": "tests-empty"}
        except MemoryError:
            return {"kind": "out-of-memory", **place_of(self.during, run)}
        except checks.RaisedByCandidate as error:
            return load_failure(error.record)
        except Exception as error:
            self.wear()
            # Whatever the candidate's answers did to the judge is the candidate's failure.
            return {"kind": "raised", "during": "check", "exception": checks.exception_of(error)}
        if run is not None and run.broken is not None:
            return {"kind": "tests-broken", "message": run.broken}
        if run is not None and run.failed and link.noticed is not None and link.noticed.found is not None:
            return {"kind": "out-of-reach", "message": f"they set {link.noticed.found}"}
        if run is not None and run.failed:
            return failure_kind(run.failed[0], run.is_assertion())
        if self.alarm.has_rung:
            return {"kind": "timed-out", "limitSeconds": limit, **place_of(self.during, run)}
        if link.is_lost or not is_complete:
            return {"kind": "crashed", "reason": "", **place_of(self.during, run)}
        return {"kind": "passed"}

    def evaluate(self):
        """Loads the code and evaluates the tests; the verdict where that shows already, else None."""
        run, link, entry_point = self.evaluation, self.link, self.request["entryPoint"]
        names = link.load(self.request["code"])
        self.during = "check"
        if isinstance(run, program.ProgramRun):
            run.run(entry_point, names)
        elif entry_point not in names:
            return missing(entry_point)
        elif run is not None:
            namespace = namespace_for(self.tests, entry_point, names, link)
            link.noticed = process_state.Noticed()
            run.run(entry_point, namespace)
        return None


def measured(found, end, limit):
    """What a run found, with what is known of its candidate's end: status, CPU seconds and peak memory."""
    status, cpu_seconds, peak = end
    if found["kind"] == "crashed":
        found = crash(found, status, limit)
    if "seconds" not in found:
        return found
    return {**found, "cpuSeconds": found["cpuSeconds"] + cpu_seconds, "peakBytes": peak}


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
    for name in tests.names & names.keys() - tests.defined.keys() | {entry_point}:
        namespace[name] = link.function(name) if names[name] == "function" else link.named(name)
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
