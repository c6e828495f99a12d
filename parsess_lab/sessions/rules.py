"""Remembered allowances of a project, kept among the person's own data.

Never read from the project itself: a cloned repository must not grant itself rights.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from parsess_lab.errors import StorageFailed


class _Project(msgspec.Struct):
    root: str
    rules: list[str]


class Rules:
    """The configured rules, and those of each project, one file a project in ``folder``."""

    def __init__(self, folder: Path, configured: Sequence[str] = ()) -> None:
        self._folder = folder
        self._configured = tuple(configured)
        self._known: dict[Path, tuple[str, ...]] = {}

    def of(self, directory: Path) -> tuple[str, ...]:
        """What may be done unasked in ``directory`` (resolved), whichever the session."""
        root = project(directory)
        if root not in self._known:
            self._known[root] = self._load(root)
        return self._configured + self._known[root]

    def remember(self, directory: Path, rules: Sequence[str]) -> None:
        """Add rules to the project of ``directory``. They hold at once; :meth:`save` makes them last."""
        root = project(directory)
        known = self._load(root)
        self._known[root] = known + tuple(rule for rule in dict.fromkeys(rules) if rule not in known)

    def save(self, directory: Path) -> None:
        """Write the rules of the project of ``directory``. Blocks: call it in a thread.

        Raises:
            StorageFailed: they hold only as long as this server runs.
        """
        root = project(directory)
        try:
            self._save(root)
        except OSError as error:
            raise StorageFailed(f"The project's rules can't be saved ({error.strerror}).") from error

    def _load(self, root: Path) -> tuple[str, ...]:
        try:
            stored = msgspec.json.decode(self._file(root).read_bytes(), type=_Project)
        except (OSError, msgspec.DecodeError):
            return ()
        return tuple(stored.rules) if stored.root == str(root) else ()

    def _save(self, root: Path) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = msgspec.json.encode(_Project(str(root), list(self._known[root])))
        descriptor, temporary = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).rename(self._file(root))

    def _file(self, root: Path) -> Path:
        return self._folder / f"{hashlib.sha256(os.fsencode(root)).hexdigest()[:32]}.json"


def project(directory: Path) -> Path:
    """The checkout that ``directory`` is in, or itself.

    A ``.git`` file is not followed to the repository it names: anyone can write such a file.
    """
    for path in (directory, *directory.parents):
        if (path / ".git").exists():
            return path
    return directory
