# Tries: to fill greenloop's own memory with answers that nobody reads, while loading, in a call and after it.
# Held: raised failed timed-out crashed
# Variants: 2
import os, struct

def flood():
    for _ in range(4000):
        os.write(3, struct.pack(">I", 1 << 20) + bytes(1 << 20))

if VARIANT:
    flood()

def f(x):
    flood()
    return "anything"
