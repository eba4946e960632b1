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
        except (OSError, AttributeError, ValueError):
            # ValueError: a pair that Python makes itself knows streams alone.
            pass
    for host in ("127.0.0.1", "::1", "localhost", "1.1.1.1"):
        attempt(f"connect {host}", lambda: socket.create_connection((host, port), 0.2))
    families = ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET", "AF_VSOCK")
    for family in [getattr(socket, name) for name in families if hasattr(socket, name)] + [38]:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            attempt(f"socket {family} {kind}", lambda: socket.socket(family, kind))
        attempt(f"datagrams of {family}", lambda: socket.socketpair(family, socket.SOCK_DGRAM))
    attempt("name", lambda: socket.getaddrinfo("example.org", 80))
    attempt("send a descriptor", lambda: socket.send_fds(socket.socket(fileno=os.dup(3)), [b"x"], [0]))
    return done
