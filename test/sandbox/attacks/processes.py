# Tries: to start a process, in every way that Python knows, and to leave one behind.
# Held: passed
# Tests: nothing
import multiprocessing, os, pty, subprocess

def forked():
    pid = os.fork()
    if pid == 0:
        os.setsid()
        while True:
            pass
    return pid

WAYS = [
    forked, os.forkpty, lambda: os.posix_spawn("/usr/bin/env", ["env"], {}), lambda: subprocess.run(["/usr/bin/env"]),
    lambda: subprocess.Popen("sleep 100", shell=True), lambda: os.popen("echo 1").read() or 1 / 0, lambda: pty.fork(),
    lambda: os.execv("/usr/bin/env", ["env"]), lambda: os.execvp("env", ["env"]), lambda: os.spawnl(os.P_NOWAIT, "/usr/bin/env", "env"),
    lambda: multiprocessing.get_context("fork").Process(target=print).start(),
    lambda: multiprocessing.get_context("spawn").Process(target=print).start(),
    lambda: 1 / 0 if os.system("exit 0") else "ran",
]

def f():
    done = []
    for number, way in enumerate(WAYS):
        try:
            way()
            done.append(number)
        except BaseException:
            pass
    return done
