"""Which server may write to a log: ``owner.json`` in the session's folder.

On the same host an owner lives as long as its process does; what runs elsewhere (another host, another
container on the same network home) lives as long as it touches the file.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import psutil

HEARTBEAT_SECONDS = 20.0
DEAD_AFTER_SECONDS = 60.0
_SAME_START_SECONDS = 2.0


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """A server process. ``started`` is the process's start, seconds since the epoch; ``server`` is unique."""

    host: str
    pid: int
    started: float
    server: str
    namespace: str | None = None

    @classmethod
    def this(cls) -> Owner:
        """This process, as one server of possibly several in it."""
        started = psutil.Process().create_time()
        return cls(
            host=socket.gethostname(),
            pid=os.getpid(),
            started=started,
            server=uuid.uuid4().hex,
            namespace=_namespace(),
        )


def claim(folder: Path, me: Owner) -> Owner | None:
    """Make ``me`` the owner of the session in ``folder``; another living owner is returned instead.

    Raises:
        OSError: the folder can't be written.
    """
    with _alone(folder):
        other = living(folder, me)
        if other is None:
            _write(folder, me)
        return other


def living(folder: Path, me: Owner) -> Owner | None:
    """The owner of the session, if it is not ``me`` and lives."""
    owner = _read(folder)
    if owner is None or owner.server == me.server or not _lives(folder, owner, me):
        return None
    return owner


def beat(folder: Path, me: Owner) -> bool:
    """Say that ``me`` lives; False if the session has been taken over meanwhile."""
    owner = _read(folder)
    if owner is None or owner.server != me.server:
        return False
    with suppress(OSError):
        os.utime(_file(folder))
    return True


def release(folder: Path, me: Owner) -> None:
    """Give the session up, if it is ours."""
    owner = _read(folder)
    if owner is not None and owner.server == me.server:
        _file(folder).unlink(missing_ok=True)


def _lives(folder: Path, owner: Owner, me: Owner) -> bool:
    here = owner.host == me.host and owner.namespace in (None, me.namespace)
    if here:
        return _runs(owner.pid, owner.started)
    try:
        age = time.time() - _file(folder).stat().st_mtime
    except OSError:
        return False
    return age < DEAD_AFTER_SECONDS


def _runs(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        return (
            abs(process.create_time() - started) < _SAME_START_SECONDS
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except psutil.AccessDenied:
        return True
    except (psutil.NoSuchProcess, ValueError):
        return False


def _read(folder: Path) -> Owner | None:
    try:
        return msgspec.json.decode(_file(folder).read_bytes(), type=Owner)
    except (OSError, msgspec.DecodeError):
        return None


def _write(folder: Path, me: Owner) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".owner-")
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(msgspec.json.encode(me))
        Path(temporary).rename(_file(folder))
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Between two servers of one host, only one at a time decides. File systems without locks go without."""
    descriptor = os.open(folder / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _file(folder: Path) -> Path:
    return folder / "owner.json"


def _namespace() -> str | None:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return None
