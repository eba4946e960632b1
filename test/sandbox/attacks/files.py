# Tries: to write, link, rename, remove or change anything outside its scratch folder, and to give files more rights.
# Held: passed
# Tests: nothing
import os

def f():
    done = []
    def attempt(what, action):
        try:
            action()
            done.append(what)
        except (OSError, ValueError, AttributeError):
            pass
    for folder in ("/", "/usr", "/usr/lib", "/bin", "/dev", "/etc", "/runner", "/home", "/root", "/proc", "/sys", "/var/tmp", "/run", "/dev/shm"):
        attempt(f"file in {folder}", lambda: open(f"{folder}/left", "w"))
        attempt(f"folder in {folder}", lambda: os.mkdir(f"{folder}/left-folder"))
        attempt(f"remove {folder}", lambda: os.rename(folder, "moved"))
    for path in ("/runner/judge.py", "/usr/bin/env", "/bin/sh", "/etc/passwd"):
        attempt(f"change {path}", lambda: open(path, "a"))
        attempt(f"truncate {path}", lambda: os.truncate(path, 0))
        attempt(f"remove {path}", lambda: os.unlink(path))
        attempt(f"link {path}", lambda: os.link(path, "link"))
    open("mine", "w").close()
    attempt("chmod", lambda: os.chmod("mine", 0o4777))
    attempt("chown", lambda: os.chown("mine", 0, 0))
    attempt("mknod", lambda: os.mknod("device", 0o60666, os.makedev(8, 0)))
    attempt("symlink", lambda: os.symlink("/etc", "etc"))
    return done
