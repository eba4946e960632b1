"""The fork server. Started once inside the isolation, it forks the judge, then one waiting candidate after another.

It never sees a test: the judge alone reads descriptor 0 and writes descriptor 1. The judge says which candidate to end
(4 bytes, its process id); the zygote answers with status and usage, then sends a new waiting candidate's socket. When
greenloop closes the other end of descriptor 2, or is gone, the zygote ends everything.
"""

import gc
import itertools
import json
import os
import resource
import select
import socket
import struct
import sys

import own_builtins

# The folder of this file, which Python put there: nothing but the standard library is for candidates.
sys.path.pop(0)
with own_builtins.imports():
    import candidate
    import lockdown
    import wire

WAITING, AT_ONCE = 4, 3
LIFELINE = 2
MOST_ENTRIES = 10_000
# The empty folder that it is started in.
SCRATCH = os.getcwd()


def preload(names):
    """Imports what candidates use most, so that each of them finds it loaded."""
    for name in names:
        try:
            __import__(name)
        except ImportError:
            pass


def run_child(body, *arguments):
    """Runs a child's whole life, at most as long as the zygote's; it never returns into the zygote."""
    try:
        lockdown.die_with(ZYGOTE)
        body(*arguments)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(96)


def from_runner(name):
    """A module of the runner that the zygote does not hold itself, as all that it holds makes every fork of it dearer."""
    with own_builtins.imports():
        return __import__(name)


def fork_judge():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        ours.close()
        lockdown.limit_judge()
        run_child(live_as_judge, theirs)
    theirs.close()
    os.dup2(NOTHING, 0)
    os.dup2(NOTHING, 1)
    return ours


def live_as_judge(control):
    from_runner("judge").Judge(control, lockdown.die_with).serve()


def fork_candidates(control, waiting, count):
    """Forks some candidates at once: each fork after a pause makes this process copy again what it writes to."""
    pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(count)]
    pids = []
    for _ours, theirs in pairs:
        pid = os.fork()
        if pid == 0:
            run_child(live_as_candidate, theirs.fileno(), waiting)
        pids.append(pid)
    for pid, (ours, theirs) in zip(pids, pairs):
        theirs.close()
        socket.send_fds(control, [struct.pack("<i", pid)], [ours.fileno()])
        ours.close()


def live_as_candidate(channel, waiting):
    os.dup2(NOTHING, 2)
    # Only now, as it may replace NOTHING; it does nothing where the channel has its number already.
    os.dup2(channel, candidate.CHANNEL, inheritable=False)
    os.closerange(candidate.CHANNEL + 1, 64)
    lockdown.lock_candidate(TASK["threads"])
    candidate.serve(waiting)


def end_candidate(control, pid):
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        pass
    _pid, status, usage = os.wait4(pid, 0)
    empty_scratch()
    control.send(wire.USAGE.pack(status, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * 1024))


def empty_scratch():
    """Removes what a candidate left, whatever its depth and rights, one folder at a time."""
    os.chdir(SCRATCH)
    above, folders = [], remove_files()
    while folders or above:
        if folders:
            name = folders.pop()
            os.chmod(name, 0o700)
            os.chdir(name)
            above.append((name, folders))
            folders = remove_files()
        else:
            name, folders = above.pop()
            os.chdir("..")
            os.rmdir(name)
        # More of them than it looks at in one go.
        folders = folders or remove_files()


def remove_files():
    """Removes the files of this folder; the names of some folders in it, or of none where there are none."""
    while True:
        with os.scandir(".") as entries:
            some = list(itertools.islice(entries, MOST_ENTRIES))
        files = [entry.name for entry in some if not entry.is_dir(follow_symlinks=False)]
        for name in files:
            os.unlink(name)
        if len(files) < len(some) or not files:
            return [entry.name for entry in some if entry.is_dir(follow_symlinks=False)]


def serve(control, waiting):
    # Of the lifeline poll() tells nothing but that it hung up.
    ready = select.poll()
    ready.register(control, select.POLLIN)
    ready.register(LIFELINE, 0)
    fork_candidates(control, waiting, WAITING)
    ended = 0
    while True:
        if any(descriptor == LIFELINE for descriptor, _events in ready.poll()):
            end_all()
        message = control.recv(4)
        if not message:
            end_all()
        end_candidate(control, struct.unpack("<i", message)[0])
        ended += 1
        if ended == AT_ONCE:
            fork_candidates(control, waiting, AT_ONCE)
            ended = 0


def end_all():
    """Ends the judge and every candidate with the zygote: they are one process group, which none of them can leave."""
    os.kill(0, 9)


def isolate():
    """Takes from this process, and so from all that it forks, what the isolation around it has left."""
    if TASK["user"] is not None:
        lockdown.become(TASK["user"])
    if TASK["readable"] is not None:
        from_runner("landlock").restrict(TASK["readable"], SCRATCH)
    lockdown.lock_all()


# What the starting process had open without meaning to hand it on.
os.closerange(3, min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 1 << 20))
TASK = json.loads(sys.argv[1])
os.environ["TMPDIR"] = SCRATCH
ZYGOTE = os.getpid()
NOTHING = os.open("/dev/null", os.O_RDWR)
if sys.argv[2:] == ["try"]:
    isolate()
    os._exit(0)
sys.path += TASK["packages"]
preload(TASK["modules"])
candidate.warm_up()
gc.collect()
gc.freeze()
isolate()
control = fork_judge()
lockdown.limit_zygote()
# Before any fork, as every page that a child writes to costs it a copy.
waiting = candidate.prepared()
gc.freeze()
try:
    serve(control, waiting)
except Exception as error:
    os.write(LIFELINE, f"{type(error).__name__}: {error}\n".encode())
    os._exit(1)
