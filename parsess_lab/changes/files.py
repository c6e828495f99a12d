"""Reads and writes files below one directory, never through a link, each change at once or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

LINK = b"120000"
PLAIN = b"100644"
PROGRAM = b"100755"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class State:
    """What a file is, as git names it: octal mode and object name."""

    mode: bytes
    oid: bytes


class ThroughLink(OSError):
    """A folder on the way to the file is a link."""


class InTheWay(OSError):
    """A folder with files stands where a file should be, or a file where a folder should."""


class Files:
    """The files below ``top``, named by their paths in bytes with ``/``."""

    def __init__(self, top: Path, object_format: str = "sha1", floor: bytes = b"") -> None:
        """``floor`` is a folder below ``top`` that stays, even when it becomes empty."""
        self._top = top
        self._format = object_format
        self._floor = floor

    def state(self, path: bytes) -> State | None:
        """What is there now; None without a file, or with a folder. Raises OSError, ThroughLink."""
        try:
            with self._parent(path) as (folder, name):
                found = os.lstat(name, dir_fd=folder)
                if stat.S_ISLNK(found.st_mode):
                    return State(LINK, self._name(os.readlink(name, dir_fd=folder)))
                if not stat.S_ISREG(found.st_mode):
                    return None
                return State(_mode(found), self._hashed(name, folder))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def read(self, path: bytes, limit: int) -> tuple[int, bytes | None] | None:
        """Size and content of a file or link; no content beyond ``limit`` bytes. Raises as :meth:`state`."""
        try:
            with self._parent(path) as (folder, name):
                found = os.lstat(name, dir_fd=folder)
                if stat.S_ISLNK(found.st_mode):
                    return found.st_size, os.readlink(name, dir_fd=folder)
                if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
                    return found.st_size, None
                descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
                with os.fdopen(descriptor, "rb") as file:
                    return found.st_size, file.read(limit)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def exists(self, path: bytes) -> bool:
        """Whether anything but a folder is there."""
        try:
            with self._parent(path) as (folder, name):
                return not stat.S_ISDIR(os.lstat(name, dir_fd=folder).st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return False

    def remove(self, path: bytes) -> None:
        """Delete a file, and the folders that are empty then. Nothing there: nothing done."""
        with suppress(FileNotFoundError), self._parent(path) as (folder, name):
            os.unlink(name, dir_fd=folder)
        self._remove_empty(path)

    def write(self, path: bytes, mode: bytes, content: bytes, *, beside: bytes) -> None:
        """Put a file or link in place. ``beside`` is the name of the temporary file in the same folder.

        Raises:
            ThroughLink, InTheWay, OSError: nothing was changed.
        """
        with self._parent(path, make=True) as (folder, name):
            try:
                _create(folder, beside, name, mode, content)
                self._replace(path, folder, beside, name)
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(beside, dir_fd=folder)
                raise

    def discard(self, path: bytes, beside: bytes) -> None:
        """Delete what an interrupted :meth:`write` left: the temporary file, and folders made for it."""
        with suppress(OSError), self._parent(path) as (folder, _):
            os.unlink(beside, dir_fd=folder)
        with suppress(OSError):
            self._remove_empty(path)

    def _replace(self, path: bytes, folder: int, beside: bytes, name: bytes) -> None:
        try:
            os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
        except IsADirectoryError:
            try:
                _remove_hollow(folder, name)
            except OSError as error:
                raise InTheWay(errno.ENOTEMPTY, "A folder stands in its place", os.fsdecode(path)) from error
            os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)

    @contextmanager
    def _parent(self, path: bytes, *, make: bool = False) -> Iterator[tuple[int, bytes]]:
        *folders, name = path.split(b"/")
        here = os.open(self._top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for folder in folders:
                below = _enter(here, folder, path, make=make)
                os.close(here)
                here = below
            yield here, name
        finally:
            os.close(here)

    def _remove_empty(self, path: bytes) -> None:
        with suppress(OSError):  # the first folder that isn't empty ends it
            while b"/" in path:
                path = path.rpartition(b"/")[0]
                if path == self._floor:
                    return
                with self._parent(path) as (folder, name):
                    os.rmdir(name, dir_fd=folder)

    def _hashed(self, name: bytes, folder: int) -> bytes:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
        with os.fdopen(descriptor, "rb") as file:
            digest = self._begun(os.fstat(descriptor).st_size)
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest().encode()

    def _name(self, content: bytes) -> bytes:
        digest = self._begun(len(content))
        digest.update(content)
        return digest.hexdigest().encode()

    def _begun(self, size: int) -> hashlib._Hash:
        return hashlib.new(self._format, b"blob %d\0" % size, usedforsecurity=False)


def _enter(here: int, folder: bytes, path: bytes, *, make: bool) -> int:
    if make:
        with suppress(FileExistsError):
            os.mkdir(folder, dir_fd=here)
    try:
        return os.open(folder, _FOLDER, dir_fd=here)
    except NotADirectoryError:
        if stat.S_ISLNK(os.lstat(folder, dir_fd=here).st_mode):
            raise ThroughLink(errno.ELOOP, "A folder on the way is a link", os.fsdecode(path)) from None
        if make:
            raise InTheWay(errno.ENOTDIR, "A file stands in the way", os.fsdecode(path)) from None
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise ThroughLink(errno.ELOOP, "A folder on the way is a link", os.fsdecode(path)) from None
        raise


def _create(folder: int, beside: bytes, name: bytes, mode: bytes, content: bytes) -> None:
    if mode == LINK:
        os.symlink(content, beside, dir_fd=folder)
        return
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(beside, flags, 0o777 if mode == PROGRAM else 0o666, dir_fd=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        kept = _permissions(folder, name, mode)
        if kept is not None:
            os.fchmod(file.fileno(), kept)


def _permissions(folder: int, name: bytes, mode: bytes) -> int | None:
    """Those of the file that is replaced, executable or not as it shall be: a private file stays private."""
    try:
        found = os.lstat(name, dir_fd=folder)
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    bits = stat.S_IMODE(found.st_mode) & ~0o111
    return bits | ((bits & 0o444) >> 2 if mode == PROGRAM else 0)


def _remove_hollow(folder: int, name: bytes) -> None:
    """Remove a folder that holds nothing but empty folders. Raises OSError when there is more."""
    inside = os.open(name, _FOLDER, dir_fd=folder)
    try:
        for entry in os.listdir(inside):  # noqa: PTH208 - a descriptor
            _remove_hollow(inside, os.fsencode(entry))
    finally:
        os.close(inside)
    os.rmdir(name, dir_fd=folder)


def _mode(found: os.stat_result) -> bytes:
    return PROGRAM if found.st_mode & stat.S_IXUSR else PLAIN
