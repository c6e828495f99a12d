"""What changed in a session's directory, and what can be done with it: stage, unstage, revert, commit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from parsess_lab.changes import committing, reverting, staging
from parsess_lab.changes.checkout import require
from parsess_lab.changes.listing import change, listed
from parsess_lab.changes.model import ChangeList, Committed, FileChange, Reverted, Scope, Sides
from parsess_lab.changes.names import checked
from parsess_lab.changes.scopes import Compared, compare
from parsess_lab.changes.sides import read
from parsess_lab.changes.snapshots import Snapshots
from parsess_lab.errors import NotFound


class Changes:
    """The changes of one directory. Paths are from the top of its checkout, which may be above it.

    Everything is read anew each time. Methods on the scopes ``uncommitted`` and ``branch`` raise
    InvalidRequest ``not_a_repository`` in a plain directory; all raise NotFound ``directory_gone``.
    """

    def __init__(self, directory: Path, *, snapshots: Snapshots, base: str | None = None) -> None:
        """``base`` is what the branch is compared with: a branch, tag or commit, or the default branch."""
        self._directory = directory
        self._snapshots = snapshots
        self._base = base

    async def list(self, scope: Scope = "uncommitted") -> ChangeList:
        """All changed files with their hunks, within bounds.

        Raises:
            NotFound: ``no_snapshot``, there was no turn yet.
            InvalidRequest: ``unknown_base``, ``no_common_base``.
        """
        found = await self._compare(scope)
        return await asyncio.to_thread(listed, found)

    async def file(self, path: str, scope: Scope = "uncommitted") -> FileChange:
        """One file with all its hunks, unless it is too large by itself. Raises NotFound ``not_changed``."""
        found = await self._compare_one(path, scope)
        if not found.parts:
            raise NotFound(f"{path} has not changed.", code="not_changed")
        return change(found.parts)

    async def sides(self, path: str, scope: Scope = "uncommitted") -> Sides:
        """Both sides of a file, a notebook by cell too. Raises NotFound ``not_changed``."""
        found = await self._compare_one(path, scope)
        if not found.parts:
            raise NotFound(f"{path} has not changed.", code="not_changed")
        return await read(found)

    async def stage(self, path: str, *, hunks: Sequence[str] = ()) -> None:
        """Put a file, or some of its hunks, into the index.

        Raises:
            Conflict: ``stale_hunk``, a hunk is not there any more, nothing was done; ``whole_file``, only the
                file as a whole can be staged.
            NotFound: ``not_changed``.
        """
        await staging.stage(await self._compare_one(path, "uncommitted"), path, hunks)

    async def unstage(self, path: str, *, hunks: Sequence[str] = ()) -> None:
        """Take a file, or some of its hunks, out of the index; the files stay. Raises as :meth:`stage`."""
        await staging.unstage(await self._compare_one(path, "uncommitted"), path, hunks)

    async def stage_all(self) -> None:
        """Put all changes into the index, but files in conflict and repositories inside."""
        await staging.stage_all(await self._compare("uncommitted"))

    async def unstage_all(self) -> None:
        """Take all changes out of the index, but files in conflict; the files stay."""
        await staging.unstage_all(await self._compare("uncommitted"))

    async def revert(self, path: str, *, scope: Scope = "uncommitted", hunks: Sequence[str] = ()) -> Reverted:
        """Take changes back in the working tree (and in the index, what is staged of them).

        A snapshot is kept first: ``Snapshots.rewind(undo.id, paths=paths, consent_external=True)`` undoes it.

        Raises:
            Conflict: as :meth:`stage`; ``overlapping_edits``, other edits stand on the same lines.
        """
        found = await self._compare_one(path, scope)
        return await reverting.revert(found, self._snapshots, path, hunks)

    async def commit(
        self,
        message: str,
        *,
        everything: bool = False,
        timeout: float = committing.TIMEOUT,  # noqa: ASYNC109
    ) -> Committed:
        """Commit what is staged, or, where nothing is, ``everything`` (as :meth:`stage_all` has it). Hooks run.

        Raises:
            InvalidRequest: ``empty_message``.
            Conflict: ``nothing_staged``, ``something_staged``, ``unmerged``, ``identity_missing``,
                ``commit_refused`` (a hook or signing failed; says what it said), ``commit_timeout``. Nothing
                was committed then, and the index is as it was.
        """
        if everything:
            return await committing.commit_all(await self._compare("uncommitted"), message, timeout)
        return await committing.commit(await require(self._directory), message, timeout)

    async def _compare(self, scope: Scope) -> Compared:
        return await compare(scope, self._directory, self._snapshots, self._base)

    async def _compare_one(self, path: str, scope: Scope) -> Compared:
        name = checked(path)
        found = await compare(scope, self._directory, self._snapshots, self._base, [name])
        if any(part.file.status == b"A" for part in found.parts):
            # Looked at alone, a file that was renamed is a new one.
            found = await self._compare(scope)
        # git takes the name of a folder for all that is in it.
        return replace(found, parts=[part for part in found.parts if part.file.path == name])
