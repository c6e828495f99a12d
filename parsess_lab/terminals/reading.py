"""Whether a shell has read all that was typed: asked of the kernel, which keeps what it has not."""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct
import termios

import psutil

_ptsname = ctypes.CDLL(None).ptsname  # Python's own came with 3.13
_ptsname.restype = ctypes.c_char_p


def has_read_all(terminal: int, shell: int) -> bool:
    """Whether nothing waits for the shell (a process id), and it sleeps: then it has also drawn what it has read.

    ``terminal`` is the file descriptor of this end of it. False when that can't be told.
    """
    try:
        return not _waiting(terminal) and psutil.Process(shell).status() == psutil.STATUS_SLEEPING
    except (OSError, psutil.Error):
        return False


def _waiting(terminal: int) -> int:
    """Bytes typed that nobody has read; only the other end knows."""
    other = os.open(_ptsname(terminal) or b"", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        count: int = struct.unpack("i", fcntl.ioctl(other, termios.FIONREAD, struct.pack("i", 0)))[0]
    finally:
        os.close(other)
    return count
