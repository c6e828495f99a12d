"""Child processes: start, stream, stop with all that came from them, survive nothing.

``environment`` says what a child may know, ``tree`` finds and ends all that came from one, ``child`` runs
one on the event loop, ``sweep`` ends what dead servers left behind.
"""

from parsess_lab.processes.child import Child, start
from parsess_lab.processes.environment import (
    CHILD_MARK,
    SERVER_MARK,
    SESSION_MARK,
    child_environment,
    server_id,
)
from parsess_lab.processes.sweep import sweep
from parsess_lab.processes.tree import Tree, end_found, end_marked, end_trees

__all__ = [
    "CHILD_MARK",
    "SERVER_MARK",
    "SESSION_MARK",
    "Child",
    "Tree",
    "child_environment",
    "end_found",
    "end_marked",
    "end_trees",
    "server_id",
    "start",
    "sweep",
]
