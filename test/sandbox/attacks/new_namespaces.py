# Tries: clone with new namespaces, as a process and as a thread, and to leave the sandbox by them.
# Held: passed
# Tests: nothing
# With: system_calls
NAMESPACES = {"user": 1 << 28, "pid": 1 << 29, "net": 1 << 30, "mount": 1 << 17, "cgroup": 1 << 25, "uts": 1 << 26, "ipc": 1 << 27, "time": 1 << 7}
THREAD = 0x10F00

def f():
    done = []
    for name, flag in NAMESPACES.items():
        for flags in (flag, flag | 17, flag | THREAD & ~0x10000):
            result = system_call((56, 220)[COLUMN], flags, 0, 0, 0, 0)
            if result == 0:
                os._exit(1)
            if result != "EAGAIN":
                done.append(f"{name}: {result}")
        if system_call((272, 97)[COLUMN], flag) != "EPERM":
            done.append(f"unshare {name}")
    if system_call(435, 0, 0) != "ENOSYS":
        done.append("clone3")
    return done
