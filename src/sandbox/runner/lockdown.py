"""What takes rights away from the processes of the sandbox: limits and system call filters. Never gives any back.

Two filters: `lock_all` is an allow list that zygote, judge and candidates share (a filter is inherited by fork);
`lock_candidate` then takes from a candidate what only the other two need. Any failure ends the process.
"""

import ctypes
import os
import platform
import resource
import struct

import scratch_calls

CANDIDATE_BYTES = 1 << 30
JUDGE_BYTES = 4 << 30
SCRATCH_FILE_BYTES = 1 << 20
# For the hash of nested tuples, as wire.py lets them through.
JUDGE_STACK_BYTES = 100 << 20

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 4, 38, 22
SECCOMP_MODE_FILTER = 2
CLONE_THREAD = 0x00010000
LOAD, MASK, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL = 0x7FFF0000, 0x80000000
# An error of number 0.
SUCCESS = 0x00050000
EPERM, EAGAIN, ENOSYS = 0x00050000 | 1, 0x00050000 | 11, 0x00050000 | 38
NUMBER, MACHINE = 0, 4
ARGUMENT_0, ARGUMENT_1, ARGUMENT_2, ARGUMENT_3, ARGUMENT_4 = range(16, 56, 8)
# Where the upper half of an argument stands after its lower one.
UPPER = 4

# name: (x86_64, aarch64); None where the architecture has no such call.
ALLOWED = {
    "read": (0, 63), "write": (1, 64), "open": (2, None), "close": (3, 57), "stat": (4, None), "fstat": (5, 80),
    "lstat": (6, None), "poll": (7, None), "lseek": (8, 62), "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215),
    "brk": (12, 214), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "ioctl": (16, 29), "pread64": (17, 67), "pwrite64": (18, 68), "readv": (19, 65), "writev": (20, 66),
    "access": (21, None), "pipe": (22, None), "select": (23, None), "sched_yield": (24, 124), "mremap": (25, 216),
    "madvise": (28, 233), "dup": (32, 23), "dup2": (33, None), "nanosleep": (35, 101), "getitimer": (36, 102),
    "alarm": (37, None), "setitimer": (38, 103), "getpid": (39, 172), "exit": (60, 93), "uname": (63, 160),
    "fcntl": (72, 25), "fsync": (74, 82), "fdatasync": (75, 83), "ftruncate": (77, 46), "getdents": (78, None), "getcwd": (79, 17),
    "chdir": (80, 49), "fchdir": (81, 50), "rename": (82, None), "mkdir": (83, None), "rmdir": (84, None),
    "creat": (85, None), "unlink": (87, None), "readlink": (89, None), "umask": (95, 166), "gettimeofday": (96, 169),
    "getrlimit": (97, 163), "getrusage": (98, 165), "sysinfo": (99, 179), "times": (100, 153), "getuid": (102, 174),
    "getgid": (104, 176), "geteuid": (107, 175), "getegid": (108, 177), "getppid": (110, 173), "gettid": (186, 178),
    "sigaltstack": (131, 132), "futex": (202, 98), "sched_getaffinity": (204, 123), "getdents64": (217, 61),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "exit_group": (231, 94),
    "epoll_wait": (232, None), "epoll_ctl": (233, 21), "epoll_pwait": (281, 22), "epoll_create1": (291, 20),
    "sendto": (44, 206), "recvfrom": (45, 207), "socketpair": (53, 199), "getsockname": (51, 204),
    "openat": (257, 56), "mkdirat": (258, 34), "newfstatat": (262, 79), "unlinkat": (263, 35), "renameat": (264, 38),
    "readlinkat": (267, 78), "faccessat": (269, 48), "pselect6": (270, 72), "ppoll": (271, 73),
    "set_robust_list": (273, 99), "dup3": (292, 24), "pipe2": (293, 59), "renameat2": (316, 276),
    "getrandom": (318, 278), "statx": (332, 291), "rseq": (334, 293), "close_range": (436, 436), "faccessat2": (439, 439),
    # The next are the zygote's and the judge's; `lock_candidate` takes them away.
    "clone": (56, 220), "wait4": (61, 260), "kill": (62, 129), "sendmsg": (46, 211), "recvmsg": (47, 212),
    "prctl": (157, 167), "prlimit64": (302, 261), "setsockopt": (54, 208), "getsockopt": (55, 209), "shutdown": (48, 210),
    "seccomp": (317, 277), "chmod": (90, None), "fchmodat": (268, 53),
}
NOT_FOR_CANDIDATES = (
    "wait4", "kill", "sendmsg", "recvmsg", "prctl", "setsockopt", "getsockopt", "shutdown", "seccomp", "chmod", "fchmodat",
)
# What an event loop of asyncio wakes itself with: a pair of connected stream sockets (AF_UNIX, SOCK_STREAM, with SOCK_NONBLOCK and
# SOCK_CLOEXEC at will), on which bytes are sent to no address, and received. Datagrams could be sent to sockets of the host, sendmsg
# sends descriptors, and MSG_OOB has had holes in the kernel; of the flags MSG_DONTWAIT and MSG_NOSIGNAL are left.
# Each: where an argument stands, the bits of it that count, and their value.
ANY_FLAGS = 0xFFFFFFFF & ~0x4040
WAYS_OF_CANDIDATES = {
    "socketpair": ((ARGUMENT_0, 0xFFFFFFFF, 1), (ARGUMENT_1, 0xFFFFFFFF & ~0x80800, 1), (ARGUMENT_2, 0xFFFFFFFF, 0)),
    "sendto": ((ARGUMENT_3, ANY_FLAGS, 0), (ARGUMENT_4, 0xFFFFFFFF, 0), (ARGUMENT_4 + UPPER, 0xFFFFFFFF, 0)),
    "recvfrom": ((ARGUMENT_3, ANY_FLAGS, 0),),
}
# Of these calls only the given operations: others, such as F_SETOWN and F_SETSIG, make the kernel send signals to anyone.
OPERATIONS = {
    # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_DUPFD_CLOEXEC
    "fcntl": (0, 1, 2, 3, 4, 5, 1030),
    "ioctl": (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451),  # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
}
# F_SETLK and F_SETLKW seem to succeed and lock nothing: a lock on a file of the host, which a descriptor for reading is enough for, would
# hold up its owner. A candidate is one process, from which its own locks would keep nothing; sqlite needs them to seem to work.
SEEMING = {"fcntl": (6, 7)}
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
CLONE3 = 435
X32_BIT = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)
prctl = libc.prctl


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def column():
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise OSError(f"the sandbox knows x86_64 and aarch64, not {machine}")
    return ARCHITECTURES[machine]


def instruction(code, value, if_true=0, if_false=0):
    return struct.pack("HBBI", code, if_true, if_false, value)


def number_of(name):
    return ALLOWED[name][column()[0]]


def allow_list():
    """Allows the table's calls (clone3 answers ENOSYS, so that the C library falls back to clone), refuses the rest."""
    index, architecture = column()
    parts = [instruction(LOAD, MACHINE), instruction(EQUAL, architecture, 1, 0), instruction(RETURN, KILL)]
    parts += [instruction(LOAD, NUMBER)]
    if index == 0:
        parts += [instruction(AT_LEAST, X32_BIT, 0, 1), instruction(RETURN, KILL)]
    parts += [instruction(EQUAL, CLONE3, 0, 1), instruction(RETURN, ENOSYS)]
    for name, allowed in OPERATIONS.items():
        answers = [(operation, ALLOW) for operation in allowed] + [(operation, SUCCESS) for operation in SEEMING.get(name, ())]
        parts += [instruction(EQUAL, number_of(name), 0, 2 * len(answers) + 2), instruction(LOAD, ARGUMENT_1)]
        for operation, answer in answers:
            parts += [instruction(EQUAL, operation, 0, 1), instruction(RETURN, answer)]
        parts += [instruction(RETURN, EPERM)]
    numbers = (numbers[index] for name, numbers in ALLOWED.items() if name not in OPERATIONS)
    for number in sorted(number for number in numbers if number is not None):
        parts += [instruction(EQUAL, number, 0, 1), instruction(RETURN, ALLOW)]
    return b"".join([*parts, instruction(RETURN, EPERM)])


def one_way(number, conditions):
    """Allows a call where all of its arguments are as they should be, else refuses it."""
    parts = []
    for place, bits, value in conditions:
        parts += [instruction(LOAD, place), instruction(MASK, bits), instruction(EQUAL, value, 1, 0), instruction(RETURN, EPERM)]
    return [instruction(EQUAL, number, 0, len(parts) + 1), *parts, instruction(RETURN, ALLOW)]


def candidate_list():
    """Refuses what only zygote and judge need: new processes (threads are let be), signals, sockets to others, others' limits."""
    parts = [instruction(LOAD, NUMBER)]
    for number in filter(None, map(number_of, NOT_FOR_CANDIDATES)):
        parts += [instruction(EQUAL, number, 0, 1), instruction(RETURN, EPERM)]
    for name, conditions in WAYS_OF_CANDIDATES.items():
        parts += one_way(number_of(name), conditions)
    parts += [instruction(EQUAL, number_of("prlimit64"), 0, 4), instruction(LOAD, ARGUMENT_0)]
    parts += [instruction(EQUAL, 0, 0, 1), instruction(RETURN, ALLOW), instruction(RETURN, EPERM)]
    parts += [instruction(EQUAL, number_of("clone"), 0, 3), instruction(LOAD, ARGUMENT_0)]
    parts += [instruction(ANY_BIT, CLONE_THREAD, 1, 0), instruction(RETURN, EAGAIN)]
    return b"".join([*parts, instruction(RETURN, ALLOW)])


def filter_of(instructions):
    """A filter as the kernel takes it."""
    return ctypes.byref(Program(len(instructions) // 8, instructions))


def install(system_call_filter):
    if prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, system_call_filter, 0, 0) != 0:
        os._exit(97)


CANDIDATE_FILTER = filter_of(candidate_list())


def die_with(parent):
    """Ends this process when its parent ends, also where that has happened already. Not inherited by fork."""
    prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(99)


def become(user):
    """Gives up root for good."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def lock_all():
    """For the zygote before its first fork, in the scratch folder: no new rights, no debugger, the allow list, no file locks."""
    if prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 or prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        os._exit(98)
    install(filter_of(allow_list()))
    scratch_calls.replace_locks()


def lock_candidate(threads):
    """For a candidate before it reads any code; threads: how many its user may have."""
    scratch_calls.replace_rights()
    limit(resource.RLIMIT_NPROC, threads)
    install(CANDIDATE_FILTER)


def limit(kind, amount):
    resource.setrlimit(kind, (amount, amount))


def limit_judge():
    limit(resource.RLIMIT_AS, JUDGE_BYTES)
    _soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    limit(resource.RLIMIT_STACK, JUDGE_STACK_BYTES if hard < 0 else min(JUDGE_STACK_BYTES, hard))
    limit_common()


def limit_zygote():
    """Inherited by every candidate."""
    limit(resource.RLIMIT_AS, CANDIDATE_BYTES)
    limit(resource.RLIMIT_STACK, 8 << 20)
    limit_common()


def limit_common():
    limit(resource.RLIMIT_FSIZE, SCRATCH_FILE_BYTES)
    limit(resource.RLIMIT_NOFILE, 64)
    limit(resource.RLIMIT_CORE, 0)
