"""What changed in a session's directory: lists, hunks, staging and commits; snapshots and the way back.

:class:`Changes` reads and acts on the changes of a directory, :class:`Snapshots` keeps its files before and
after each turn and rewinds to them, :func:`watch` tells when to look again. git is asked by
:mod:`parsess_lab.git`; nothing that a repository configures is run, but its filters and, on commit, hooks.
"""

from parsess_lab.changes.changes import Changes
from parsess_lab.changes.model import (
    CellChange,
    ChangeList,
    Committed,
    FileChange,
    Hunk,
    Interrupted,
    Kept,
    LeftOut,
    Line,
    NotebookChange,
    Output,
    Reverted,
    RewindPlan,
    Rewound,
    Scope,
    Side,
    Sides,
    Snapshot,
    SnapshotKind,
)
from parsess_lab.changes.snapshots import Snapshots
from parsess_lab.changes.watching import watch

__all__ = [
    "CellChange",
    "ChangeList",
    "Changes",
    "Committed",
    "FileChange",
    "Hunk",
    "Interrupted",
    "Kept",
    "LeftOut",
    "Line",
    "NotebookChange",
    "Output",
    "Reverted",
    "RewindPlan",
    "Rewound",
    "Scope",
    "Side",
    "Sides",
    "Snapshot",
    "SnapshotKind",
    "Snapshots",
    "watch",
]
