# Tries: to start threads without end by machine code, all on one stack, so that no limit on memory holds them.
# Held: passed crashed
# Tests: nothing
import ctypes, mmap, os, platform

def f():
    if platform.machine() != "x86_64":
        return []
    memory = mmap.mmap(-1, 1 << 16, prot=7)
    # clone(edi=flags, esi=stack); the child sleeps: nanosleep(its stack, 0) again and again.
    memory.write(bytes.fromhex("b8380000000f0585c07401c3b8230000004889e731f60f05ebf2"))
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    stack = address + (1 << 15)
    ctypes.memmove(stack, (ctypes.c_long * 2)(1000, 0), 16)
    clone = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_long, ctypes.c_long)(address)
    started = 0
    while started < 5000:
        if clone(0x10F00, stack) < 0:
            return []
        started += 1
    return ["5000 threads"]
