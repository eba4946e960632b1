# Tries: to have the kernel send signals to other processes, as the owners of a descriptor's events.
# Held: passed
# Tests: nothing
# With: system_calls
import fcntl

F_SETOWN, F_SETSIG, F_SETOWN_EX, F_NOTIFY, F_SETLEASE = 8, 10, 15, 1026, 1024
FIOSETOWN, SIOCSPGRP, TIOCSTI, TIOCSPGRP, FIOASYNC = 0x8901, 0x8902, 0x5412, 0x5410, 0x5452

def f():
    done = []
    ours, theirs = os.pipe()
    for pid in range(1, 12):
        for descriptor in (ours, 3):
            for command, argument in ((F_SETOWN, pid), (F_SETOWN, -pid), (F_SETSIG, 9), (F_NOTIFY, 1), (F_SETLEASE, 0)):
                if system_call((72, 25)[COLUMN], descriptor, command, argument) != "EPERM":
                    done.append(f"fcntl {command}")
            box = ctypes.create_string_buffer((pid).to_bytes(8, "little"), 64)
            if system_call((72, 25)[COLUMN], descriptor, F_SETOWN_EX, ctypes.addressof(box)) != "EPERM":
                done.append("F_SETOWN_EX")
            for request in (FIOSETOWN, SIOCSPGRP, TIOCSTI, TIOCSPGRP, FIOASYNC):
                if system_call((16, 29)[COLUMN], descriptor, request, ctypes.addressof(box)) != "EPERM":
                    done.append(f"ioctl {request}")
        fcntl.fcntl(ours, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        os.write(theirs, b"x")
    return done
