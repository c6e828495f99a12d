"""Worktrees: a branch and a checkout of its own for a session. Made, landed and removed without losing a line."""

from parsess_lab.worktrees.create import Wanted
from parsess_lab.worktrees.ground import Step
from parsess_lab.worktrees.loss import Reason
from parsess_lab.worktrees.record import Record
from parsess_lab.worktrees.worktrees import Worktrees

__all__ = ["Reason", "Record", "Step", "Wanted", "Worktrees"]
