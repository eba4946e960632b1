# Tries: to end or to stop its parent, the judge, the zygote, everything, by every call that sends a signal.
# Held: passed
# Tests: nothing
# With: system_calls
import resource, signal

SENDERS = {
    "kill": (62, 129), "tkill": (200, 130), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424),
    "rt_sigqueueinfo": (129, 138), "setpriority": (141, 140), "prlimit64": (302, 261), "sched_setaffinity": (203, 122),
}

def f():
    done = []
    for pid in (-1, 1, 2, 3, 4, 5, 6, 7, 8, os.getppid()):
        for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGALRM):
            try:
                os.kill(pid, number)
                done.append(f"kill {pid}")
            except OSError:
                pass
            for name, numbers in SENDERS.items():
                if system_call(numbers[COLUMN], pid, number, 0, 0) not in ("EPERM", "ENOSYS"):
                    done.append(f"{name} {pid}")
            if system_call((234, 131)[COLUMN], pid, pid, number) != "EPERM":
                done.append(f"tgkill {pid}")
        if pid != os.getpid() and pid > 0:
            for limit in (resource.RLIMIT_CPU, resource.RLIMIT_AS):
                try:
                    resource.prlimit(pid, limit, (1, 1))
                    done.append(f"prlimit {pid}")
                except OSError:
                    pass
    try:
        os.killpg(0, 9)
        done.append("killpg")
    except OSError:
        pass
    return done
