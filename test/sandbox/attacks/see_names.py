# Tries: to learn which files, processes and networks there are, without reading any: by asking whether they exist.
# Held: passed
# Tests: nothing
import os

def f():
    found = [path for path in ("/etc/shadow", "/etc/passwd", "/etc/hostname", "/proc/1", "/sys/class/net", "/var", "/run", "/srv", "/mnt",
                               "/dev/mem", "/dev/tty", "/dev/shm", "/dev/fd/0", "/tmp/../etc/shadow") if os.path.exists(path)]
    known = ("usr", "lib", "lib64", "bin", "etc", "dev", "runner", "tmp", "opt", "root", "home")
    try:
        found += [name for name in os.listdir("/") if name not in known]
    except OSError:
        pass
    if os.uname().nodename not in ("sandbox", "emscripten"):
        found.append("host name")
    if os.getppid() > 100:
        found.append("process ids")
    return found
