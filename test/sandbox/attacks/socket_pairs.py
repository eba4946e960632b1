# Tries: to leave by the pair of connected sockets that an event loop may have: by addresses, descriptors, flags and other kinds of sockets.
# Held: passed
# Tests: nothing
# With: system_calls
import socket

CALLS = {
    "socketpair": (53, 199), "sendto": (44, 206), "recvfrom": (45, 207), "sendmsg": (46, 211), "recvmsg": (47, 212),
    "sendmmsg": (307, 269), "recvmmsg": (299, 243), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202),
    "accept4": (288, 242), "getpeername": (52, 205), "setsockopt": (54, 208), "getsockopt": (55, 209), "shutdown": (48, 210),
    "fcntl": (72, 25), "ioctl": (16, 29),
}
ALLOWED_FLAGS = (socket.MSG_DONTWAIT, socket.MSG_NOSIGNAL)
UNIX, STREAM, OPTIONS = 1, 1, (0, 0x800, 0x80000, 0x80800)
SIOCGIFCONF, SIOCSPGRP, SIOCUNIXFILE, F_SETOWN = 0x8912, 0x8902, 0x89E0, 8

def call(name, *arguments):
    return system_call(CALLS[name][COLUMN], *arguments, *(6 - len(arguments)) * [0])

def f():
    done = []
    def refused(name, *arguments):
        if (answer := call(name, *arguments)) != "EPERM":
            done.append((name, arguments, answer))
    room = ctypes.create_string_buffer(256)
    place = ctypes.addressof(room)
    for family in range(-1, 46):
        for kind in (*range(8), 10, STREAM | 1 << 20):
            for protocol in (0, 1, 6, 17):
                for option in OPTIONS:
                    if (family, kind, protocol) != (UNIX, STREAM, 0):
                        refused("socketpair", family, kind | option, protocol, place)
    ours, theirs = socket.socketpair()
    addresses = (b"\1\0\0hidden", b"\1\0/tmp/socket", b"\1\0", b"\2\0\0\x50\x7f\0\0\1" + bytes(8), bytes(16))
    for socket_number in (ours.fileno(), theirs.fileno(), 3):
        for address in addresses:
            room.raw = address.ljust(256, b"\0")
            for name in ("connect", "bind"):
                refused(name, socket_number, place, len(address))
            for flags in (0, *ALLOWED_FLAGS):
                refused("sendto", socket_number, place, 1, flags, place, len(address))
        for pointer in (1, 1 << 32, 1 << 63, -1):
            refused("sendto", socket_number, place, 0, 0, pointer if pointer < 1 << 63 else pointer - (1 << 64), 16)
        for bit in range(32):
            if 1 << bit not in ALLOWED_FLAGS:
                refused("sendto", socket_number, place, 0, 1 << bit)
                refused("recvfrom", socket_number, place, 0, 1 << bit)
        for name in ("sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "listen", "accept", "accept4", "getpeername", "shutdown"):
            refused(name, socket_number, place, place)
        for option in range(64):
            refused("getsockopt", socket_number, 1, option, place, place)
            refused("setsockopt", socket_number, 1, option, place, 4)
        for request in (SIOCGIFCONF, SIOCSPGRP, SIOCUNIXFILE):
            refused("ioctl", socket_number, request, place)
        refused("fcntl", socket_number, F_SETOWN, 1)
    ours.sendall(b"to itself")
    if theirs.recv(100) != b"to itself":
        done.append("a pair does not even reach itself")
    return done
