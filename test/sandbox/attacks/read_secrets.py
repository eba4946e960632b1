# Tries: to read what is none of its business: accounts, processes, the environment, the network, homes, other folders.
# Held: passed
# Tests: nothing
import os, sys

def f():
    found = []
    for path in ("/etc/shadow", "/etc/passwd", "/etc/hostname", "/proc/self/environ", "/proc/1/cmdline", "/proc/self/mem", "/proc/cpuinfo",
                 "/sys/class/net", "/var", "/run", "/srv", "/mnt", "/dev/mem", "/dev/sda", "/dev/kmsg", "/dev/tty",
                 "/dev/ptmx", "/dev/shm", "/dev/fd/0", "/tmp/../etc/shadow", "/../../etc/shadow", "/runner/../etc/shadow"):
        if os.path.exists(path):
            found.append(path)
    # The interpreter may lie in one of these; nothing beside it is to be seen.
    for path in ("/home", "/root", "/opt"):
        if os.path.exists(path):
            found += [f"{path}/{name}" for name in os.listdir(path) if not sys.base_prefix.startswith(f"{path}/{name}")]
    found += [name for name in os.environ if name not in ("LANG", "PYTHONHASHSEED", "PWD", "LC_CTYPE")]
    found += [name for name in os.listdir("/") if name not in ("usr", "lib", "lib64", "bin", "etc", "dev", "runner", "tmp", "opt", "root", "home")]
    found += os.listdir("/tmp")
    if os.uname().nodename not in ("sandbox", "emscripten"):
        found.append("host name")
    if os.getuid() in (0, 1000) or os.geteuid() != os.getuid():
        found.append("user")
    for descriptor in range(4, 256):
        try:
            os.fstat(descriptor)
            found.append(f"descriptor {descriptor}")
        except OSError:
            pass
    return found
