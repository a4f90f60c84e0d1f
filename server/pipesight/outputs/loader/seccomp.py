"""Make Linux refuse system calls for networks, other programs, and control of other processes, with seccomp."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from typing import Dict, List, NamedTuple, Tuple

_ARCHITECTURES = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}
"""The column of the tables below, the kernel's number of the architecture, and the number of the call `seccomp`."""

# The numbers of each call on x86_64 and on aarch64. -1 means that the machine lacks the call.
_REFUSED: Dict[str, Tuple[int, int]] = {
    # networks, and sockets of other programs
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202),
    "accept4": (288, 242), "io_uring_setup": (425, 425),
    # programs and processes
    "fork": (57, -1), "vfork": (58, -1), "execve": (59, 221), "execveat": (322, 281), "setsid": (112, 157),
    "setpgid": (109, 154), "setns": (308, 268), "unshare": (272, 97),
    # other processes
    "tkill": (200, 130), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "process_madvise": (440, 440), "move_pages": (279, 239), "migrate_pages": (256, 238), "setpriority": (141, 140),
    "ioprio_set": (251, 30), "sched_setaffinity": (203, 122), "sched_setattr": (314, 274),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119),
    # limits, and memory that no limit counts
    "setrlimit": (160, 164), "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
    "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    # the length of files, which Landlock protects since Linux 6.2. No filter can read the flags of `openat2` in memory
    "truncate": (76, 45), "openat2": (437, 437),
    # attributes of files, which Landlock does not protect
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, -1),
    "fchown": (93, 55), "fchownat": (260, 54), "lchown": (94, -1), "utime": (132, -1), "utimes": (235, -1),
    "futimesat": (261, -1), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "setxattrat": (463, 463), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "fremovexattr": (199, 16), "removexattrat": (466, 466), "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264), "chroot": (161, 51), "pivot_root": (155, 41), "mount": (165, 40),
    "umount2": (166, 39), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    # the kernel itself
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "syslog": (103, 116),
    "fanotify_init": (300, 262), "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171),
    "clock_adjtime": (305, 266), "sethostname": (170, 161), "setdomainname": (171, 162), "vhangup": (153, 58),
    "ioperm": (173, -1), "iopl": (172, -1),
}  # fmt: skip

_CLONE3 = 435  # its flags are in memory, which no filter can read
_CLONE_THREAD = 0x10000
_WORD = 0xFFFFFFFF


class _Look(NamedTuple):
    """A test of an argument: one of its 32-bit words (0 is the low one), masked, must be one of these values."""

    argument: int
    values: Tuple[int, ...]
    mask: int = _WORD
    word: int = 0


def _allowed_only(own: int) -> Dict[Tuple[int, int], Tuple[_Look, ...]]:
    """Return the calls that are allowed only if all of their tests succeed. `own` is the id of this process."""
    to_itself = (_Look(0, (own,)),)
    return {
        (62, 129): to_itself,  # kill
        (234, 131): to_itself,  # tgkill
        (129, 138): to_itself,  # rt_sigqueueinfo
        (297, 240): to_itself,  # rt_tgsigqueueinfo
        (56, 220): (_Look(0, (_CLONE_THREAD,), mask=_CLONE_THREAD),),  # clone
        (53, 199): (
            _Look(1, (1,), mask=0xF),
        ),  # socketpair: only of streams, which cannot be connected to another socket
        (302, 261): (_Look(2, (0,)), _Look(2, (0,), word=1)),  # prlimit64: only reads a limit
    }


_CUTS = (0o1000, 0o1003)  # O_TRUNC for a file that is not opened for writing
_REFUSED_IF: Dict[Tuple[int, int], _Look] = {
    (157, 167): _Look(0, (1,)),  # prctl: outlive the server
    (72, 25): _Look(1, (8, 10, 15)),  # fcntl: have signals sent to another process
    (2, -1): _Look(1, _CUTS, mask=0o1003),  # open
    (257, 56): _Look(2, _CUTS, mask=0o1003),  # openat
    (16, 29): _Look(1, (0x5412, 0x8901, 0x8902)),  # ioctl: type into a terminal, have signals sent
}

_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_REFUSE = _ERROR | errno.EPERM
_X32 = 0x40000000  # the bit of the calls of the x32 ABI, which the table lacks
_Instruction = Tuple[int, int, int, int]


def program(machine: str, own: int) -> List[_Instruction]:
    """Return the filter for the process with the id `own`, as instructions of the kernel's packet filter (BPF)."""
    column, architecture, _ = _ARCHITECTURES[machine]
    steps: List[_Instruction] = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _REFUSE),
        *_if_call(_CLONE3, [(_RETURN, 0, 0, _ERROR | errno.ENOSYS)]),  # libraries then fall back to `clone`
    ]
    for numbers in _REFUSED.values():
        steps += _if_call(numbers[column], [(_RETURN, 0, 0, _REFUSE)])
    for numbers, looks in _allowed_only(own).items():
        steps += _if_call(numbers[column], [step for look in looks for step in _required(look)] + [_allow()])
    for numbers, look in _REFUSED_IF.items():
        steps += _if_call(numbers[column], [*_looked(look), _allow(), (_RETURN, 0, 0, _REFUSE)])
    return [*steps, _allow()]


def _allow() -> _Instruction:
    return (_RETURN, 0, 0, _ALLOW)


def _if_call(number: int, steps: List[_Instruction]) -> List[_Instruction]:
    return [(_EQUAL, 0, len(steps), number), *steps] if number >= 0 else []


def _required(look: _Look) -> List[_Instruction]:
    return [*_looked(look), (_RETURN, 0, 0, _REFUSE)]


def _looked(look: _Look) -> List[_Instruction]:
    """Return instructions that skip the next one if the argument is one of the values."""
    last = len(look.values) - 1
    return [
        (_LOAD, 0, 0, 16 + 8 * look.argument + 4 * look.word),
        (_AND, 0, 0, look.mask),
        *((_EQUAL, last - at + 1, 0, value) for at, value in enumerate(look.values)),
    ]


def refuse_calls() -> None:
    """Apply the filter to this process for good.

    Raises OSError if the kernel or the machine does not support it.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no table of system calls for {machine}")
    packed = b"".join(struct.pack("<HBBI", *step) for step in program(machine, os.getpid()))
    instructions = ctypes.create_string_buffer(packed, len(packed))
    header = struct.pack("@HP", len(packed) // 8, ctypes.addressof(instructions))
    library = ctypes.CDLL(None, use_errno=True)
    set_filter, in_all_threads = 1, 1
    done = library.syscall(_ARCHITECTURES[machine][2], set_filter, in_all_threads, ctypes.c_char_p(header))
    if done != 0:
        raise OSError(ctypes.get_errno(), "seccomp")
