# Tries: to see any file of the machine, by its path or by climbing out, and to write where the next program would read.
# Held: passed
# Tests: nothing
import os, sys

def f():
    found = []
    for path in ("/etc", "/etc/passwd", "/usr", "/bin/sh", "/root", "/work", "/proc", "/proc/self/fd", "/sys", "/../etc/passwd", "/tmp/../../etc"):
        if os.path.exists(path):
            found.append(path)
    found += [name for name in os.listdir("/") if name not in ("lib", "dev", "tmp", "runner")]
    found += [path for path in ("/lib/python314.zip", "/lib/left.py", "/lib/python3.14/site-packages/left.py") if is_writable(path)]
    return found

def is_writable(path):
    try:
        open(path, "ab").close()
        return True
    except OSError:
        return False
