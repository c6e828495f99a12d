"""A path the model names, resolved once for the decision and held to it when the file is opened.

Between the decision and the opening a link may be swapped in. So what is opened is the resolved path, through
a descriptor whose real place is compared; and files are replaced within the directory that was compared.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

from parsess_lab.errors import Conflict, Forbidden, InvalidRequest, NotFound
from parsess_lab.permissions.access import Access
from parsess_lab.tools.arguments import Arguments, Described
from parsess_lab.tools.tool import Place

_Result = TypeVar("_Result")
_LONGEST_WAIT = 5.0  # seconds a cancelled call waits for its thread


class PathArguments(Arguments, frozen=True):
    """Inputs with a ``path``."""

    path: str


P = TypeVar("P", bound=PathArguments)


@dataclass(slots=True)
class FileCall(Generic[P]):
    """The input and the file that was decided on."""

    asked: P
    path: Path | None = None

    def decided(self, place: Place) -> Path:
        """What :meth:`FileTool.access` resolved last."""
        return self.path if self.path is not None else resolve(self.asked.path, place)


class FileTool(Described[P]):
    """A tool about one file."""

    verb: str
    access_kind: Any

    def parse(self, arguments: Any) -> FileCall[P]:
        return FileCall(self.check(arguments))

    def title(self, arguments: FileCall[P], place: Place) -> str:
        return f"{self.verb} {shown(resolve(arguments.asked.path, place), place)}"

    def access(self, arguments: FileCall[P], place: Place) -> Access:
        arguments.path = resolve(arguments.asked.path, place)
        return Access(self.access_kind, [arguments.path])


def resolve(text: str, place: Place) -> Path:
    """Absolute, links followed as far as they exist. Relative paths start at the agent's directory.

    Raises:
        InvalidRequest: the text is no path.
    """
    if not text or "\0" in text:
        raise InvalidRequest("path: must name a file or a directory.", code="invalid_arguments")
    try:
        return Path(os.path.realpath(place.directory / Path(text).expanduser()))
    except (OSError, RuntimeError, ValueError) as error:
        raise InvalidRequest(f"path: can't be resolved ({error}).", code="invalid_arguments") from error


def shown(path: Path, place: Place) -> str:
    """Relative to the session's directory where it is inside."""
    return str(path.relative_to(place.home)) if path.is_relative_to(place.home) else str(path)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A regular file for reading, at the very place that was decided on.

    Raises:
        NotFound, InvalidRequest, Forbidden, Conflict: with words for the model.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise NotFound(f"{path} doesn't exist.") from error
    except OSError as error:
        raise Forbidden(f"{path} can't be read: {error.strerror}.") from error
    try:
        _check_regular(os.fstat(handle).st_mode, path)
        _check_place(handle, path)
    except BaseException:
        os.close(handle)
        raise
    with os.fdopen(handle, "rb") as file:
        yield file


def replace(path: Path, data: bytes, *, mode: int | None) -> int:
    """Put a file in place at once or not at all; its new mtime in ns.

    Args:
        mode: permission bits of the file it replaces; None for a new file.

    Raises:
        Forbidden, Conflict: with words for the model. Nothing was changed then.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise Forbidden(f"{path.parent} can't be written to: {error.strerror}.") from error
    temporary = f".{path.name[:100]}.{secrets.token_hex(4)}.tmp"
    try:
        _check_place(folder, path.parent)
        _write(temporary, data, mode, folder)
        os.replace(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        return os.stat(path.name, dir_fd=folder, follow_symlinks=False).st_mtime_ns
    except OSError as error:
        raise Forbidden(f"{path} can't be written: {error.strerror}.") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder)
        os.close(folder)


def _write(name: str, data: bytes, mode: int | None, folder: int) -> None:
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666, dir_fd=folder)
    with os.fdopen(handle, "wb") as file:
        if mode is not None:
            os.fchmod(handle, mode)
        file.write(data)


def _check_regular(mode: int, path: Path) -> None:
    if stat.S_ISDIR(mode):
        raise InvalidRequest(f"{path} is a directory. Use find_files to see what is in it.")
    if not stat.S_ISREG(mode):
        raise InvalidRequest(f"{path} is no regular file.")


def _check_place(handle: int, path: Path) -> None:
    if _place_of(handle, path) != path:
        raise Conflict(f"{path} was replaced by a link meanwhile. Try again.")


def _place_of(handle: int, path: Path) -> Path:
    link = Path(f"/proc/self/fd/{handle}")
    if link.is_symlink():  # Linux
        return link.readlink()
    real = Path(os.path.realpath(path))
    return real if os.path.samestat(os.fstat(handle), real.stat()) else Path("/")


async def in_thread(call: Callable[[], _Result]) -> _Result:
    """Run file work off the loop. When cancelled it waits for the thread: nothing is written later."""
    task = asyncio.ensure_future(asyncio.to_thread(call))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=_LONGEST_WAIT)
        raise
