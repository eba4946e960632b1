# Tries: to take 10 GB, at once, little by little, in the middle of the load, as text, by mmap, and while handling the error.
# Held: out-of-memory raised
# Variants: 6
import mmap

def take():
    if VARIANT == 0:
        return bytearray(10 * 10 ** 9)
    if VARIANT in (1, 2):
        kept = []
        while True:
            kept.append(memoryview(bytes(10 ** 7)))
    if VARIANT == 3:
        # In a single step, as every page that is written to takes its time.
        text = "a" * 35 * 10 ** 7
        while True:
            text += text
    if VARIANT == 4:
        return mmap.mmap(-1, 10 * 10 ** 9)
    kept = []
    while True:
        try:
            while True:
                kept.append(memoryview(bytes(10 ** 7)))
        except MemoryError:
            kept.append(1)
            raise

if VARIANT == 2:
    take()

def f(x):
    return take()
