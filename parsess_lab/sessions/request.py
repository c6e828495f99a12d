"""What is asked for when a session is to have a worktree of its own."""

from __future__ import annotations

from pathlib import Path

import msgspec

from parsess_lab.worktrees import Wanted


class WorktreeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``worktree`` of ``POST sessions``.

    ``base`` is ``HEAD``, ``default``, or any branch, tag or commit. ``branch`` is a new one, or with
    ``existing`` one that is there; without it the server's pattern makes one from ``name`` (else the session's).
    ``setup_consent`` is the fingerprint of the repository's setup command that the person read and agreed to.
    """

    branch: str | None = None
    existing: bool = False
    base: str | None = None
    name: str | None = None
    folder: str | None = None
    fetch: bool = False
    carry_over: bool = False
    setup: bool = True
    setup_consent: str | None = None
    wait_for_setup: bool = False
    environment: bool = False

    def wanted(self, directory: Path, name: str, session: str | None = None) -> Wanted:
        """In the words of the worktrees."""
        return Wanted(
            directory=directory,
            name=self.name or self.branch or name,
            base=self.base or None,
            branch=self.branch or None,
            existing=self.existing,
            folder=Path(self.folder) if self.folder else None,
            session=session,
            fetch=self.fetch,
        )
