# Tries: to reach a listener on this machine, anyone outside, the kernel or another process by a socket.
# Held: passed
# Tests: port
import os, socket

def f(port):
    done = []
    def attempt(what, action):
        try:
            action()
            done.append(what)
        except OSError:
            pass
    for host in ("127.0.0.1", "::1", "localhost", "1.1.1.1"):
        attempt(f"connect {host}", lambda: socket.create_connection((host, port), 0.2))
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, socket.AF_PACKET, socket.AF_VSOCK, 38):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            attempt(f"socket {family} {kind}", lambda: socket.socket(family, kind))
    attempt("socketpair", socket.socketpair)
    attempt("name", lambda: socket.getaddrinfo("example.org", 80))
    attempt("send a descriptor", lambda: socket.send_fds(socket.socket(fileno=os.dup(3)), [b"x"], [0]))
    return done
