# Tries: to run for ever: ignoring signals, catching everything, inside C code, in threads, asleep, while ending.
# Held: timed-out
# Variants: 8
import re, signal, sys, threading, time

def loop():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

class Last:
    def __del__(self):
        loop()

def hang():
    if VARIANT == 0:
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        loop()
    if VARIANT == 1:
        loop()
    if VARIANT == 2:
        re.match(r"(a*)*b", "a" * 40)
    if VARIANT == 3:
        for _ in range(8):
            threading.Thread(target=loop).start()
        loop()
    if VARIANT == 4:
        time.sleep(10 ** 6)
    if VARIANT == 5:
        sum(range(10 ** 12))
    if VARIANT == 6:
        try:
            Last()
        finally:
            loop()
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    threading.Event().wait()

def f(x):
    hang()
