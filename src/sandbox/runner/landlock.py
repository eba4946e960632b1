"""Landlock, by its system calls (linux/landlock.h): what files this process and all that it forks may use."""

import ctypes
import os
import stat

libc = ctypes.CDLL(None, use_errno=True)

# The same on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION = 1
PATH_BENEATH = 1
PR_SET_NO_NEW_PRIVS = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_DIR, MAKE_REG, REFER, TRUNCATE = 1 << 7, 1 << 8, 1 << 13, 1 << 14
READ = READ_FILE | READ_DIR
SCRATCH = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE
# Rights that a file, and no folder, can have.
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE

# How many rights each version of the interface knows: the first 13, then one more in 2, 3 and 5.
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
NEWEST_RIGHTS = 16
# Version 4: binding and connecting TCP sockets. Version 6: abstract sockets and signals to processes outside.
NETWORK_SINCE, NETWORK = 4, 0b11
SCOPES_SINCE, SCOPES = 6, 0b11


class Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


class PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("descriptor", ctypes.c_int32)]


def called(*arguments):
    result = libc.syscall(*arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"Landlock: {os.strerror(error)}")
    return result


def restrict(readable, scratch):
    """Leaves to this process reading what is readable, and a scratch folder to write in. OSError where Landlock is not there."""
    version = called(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)
    files = (1 << RIGHTS.get(version, NEWEST_RIGHTS)) - 1
    rules = Ruleset(files, NETWORK if version >= NETWORK_SINCE else 0, SCOPES if version >= SCOPES_SINCE else 0)
    ruleset = called(CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(ctypes.sizeof(rules)), 0)
    for path in readable:
        allow(ruleset, path, READ & files)
    for path in ("/dev/null", "/dev/urandom"):
        allow(ruleset, path, (READ_FILE | WRITE_FILE) & files)
    allow(ruleset, scratch, SCRATCH & files)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError("no_new_privs is refused")
    called(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def allow(ruleset, path, rights):
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
        rights &= OF_A_FILE
    rule = PathBeneath(rights, descriptor)
    called(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
    os.close(descriptor)
