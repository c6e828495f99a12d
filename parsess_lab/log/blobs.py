"""Large payloads of a session, beside its log, named by the hash of their content."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from parsess_lab.errors import NotFound, StorageFailed

_HASH = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """Files in ``folder``. Safe to use from threads; nothing is ever overwritten."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, data: bytes, *, durable: bool = False) -> str:
        """Store ``data`` and return its SHA-256 in hex; ``durable``: on the disk before this returns.

        Raises:
            StorageFailed: it could not be stored; nothing of it is left.
        """
        name = hashlib.sha256(data).hexdigest()
        path = self._folder / name
        if not path.exists():
            try:
                self._folder.mkdir(mode=0o700, exist_ok=True)
                _write(path, data, durable)
            except OSError as error:
                raise StorageFailed(f"An attachment or output can't be stored ({error.strerror}).") from error
        return name

    def read(self, name: str) -> bytes:
        """The bytes.

        Raises:
            NotFound: no such blob in this session.
        """
        try:
            return self.path(name).read_bytes()
        except OSError as error:
            raise NotFound(f"This session has no stored content {name}.") from error

    def has(self, name: str) -> bool:
        """Is there such a blob?"""
        return bool(_HASH.fullmatch(name)) and (self._folder / name).exists()

    def path(self, name: str) -> Path:
        """Where a blob is, or would be.

        Raises:
            NotFound: ``name`` is no content hash.
        """
        if not _HASH.fullmatch(name):
            raise NotFound("That is no content hash.")
        return self._folder / name


def _write(path: Path, data: bytes, durable: bool) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        Path(temporary).rename(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
