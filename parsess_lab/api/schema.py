"""All that crosses to the page as one JSON Schema: ``python -m parsess_lab.api.schema``.

The TypeScript types are generated from it (``make gen``), and ``make check`` fails when they are stale.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec

from parsess_lab.agents.agent import AgentInfo
from parsess_lab.api.agents import Directory
from parsess_lab.api.landing import Pushed
from parsess_lab.api.worktrees import Bases, RemovedWorktree, RestoredWorktree, SetupInfo, WorktreeDetails
from parsess_lab.changes import ChangeList, Committed, Reverted, Rewound, Sides
from parsess_lab.events import Stored
from parsess_lab.sessions import WorktreeRequest
from parsess_lab.sessions.rewinding import RewindPreview, RewindResult
from parsess_lab.sessions.summary import Summary
from parsess_lab.tools.files import FileMatch
from parsess_lab.worktrees import Carried, Landed, Leftover
from parsess_lab.worktrees.publish import PullRequest
from parsess_lab.worktrees.targets import LandInfo


class Protocol(msgspec.Struct):
    """Everything, under one roof, so that one schema holds all definitions."""

    stored: Stored
    summary: Summary
    agent: AgentInfo
    directory: Directory
    file: FileMatch
    bases: Bases
    worktree_request: WorktreeRequest
    worktree: WorktreeDetails
    removed: RemovedWorktree
    restored: RestoredWorktree
    leftover: Leftover
    setup: SetupInfo
    changes: ChangeList
    sides: Sides
    reverted: Reverted
    rewound: Rewound
    committed: Committed
    preview: RewindPreview
    rewind: RewindResult
    landing: LandInfo
    landed: Landed
    pushed: Pushed
    pull_request: PullRequest
    carried: Carried


def schema() -> dict[str, Any]:
    """The JSON Schema of :class:`Protocol`."""
    return msgspec.json.schema(Protocol)


if __name__ == "__main__":
    json.dump(schema(), sys.stdout, indent=2)
