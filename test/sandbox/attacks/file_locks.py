# Tries: to lock files of the host, for which a descriptor to read with is enough, by Python's functions and by number.
# Held: passed
# Tests: nothing
import fcntl, os, struct, sys

LOCK = struct.pack("hhqqi", fcntl.F_RDLCK, 0, 0, 0, 0)

def ways(file):
    yield "flock", lambda: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    yield "shared flock", lambda: fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    yield "lockf", lambda: fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    yield "os.lockf", lambda: os.lockf(file, os.F_TLOCK, 0)
    for operation in (fcntl.F_SETLK, fcntl.F_SETLKW, 37, 38):
        yield f"operation {operation}", lambda: fcntl.fcntl(file, operation, LOCK)

def f():
    done = []
    for name in (os.__file__, sys.executable, "/usr/bin/env", "/etc/ld.so.cache", "/lib/python314.zip"):
        try:
            file = os.open(name, os.O_RDONLY)
        except OSError:
            continue
        for way, lock in ways(file):
            try:
                lock()
                done.append((name, way))
            except OSError:
                pass
    return done
