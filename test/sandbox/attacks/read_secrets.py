# Tries: to read what is none of its business: accounts, processes, the environment, the network, homes, other folders.
# Held: passed
# Tests: nothing
import os, sys

def f():
    found = []
    for path in ("/etc/shadow", "/etc/passwd", "/etc/hostname", "/proc/self/environ", "/proc/1/cmdline", "/proc/self/mem", "/proc/cpuinfo",
                 "/proc/self/status", "/sys/class/net", "/var", "/run", "/srv", "/mnt", "/dev/mem", "/dev/sda", "/dev/kmsg", "/dev/tty",
                 "/dev/ptmx", "/dev/shm", "/etc", "/proc", "/sys", "/boot", "/../../etc/shadow", "/runner/../etc/shadow"):
        try:
            if os.path.isdir(path):
                found += [f"{path}/{name}" for name in os.listdir(path) if path != "/etc" or name not in ("alternatives", "ld.so.cache")]
            else:
                os.close(os.open(path, os.O_RDONLY))
                found.append(path)
        except OSError:
            pass
    # The interpreter may lie in one of these; nothing beside it is to be seen.
    for path in ("/home", "/root", "/opt", "/tmp", "/var/tmp"):
        try:
            found += [f"{path}/{name}" for name in os.listdir(path) if not sys.base_prefix.startswith(f"{path}/{name}")]
        except OSError:
            pass
    found += [name for name in os.environ if name not in ("LANG", "PYTHONHASHSEED", "OPENBLAS_NUM_THREADS", "MALLOC_ARENA_MAX", "TMPDIR", "PWD", "LC_CTYPE")]
    found += os.listdir(".")
    if os.getuid() in (0, 1000) or os.geteuid() != os.getuid():
        found.append("user")
    for descriptor in range(4, 256):
        try:
            os.fstat(descriptor)
            found.append(f"descriptor {descriptor}")
        except OSError:
            pass
    return found
