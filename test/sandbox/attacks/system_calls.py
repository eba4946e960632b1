# Tries: every system call that could reach beyond the process, by its number. The filter has to refuse each, not the kernel's checks.
# Held: passed
# Tests: nothing
# With: system_calls
CALLS = {
    "ptrace": (101, 117), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "bpf": (321, 280), "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "memfd_create": (319, 279), "userfaultfd": (323, 282), "perf_event_open": (298, 241), "kexec_load": (246, 104), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "pidfd_getfd": (438, 438), "process_madvise": (440, 440), "process_mrelease": (448, 448), "rt_tgsigqueueinfo": (297, 240),
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None), "socket": (41, 198), "connect": (42, 203),
    "bind": (49, 200), "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242), "socketpair": (53, 199), "sendmsg": (46, 211),
    "recvmsg": (47, 212), "sendmmsg": (307, 269), "recvmmsg": (299, 243), "getpeername": (52, 205),
    "setsockopt": (54, 208), "getsockopt": (55, 209), "shutdown": (48, 210), "setuid": (105, 146), "setgid": (106, 144),
    "setreuid": (113, 145), "setresuid": (117, 147), "setresgid": (119, 149), "setgroups": (116, 159), "setfsuid": (122, 151),
    "capset": (126, 91), "prctl": (157, 167), "seccomp": (317, 277), "arch_prctl": (158, None), "personality": (135, 92),
    "acct": (163, 89), "swapon": (167, 224), "reboot": (169, 142), "sethostname": (170, 161), "setdomainname": (171, 162),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266), "quotactl": (179, 60),
    "syslog": (103, 116), "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None), "vhangup": (153, 58),
    "sched_setscheduler": (144, 119), "sched_setparam": (142, 118), "sched_setattr": (314, 274), "ioprio_set": (251, 30),
    "setsid": (112, 157), "setpgid": (109, 154), "wait4": (61, 260), "waitid": (247, 95), "shmget": (29, 194), "shmat": (30, 196),
    "shmctl": (31, 195), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180), "mq_unlink": (241, 181),
    "inotify_init1": (294, 26), "fanotify_init": (300, 262), "timer_create": (222, 107), "signalfd4": (289, 74), "eventfd2": (290, 19),
    "timerfd_create": (283, 85), "splice": (275, 76), "vmsplice": (278, 75), "tee": (276, 77),
    "copy_file_range": (326, 285), "sendfile": (40, 71), "link": (86, None), "linkat": (265, 37), "symlink": (88, None),
    "symlinkat": (266, 36), "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "fchownat": (260, 54), "mknod": (133, None), "mknodat": (259, 33), "truncate": (76, 45), "fallocate": (285, 47),
    "utimensat": (280, 88), "setxattr": (188, 5), "fsetxattr": (190, 7), "mlock": (149, 228), "mlockall": (151, 230), "mlock2": (325, 284),
    "remap_file_pages": (216, 234), "mbind": (237, 235), "migrate_pages": (256, 238), "move_pages": (279, 239), "kcmp": (312, 272),
    "pkey_alloc": (330, 289), "pkey_mprotect": (329, 288), "membarrier": (324, 283), "io_setup": (206, 0), "io_submit": (209, 2),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "openat2": (437, 437), "epoll_pwait2": (441, 441), "mount_setattr": (442, 442), "quotactl_fd": (443, 443),
    "landlock_create_ruleset": (444, 444), "landlock_add_rule": (445, 445), "landlock_restrict_self": (446, 446), "memfd_secret": (447, 447),
    "futex_waitv": (449, 449), "set_mempolicy_home_node": (450, 450), "flock": (73, 32), "sync": (162, 81),
}

def f():
    # Arguments that the kernel itself would answer with another error, or with none.
    numbers = {name: pair[COLUMN] for name, pair in CALLS.items() if pair[COLUMN] is not None}
    numbers.update({f"number {number}": number for number in range(453, 600)})
    return [name for name, number in numbers.items() if system_call(number, -1, 0, 0, 0, 0, 0) != "EPERM"]
