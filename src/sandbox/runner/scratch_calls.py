"""What candidates may ask for files of their scratch folder although the sandbox does it for no file: locks, rights and times.

The kernel's filter cannot tell files apart. So it refuses rights and times, sets no lock (lockdown.py), and the functions of Python
take what is asked of a scratch file as done. A candidate is one process, from which its own locks keep nothing.
"""

import errno
import os

F_OFD_SETLK, F_OFD_SETLKW = 37, 38


def replace_locks():
    """For this process and all that it forks; called in the scratch folder."""
    import fcntl

    call, folder = fcntl.fcntl, os.stat(".")
    setting = (fcntl.F_SETLK, fcntl.F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW)

    def look(file):
        number = file if isinstance(file, int) else file.fileno()
        is_written = call(number, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
        if not is_written and not may_be_in(os.fstat(number), folder):
            raise not_permitted()

    def flock(fd, operation, /):
        look(fd)

    def lockf(fd, cmd, len=0, start=0, whence=0, /):
        look(fd)

    def own_fcntl(fd, cmd, arg=0, /):
        if cmd not in setting:
            return call(fd, cmd, arg)
        look(fd)
        return arg if isinstance(arg, (bytes, bytearray)) else 0

    own_fcntl.__name__ = own_fcntl.__qualname__ = "fcntl"
    fcntl.flock, fcntl.lockf, fcntl.fcntl = flock, lockf, own_fcntl
    os.lockf = lambda fd, command, length, /: look(fd)


def look_at_path(path, access=os.access, status=os.stat, **where):
    """Raises what is right for a file that is not there, or not the caller's to write to."""
    if isinstance(path, int):
        status(path)
    elif not access(path, os.W_OK, **where):
        status(path, **where)
        raise not_permitted(path)


def look_at_mode(mode, path):
    if mode & ~0o777:
        raise not_permitted(path)


def chmod(path, mode, *, dir_fd=None, follow_symlinks=True):
    look_at_mode(mode, path)
    look_at_path(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)


def fchmod(fd, mode):
    look_at_mode(mode, fd)
    look_at_path(fd)


def utime(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True):
    look_at_path(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)


def listxattr(path=None, *, follow_symlinks=True):
    os.stat("." if path is None else path, follow_symlinks=follow_symlinks)
    return []


RIGHTS = {function.__name__: function for function in (chmod, fchmod, utime, listxattr) if hasattr(os, function.__name__)}
for supported in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
    supported.update([function for name, function in RIGHTS.items() if getattr(os, name) in supported])


def replace_rights():
    """The functions that set rights and times of files, and list attributes, of which none has any; shutil.copy2() calls them."""
    vars(os).update(RIGHTS)


def may_be_in(status, folder):
    """Whether a file that is only read may lie in the scratch folder: on its file system, made by this user, to be written by somebody."""
    is_own = status.st_uid in (os.getuid(), folder.st_uid)
    return is_own and status.st_dev == folder.st_dev and status.st_mode & 0o222 != 0


def not_permitted(path=None):
    return PermissionError(errno.EPERM, os.strerror(errno.EPERM), path)
