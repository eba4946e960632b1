"""One run of tests against a candidate, and the verdict on it."""

import signal
import time

import checks
import link as links
import process_state
import program
import raised
import wire


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
            if self.request["files"]:
                self.link.request("give", None, (self.request["files"],))
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
        names = link.load(self.request["code"], entry_point == wire.SCRIPT)
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


def tested_by(run):
    return "judge" if run is None else run.tested_by


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
