# Tries: to end before the tests do, in every way, while loading and in a call.
# Held: crashed raised timed-out
# Variants: 14
import os, sys

def leave():
    way = VARIANT // 2
    if way == 0:
        os._exit(0)
    if way == 1:
        sys.exit(0)
    if way == 2:
        raise SystemExit(0)
    if way == 3:
        import ctypes
        ctypes.string_at(0)
    if way == 4:
        os.closerange(0, 64)
    if way == 5:
        os.dup2(os.open("/dev/null", os.O_RDWR), 3)
    if way == 6:
        # The first thread ends alone, another one stays.
        import ctypes, threading
        threading.Thread(target=threading.Event().wait).start()
        ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)

if VARIANT % 2:
    leave()

def f(x):
    leave()
    raise KeyboardInterrupt
