"""A session in a worktree keeps out of the main checkout and of other worktrees, whatever its mode and rules.

Told from the access alone: a path that is written, a command's arguments and redirections, and where it runs.
What can't be taken apart is searched for what looks like a path; a program that computes its paths by itself
is beyond this, and is what questions and the sandbox are for.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from parsess_lab.permissions.access import Access, Boundary, Fence
from parsess_lab.permissions.commands import Finding, examine
from parsess_lab.permissions.shell import Unclear

_TOKEN = re.compile(r"[^\s;|&()<>\"'`$=:,{}]+")
_REDIRECTING = re.compile(
    r"\b(GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE"
    r"|CONFIG\w*))="
)


def refusal(access: Access, boundary: Boundary) -> str | None:
    """Why the fence does not let this through; None if it has nothing against it."""
    fence = boundary.fence
    if fence is None:
        return None
    if access.kind == "write":
        return _first(fence.refuses_write(path) for path in access.paths)
    if access.kind == "execute":
        return _command(access.command, boundary, fence)
    return None


def _command(command: str, boundary: Boundary, fence: Fence) -> str | None:
    try:
        findings = examine(command, boundary)
    except Unclear:
        return _unclear(command, boundary, fence)
    return _first(why for finding in findings for why in _refusals(finding, fence))


def _refusals(finding: Finding, fence: Fence) -> Iterator[str | None]:
    for directory in finding.where:
        yield fence.refuses_command(finding.argv, directory)
    yield from (fence.refuses_write(path) for path in (*finding.writes, *finding.opened))
    if finding.reads_only or finding.argv[:1] == ("cd",):
        return
    yield from (fence.refuses_write(path) for path in finding.strays)
    yield from (fence.refuses_write(directory / "file") for directory in finding.where)


def _unclear(command: str, boundary: Boundary, fence: Fence) -> str | None:
    redirected = _REDIRECTING.search(command)
    if redirected is not None:
        return fence.refuses_command([f"{redirected[1]}=…", "git"], boundary.directory)
    tokens = [token for token in _TOKEN.findall(command) if os.sep in token or token in ("..", "~")]
    named = (boundary.directory / Path(token).expanduser() for token in tokens)
    why = _first(fence.refuses_write(path) for path in named)
    return f"{why} If it only reads there, run it as a simple command." if why else None


def _first(reasons: Iterable[str | None]) -> str | None:
    return next((reason for reason in reasons if reason is not None), None)
