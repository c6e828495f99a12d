"""What changed, as the page draws it. All structs are frozen and cross the wire as they are.

Paths are relative to the top of the checkout, with ``/``; a byte that is not UTF-8 is the character
U+EF00 + byte, so that every name survives JSON and comes back as the same bytes. What there are thousands of is not
watched by the garbage collector: it holds no cycles.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from parsess_lab.events import Model

Scope = Literal["turn", "uncommitted", "branch"]
Status = Literal["added", "modified", "deleted", "renamed", "type", "conflict"]
Kind = Literal["file", "symlink", "submodule", "repository"]
Staged = Literal["none", "partly", "all"]
Eol = Literal["lf", "crlf", "mixed", "none"]


class Line(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One line of a hunk. ``old`` and ``new`` are its numbers (from 1) on the sides where it exists.

    ``text`` is without its newline; what is not UTF-8 in it is shown as U+FFFD (hunks are applied from the
    exact bytes). ``no_newline``: the file ends here without a newline.
    """

    kind: Literal[" ", "+", "-"]
    text: str
    old: int | None = None
    new: int | None = None
    no_newline: bool = False


class Hunk(Model, frozen=True, gc=False):
    """A run of changed lines with context.

    ``id`` is a hash of the content: it names this hunk as long as the hunk stays as it is. A ``staged``
    hunk goes from HEAD to the index, one that isn't from the index to the working tree; in the scopes
    ``turn`` and ``branch`` from the base to the working tree.
    """

    id: str
    header: str
    old_start: int
    old_lines: int
    new_start: int
    new_lines: int
    lines: list[Line]
    staged: bool = False


class FileChange(Model, frozen=True, gc=False):
    """One changed file. ``hunks`` is empty when it is binary, or ``too_large`` to show here.

    ``mode_change`` is ``100644 → 100755`` for instance. ``kind`` ``repository`` is an untracked repository
    inside this one: it is shown and left alone.
    """

    path: str
    status: Status
    old_path: str | None = None
    kind: Kind = "file"
    added: int = 0
    removed: int = 0
    binary: bool = False
    mode_change: str | None = None
    staged: Staged = "none"
    too_large: bool = False
    hunks: list[Hunk] = msgspec.field(default_factory=list)


class ChangeList(Model, frozen=True):
    """The changes of a scope. ``base`` is the commit or snapshot compared with, None before the first commit.

    ``truncated``: hunks were left out because all together are too much; one file's can be asked for.
    ``left_out`` counts changed files beyond the limit of the list.
    """

    scope: Scope
    top: str
    files: list[FileChange]
    base: str | None = None
    base_name: str | None = None
    added: int = 0
    removed: int = 0
    truncated: bool = False
    left_out: int = 0


class Side(Model, frozen=True):
    """One side of a file. ``text`` is None when it is binary or larger than 1 MiB; ``hash`` is git's.

    ``image`` is the address (``data:``) of a picture that browsers draw.
    """

    kind: Kind
    mode: str
    size: int
    hash: str
    text: str | None = None
    binary: bool = False
    eol: Eol = "none"
    image: str | None = None


class Output(Model, frozen=True):
    """A notebook cell's output. ``data`` is by MIME type; too large ones are in ``left_out``, with bytes."""

    type: str
    text: str | None = None
    data: dict[str, str] = msgspec.field(default_factory=dict)
    left_out: dict[str, int] = msgspec.field(default_factory=dict)
    execution_count: int | None = None


class CellChange(Model, frozen=True):
    """One cell of a notebook. ``old``, ``new`` are its places (from 0) on the sides where it exists.

    ``source`` is a line diff, empty when the source is the same. Outputs are there when they differ.
    """

    status: Literal["same", "added", "removed", "modified"]
    cell_type: str
    old: int | None = None
    new: int | None = None
    source: list[Line] = msgspec.field(default_factory=list)
    outputs_changed: bool = False
    old_outputs: list[Output] = msgspec.field(default_factory=list)
    new_outputs: list[Output] = msgspec.field(default_factory=list)
    metadata_changed: bool = False


class NotebookChange(Model, frozen=True):
    """A notebook by cell."""

    cells: list[CellChange]
    metadata_changed: bool = False
    truncated: bool = False


class Sides(Model, frozen=True):
    """Both sides of a file, None where it doesn't exist. ``notebook``: by cell, if they are."""

    path: str
    old: Side | None
    new: Side | None
    notebook: NotebookChange | None = None


LeftOutReason = Literal["too_large", "over_budget", "unreadable"]
KeptReason = Literal[
    "not_in_snapshot", "ignored_then", "left_out_then", "changed_meanwhile", "through_link", "in_the_way",
    "failed",
]  # fmt: skip


class LeftOut(Model, frozen=True):
    """A file that a snapshot does not hold: ``too_large``, ``over_budget`` or ``unreadable``."""

    path: str
    reason: LeftOutReason
    size: int = 0
    mtime_ns: int = 0


SnapshotKind = Literal["before_turn", "after_turn", "before_rewind", "after_rewind", "before_revert", "other"]


class Snapshot(Model, frozen=True):
    """The files of a directory at a moment. ``id`` is a commit under a private ref, ``created`` RFC 3339.

    ``nested`` are repositories inside, which are never touched.
    """

    id: str
    tree: str
    session: str
    number: int
    directory: str
    kind: SnapshotKind
    label: str
    created: str
    left_out: list[LeftOut] = msgspec.field(default_factory=list)
    nested: list[str] = msgspec.field(default_factory=list)


class Kept(Model, frozen=True):
    """A file that a rewind leaves as it is, and why.

    ``not_in_snapshot``: what is there now is in no snapshot (ignored, too large), so it could not come back;
    ``ignored_then``: was ignored at the time; ``left_out_then``: was too large for the snapshot then;
    ``changed_meanwhile``: somebody changed it during the rewind; ``through_link``: its folder is a link;
    ``in_the_way``: a folder with other files stands in its place; ``failed``: see ``detail``.
    """

    path: str
    reason: KeptReason
    detail: str | None = None


class RewindPlan(Model, frozen=True):
    """What a rewind would do. ``external``: touched files that changed after the last snapshot was taken."""

    snapshot: Snapshot
    written: list[str]
    deleted: list[str]
    kept: list[Kept]
    external: list[str]


class Rewound(Model, frozen=True):
    """What a rewind did. Rewinding to ``undo`` takes it back."""

    undo: Snapshot
    written: list[str]
    deleted: list[str]
    kept: list[Kept]


class Interrupted(Model, frozen=True):
    """A rewind that was cut off: ``recover`` finishes it (to ``target``) or takes it back (to ``undo``)."""

    target: str
    undo: str
    files: list[str]


class Reverted(Model, frozen=True):
    """Changes were taken back in the working tree. Rewinding ``paths`` to ``undo`` brings them again."""

    undo: Snapshot
    paths: list[str]


class Committed(Model, frozen=True):
    """A new commit. ``note`` says what went wrong after it was made (a hook that did not end)."""

    id: str
    subject: str
    note: str | None = None
