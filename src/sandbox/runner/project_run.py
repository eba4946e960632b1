"""The first process of a project's own tests. It runs their command under limits, and alone says how that ended.

As the first process of its namespace it gets no signal from the others, and all end with it. It ends when greenloop closes
descriptor 0, or is gone. Nothing that it says comes from the tests but the report that they write into a file.
"""

import json
import os
import resource
import select
import sys
import time

import lockdown
import project_calls

LIFELINE, OUTPUT, RESULT = 0, 1, 3
LOOK_MILLISECONDS = 10
MOST_REPORT = 32 << 20
BYTES, FILE_BYTES, FILES = 4 << 30, 64 << 20, 256


def run(task):
    report = os.open(task["environment"]["GREENLOOP_REPORT"], os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    start = time.monotonic()
    pid = os.fork()
    if pid == 0:
        become_command(task)
    status = wait_for(pid, start + task["limitSeconds"])
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    tell({
        "status": status,
        "seconds": time.monotonic() - start,
        "cpuSeconds": usage.ru_utime + usage.ru_stime,
        "peakBytes": usage.ru_maxrss * 1024,
        "report": os.pread(report, MOST_REPORT, 0).decode("utf-8", "replace"),
    })


def wait_for(pid, deadline):
    """The exit code of the command, below 0 a signal; None where its time was over first. Reaps what others left behind."""
    lifeline = select.poll()
    lifeline.register(LIFELINE, 0)
    while time.monotonic() < deadline:
        if lifeline.poll(LOOK_MILLISECONDS):
            os._exit(0)
        ended = reaped(pid)
        if ended is not None:
            return ended
    return None


def reaped(pid):
    while True:
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return None
        if child == pid:
            return os.waitstatus_to_exitcode(status)
        if child == 0:
            return None


def become_command(task):
    """Never returns."""
    try:
        os.setsid()
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.dup2(OUTPUT, 2)
        os.closerange(3, 64)
        limit(task)
        os.execve("/bin/sh", ["sh", "-c", task["command"]], task["environment"])
    finally:
        os._exit(126)


def limit(task):
    lockdown.limit(resource.RLIMIT_AS, BYTES)
    lockdown.limit(resource.RLIMIT_FSIZE, FILE_BYTES)
    lockdown.limit(resource.RLIMIT_NOFILE, FILES)
    lockdown.limit(resource.RLIMIT_CORE, 0)
    lockdown.limit(resource.RLIMIT_CPU, int(task["limitSeconds"]) + 2)
    lockdown.limit(resource.RLIMIT_NPROC, task["threads"])


def tell(result):
    with open(RESULT, "w", encoding="utf-8", closefd=False) as file:
        json.dump(result, file)


def isolate(task):
    """Takes from this process, and so from all that it starts, what the isolation around it has left."""
    if task["user"] is not None:
        lockdown.become(task["user"])
    if lockdown.prctl(lockdown.PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 or lockdown.prctl(lockdown.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        os._exit(98)
    lockdown.install(lockdown.filter_of(project_calls.refusals()))


# What the starting process had open without meaning to hand it on.
os.closerange(RESULT + 1, min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 1 << 20))
TASK = json.loads(sys.argv[1])
isolate(TASK)
for folder in TASK["folders"]:
    os.mkdir(folder)
run(TASK)
os._exit(0)
