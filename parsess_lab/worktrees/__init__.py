"""Worktrees: a branch and a checkout of its own for a session. Made, landed and removed without losing a line."""

from parsess_lab.worktrees.carry import Carried
from parsess_lab.worktrees.environment import Interpreter
from parsess_lab.worktrees.ground import Step
from parsess_lab.worktrees.isolation import Boundary, boundary
from parsess_lab.worktrees.lacks import Lacks
from parsess_lab.worktrees.landable import Landing
from parsess_lab.worktrees.leftovers import Leftover
from parsess_lab.worktrees.loss import Reason
from parsess_lab.worktrees.plan import Wanted
from parsess_lab.worktrees.radar import Collision, Place
from parsess_lab.worktrees.record import Landed, Record
from parsess_lab.worktrees.restore import Restored
from parsess_lab.worktrees.setup import Setup, SetupRun, SetupState
from parsess_lab.worktrees.worktrees import Worktrees

__all__ = [
    "Boundary",
    "Carried",
    "Collision",
    "Interpreter",
    "Lacks",
    "Landed",
    "Landing",
    "Leftover",
    "Place",
    "Reason",
    "Record",
    "Restored",
    "Setup",
    "SetupRun",
    "SetupState",
    "Step",
    "Wanted",
    "Worktrees",
    "boundary",
]
