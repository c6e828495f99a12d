"""Snapshots as commits under private refs: without parents, what is about them in the message."""

from __future__ import annotations

import json
from collections.abc import Iterable

import msgspec

from parsess_lab.changes.capturing import Capture
from parsess_lab.changes.model import LeftOut, Snapshot, SnapshotKind
from parsess_lab.changes.store import REFS, Space
from parsess_lab.errors import GitFailed
from parsess_lab.events import now

MAX_LABEL = 200
"""Characters of a label that are kept."""
_NUMBERS = 3  # attempts to find a free one, should two servers count at once
_WHO = ("-c", "user.name=Parsess Lab", "-c", "user.email=parsess-lab@localhost")
_FORMAT = "%(refname)%00%(objectname)%00%(tree)%00%(contents)%00"


class Refs:
    """The refs of one session."""

    def __init__(self, session: str) -> None:
        self._session = session
        self._prefix = f"{REFS}/{session}/"

    async def keep(self, space: Space, found: Capture, label: str, kind: SnapshotKind) -> Snapshot:
        """Make a capture a snapshot."""
        created = now()
        about = {
            "directory": str(space.directory),
            "kind": kind,
            "label": label[:MAX_LABEL],
            "created": created,
            "left_out": [msgspec.to_builtins(file) for file in found.left_out],
            "nested": found.nested,
        }
        message = json.dumps(about).encode()
        commit = (await space.run(*_WHO, "commit-tree", found.tree, "-F", "-", input=message)).text
        number = await self._refer(space, commit)
        return Snapshot(
            id=commit,
            tree=found.tree,
            session=self._session,
            number=number,
            directory=str(space.directory),
            kind=kind,
            label=label[:MAX_LABEL],
            created=created,
            left_out=found.left_out,
            nested=found.nested,
        )

    async def _refer(self, space: Space, commit: str) -> int:
        none = "0" * len(commit)
        for attempt in range(_NUMBERS):
            number = max((one.number for one in await self.all(space)), default=0) + 1
            try:
                await space.refs("update-ref", f"{self._prefix}{number}", commit, none)
            except GitFailed:
                if attempt == _NUMBERS - 1:
                    raise
            else:
                return number
        raise AssertionError

    async def all(self, space: Space) -> list[Snapshot]:
        """All of them, oldest first."""
        asked = ("for-each-ref", f"--format={_FORMAT}", self._prefix)
        found = (await space.refs(*asked)).stdout
        if space.checkout is not None and (space.private / "refs" / "parsess").is_dir():
            found += (await space.look(*asked)).stdout  # from before it became a repository
        fields = found.split(b"\0")
        records = zip(fields[::4], fields[1::4], fields[2::4], fields[3::4], strict=False)
        return sorted((self._read(*record) for record in records), key=lambda one: one.number)

    def _read(self, ref: bytes, commit: bytes, tree: bytes, message: bytes) -> Snapshot:
        about = json.loads(message)
        about["left_out"] = [LeftOut(**file) for file in about["left_out"]]
        return Snapshot(
            id=commit.decode(),
            tree=tree.decode(),
            session=self._session,
            number=int(ref.rpartition(b"/")[2]),
            **about,
        )

    async def forget(self, space: Space, old: Iterable[Snapshot]) -> None:
        """Delete refs; git lets go of the objects in its own time."""
        names = [f"{self._prefix}{one.number}" for one in old]
        if not names:
            return
        stdin = "".join(f"delete {name}\n" for name in names).encode()
        await space.refs("update-ref", "--stdin", input=stdin)
        if space.checkout is not None and (space.private / "refs" / "parsess").is_dir():
            await space.run("update-ref", "--stdin", input=stdin)
        if space.checkout is None:
            await space.run("gc", "--quiet", "--prune=1.hour.ago", timeout=600)
