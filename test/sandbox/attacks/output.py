# Tries: to print 1 GB, to the streams and to their descriptors.
# Held: passed
# Tests: nothing
import os, sys

def f():
    text = "a" * 10 ** 7
    for _ in range(100):
        print(text)
        print(text, file=sys.stderr)
    for descriptor in (0, 1, 2):
        for _ in range(100):
            try:
                os.write(descriptor, b"a" * 10 ** 6)
            except OSError:
                # It leads nowhere at all.
                break
    return []
