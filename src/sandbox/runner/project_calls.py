"""The system calls of a project's own tests: unlike a candidate these may start programs and talk to each other over loopback.

A list of what is refused. All else that isolates them (namespaces, mounts, no capabilities) is around them.
"""

from lockdown import (
    ALLOW, ANY_BIT, ARGUMENT_0, ARGUMENT_1, EPERM, ENOSYS, EQUAL, KILL, LOAD, MACHINE, MASK, NUMBER, RETURN, SUCCESS, AT_LEAST,
    CLONE3, X32_BIT, column, instruction,
)

# name: (x86_64, aarch64); None where the architecture has no such call.
REFUSED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272), "pidfd_getfd": (438, 438),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97), "setns": (308, 268),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "fanotify_init": (300, 262), "personality": (135, 92),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "syslog": (103, 116), "acct": (163, 89), "quotactl": (179, 60),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "iopl": (172, None),
    "ioperm": (173, None), "modify_ldt": (154, None),
}
CLONE, FCNTL, FLOCK, SOCKET, SOCKETPAIR = (56, 220), (72, 25), (73, 32), (41, 198), (53, 199)
# Any new namespace.
NEW_NAMESPACES = 0x7E020000
# F_SETLK, F_SETLKW and those of open files: a lock on a file of the host would hold up its owner, so they seem to succeed.
LOCKS = (6, 7, 37, 38)
# F_SETOWN, F_SETSIG and F_SETOWN_EX.
SIGNALLING = (8, 10, 15)
# A named socket of the host could be reached through a file: only TCP and UDP, which the network namespace ends at loopback.
AF_INET, AF_INET6 = 2, 10
STREAM, SEQUENCED, TYPES = 1, 5, 0xF


def refusals():
    """The filter: the calls of the table, new namespaces, named sockets and file locks are refused or do nothing."""
    index, architecture = column()
    parts = [instruction(LOAD, MACHINE), instruction(EQUAL, architecture, 1, 0), instruction(RETURN, KILL), instruction(LOAD, NUMBER)]
    if index == 0:
        parts += [instruction(AT_LEAST, X32_BIT, 0, 1), instruction(RETURN, KILL)]
    parts += [instruction(EQUAL, CLONE3, 0, 1), instruction(RETURN, ENOSYS)]
    for numbers in REFUSED.values():
        if numbers[index] is not None:
            parts += [instruction(EQUAL, numbers[index], 0, 1), instruction(RETURN, EPERM)]
    parts += [instruction(EQUAL, FLOCK[index], 0, 1), instruction(RETURN, SUCCESS)]
    parts += of_call(CLONE[index], [instruction(LOAD, ARGUMENT_0), instruction(ANY_BIT, NEW_NAMESPACES, 0, 1), instruction(RETURN, EPERM)])
    parts += of_call(FCNTL[index], [instruction(LOAD, ARGUMENT_1), *answers(LOCKS, SUCCESS), *answers(SIGNALLING, EPERM)])
    parts += of_call(SOCKET[index], only(ARGUMENT_0, (AF_INET, AF_INET6)))
    parts += of_call(SOCKETPAIR[index], only(ARGUMENT_1, (STREAM, SEQUENCED), TYPES))
    return b"".join([*parts, instruction(RETURN, ALLOW)])


def of_call(number, parts):
    """What decides one call; where it says nothing the call is allowed."""
    return [instruction(EQUAL, number, 0, len(parts) + 1), *parts, instruction(RETURN, ALLOW)]


def answers(values, answer):
    return [part for value in values for part in (instruction(EQUAL, value, 0, 1), instruction(RETURN, answer))]


def only(argument, values, bits=0xFFFFFFFF):
    return [instruction(LOAD, argument), instruction(MASK, bits), *answers(values, ALLOW), instruction(RETURN, EPERM)]
