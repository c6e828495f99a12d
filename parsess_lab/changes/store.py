"""Where snapshots live: a private git directory for a session, beside the repository and never in its way.

In a repository only objects and refs below ``refs/parsess/snapshots/`` are written; in a plain directory
these too are in the private one. The private directory switches off what would change content on its way in
(filters, line endings, encodings), so that snapshots hold the very bytes, and knows no hooks.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parsess_lab.changes.checkout import QUIET, Checkout, find
from parsess_lab.errors import GitFailed, InvalidRequest, StorageFailed
from parsess_lab.git import LIMIT, TIMEOUT, GitResult, git

REFS = "refs/parsess/snapshots"
_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_ATTRIBUTES = "* !text !eol !filter -ident !working-tree-encoding !diff !merge\n"
_COPIED = r"^core\.(excludesfile|filemode|ignorecase|symlinks|precomposeunicode|autocrlf)$"
_OFF = ("false", "no", "off", "0")
_RAW = (
    "-c", "core.bare=false",
    "-c", "core.autocrlf=false",
    "-c", "core.safecrlf=false",
    "-c", "core.attributesFile=/dev/null",
    "-c", "core.splitIndex=false",
    "-c", "core.untrackedCache=false",
    "-c", "core.sparseCheckout=false",
    "-c", "index.sparse=false",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Space:
    """A directory with its private git directory. ``checkout`` is None in a plain directory."""

    directory: Path
    top: Path
    checkout: Checkout | None
    private: Path
    object_format: str
    settings: tuple[str, ...] = ()
    converts: bool = False
    """Whether line endings of all files may differ from what the repository holds."""

    @property
    def objects(self) -> Path:
        """Where new objects go."""
        return self.checkout.common_dir / "objects" if self.checkout else self.private / "objects"

    @property
    def index(self) -> Path:
        """The index kept between snapshots, which makes the next one cheap. May be deleted at any time."""
        where = f"{self.objects}\0{self.directory}".encode(errors="surrogateescape")
        return self.private / f"index-{hashlib.sha256(where).hexdigest()[:16]}"

    @property
    def paths(self) -> tuple[str, ...]:
        """The directory as a path below the top, none for the top itself."""
        prefix = self.directory.relative_to(self.top).as_posix()
        return () if prefix == "." else (prefix,)

    @property
    def prefix(self) -> bytes:
        """What all names below the directory begin with."""
        return b"".join(os.fsencode(path) + b"/" for path in self.paths)

    async def run(  # noqa: PLR0913 - the keywords of git()
        self,
        *args: str,
        index: Path | None = None,
        work_tree: Path | None = None,
        input: bytes | None = None,
        check: bool = True,
        limit: int = LIMIT,
        timeout: float = TIMEOUT,  # noqa: ASYNC109
    ) -> GitResult:
        """Run git in the private directory on ``work_tree`` (the top), content untouched by any filter."""
        env = self._environment(work_tree or self.top, index or self.index)
        return await self._run(args, env, input=input, check=check, limit=limit, timeout=timeout)

    async def look(self, *args: str, input: bytes | None = None, limit: int = LIMIT) -> GitResult:
        """Read objects, also those from before the directory became a repository.

        Never for writing: what the private directory holds would not be written to the repository then.
        """
        env = self._environment(self.top, self.index)
        quoted = json.dumps(str(self.private / "objects"), ensure_ascii=False)
        env["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = quoted
        return await self._run(args, env, input=input, limit=limit)

    async def refs(self, *args: str, input: bytes | None = None) -> GitResult:
        """Run git where refs are kept."""
        if self.checkout is None:
            return await self.run(*args, input=input)
        return await self.checkout.write(*args, input=input)

    def _environment(self, top: Path, index: Path) -> dict[str, str]:
        return {
            "GIT_DIR": str(self.private),
            "GIT_WORK_TREE": str(top),
            "GIT_INDEX_FILE": str(index),
            "GIT_OBJECT_DIRECTORY": str(self.objects),
            "GIT_NO_REPLACE_OBJECTS": "1",
        }

    async def _run(self, args: tuple[str, ...], env: dict[str, str], **keywords: Any) -> GitResult:
        where = Path(env["GIT_WORK_TREE"])
        return await git(*QUIET, *_RAW, *self.settings, *args, cwd=where, env=env, **keywords)


class Store:
    """Opens the space of one session's directory in ``folder``, which is the session's own."""

    def __init__(self, directory: Path, session: str, folder: Path) -> None:
        if not _SESSION.fullmatch(session):
            raise InvalidRequest(f"{session!a} can't be part of a ref's name.", code="bad_session")
        self.directory = directory
        self.session = session
        self.folder = folder

    async def open(self) -> Space:
        """The space as it is now; a plain directory may have become a repository.

        Raises:
            NotFound: ``directory_gone``.
            InvalidRequest: ``bare_repository``.
            StorageFailed: the folder can't be written.
        """
        checkout = await find(self.directory)
        object_format = checkout.object_format if checkout else "sha1"
        directory = self.directory.resolve()
        top = checkout.top if checkout else directory
        private = self.folder / f"{object_format}.git"
        await self._prepare(private, object_format)
        settings = await _copied(checkout) if checkout else {}
        converts = settings.pop("core.autocrlf", "false").lower() not in _OFF
        given = tuple(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))
        await asyncio.to_thread(_write_excludes, private, checkout, top, self.folder)
        return Space(directory, top, checkout, private, object_format, given, converts)

    async def _prepare(self, private: Path, object_format: str) -> None:
        ready = private / "info" / "attributes"
        if ready.exists():
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            await git(
                "init", "--quiet", "--bare", "--template=", f"--object-format={object_format}", private,
                cwd=self.folder,
            )  # fmt: skip
            ready.parent.mkdir(exist_ok=True)
            ready.write_text(_ATTRIBUTES)
        except OSError as error:
            raise _unwritable(error) from error
        except GitFailed as error:
            raise StorageFailed(f"The session's snapshots can't be kept: {error.message}") from error


async def _copied(checkout: Checkout) -> dict[str, str]:
    said = await checkout.read("config", "--includes", "-z", "--get-regexp", _COPIED, check=False)
    pairs = [os.fsdecode(entry).partition("\n") for entry in said.fields()]
    return {name: value if is_set else "true" for name, is_set, value in pairs}


def _write_excludes(private: Path, checkout: Checkout | None, top: Path, folder: Path) -> None:
    """What the repository excludes for itself, and our own folder if it's inside."""
    own = checkout.common_dir / "info" / "exclude" if checkout else None
    content = own.read_bytes() if own and own.is_file() else b""
    if folder.resolve().is_relative_to(top):
        inside = folder.resolve().relative_to(top).as_posix()
        escaped = re.sub(r"([\\*?\[ ])", r"\\\1", inside)
        content += b"\n/" + escaped.encode(errors="surrogateescape") + b"/\n"
    kept = private / "info" / "exclude"
    try:
        if not kept.is_file() or kept.read_bytes() != content:
            kept.write_bytes(content)
    except OSError as error:
        raise _unwritable(error) from error


def _unwritable(error: OSError) -> StorageFailed:
    return StorageFailed(
        f"The session's snapshots can't be kept ({error.strerror or error}). Free some space or mend the "
        "permissions of the data directory."
    )
