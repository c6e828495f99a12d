"""What git says about a checkout before anything is done to it. Only reads."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from parsess_lab.errors import GitFailed, InvalidRequest
from parsess_lab.git import read

NOT_A_REPOSITORY = "not_a_repository"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A working directory of a repository, or a bare repository (``root`` None). All paths resolved."""

    root: Path | None
    git_dir: Path
    common_dir: Path
    head: str | None
    """The commit checked out; None before the first one."""
    branch: str | None
    """Short name of the branch checked out, None when detached."""

    @property
    def place(self) -> Path:
        """Where git can run."""
        return self.root or self.git_dir

    @property
    def linked(self) -> bool:
        """Whether this is a worktree beside the main one."""
        return self.git_dir != self.common_dir


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of ``git worktree list``: the main checkout comes first."""

    path: Path
    head: str | None = None
    branch: str | None = None
    bare: bool = False
    locked: str | None = None
    """The reason it was locked with, maybe empty; None when it is not."""
    prunable: bool = False


async def look(directory: Path) -> Checkout:
    """The checkout around ``directory``.

    Raises InvalidRequest (``not_a_repository``) with git's own reason: none there, a ``.git`` file that points
    nowhere, owned by somebody else.
    """
    try:
        said = await read(
            *("rev-parse", "--path-format=absolute", "--is-bare-repository", "--is-inside-work-tree"),
            *("--absolute-git-dir", "--git-common-dir"),
            cwd=directory,
        )
        bare, inside, git_dir, common_dir = said.text.split("\n")
    except (GitFailed, ValueError) as error:
        raise InvalidRequest(
            f"{directory} is in no git repository that can be used ({error}). "
            "Start the session without a worktree, or pick another directory.",
            code=NOT_A_REPOSITORY,
        ) from error
    root = await _root(directory, bare == "true", inside == "true")
    place = root or Path(git_dir)
    return Checkout(root, _real(git_dir), _real(common_dir), await commit(place, "HEAD"), await branch(place))


async def _root(directory: Path, bare: bool, inside: bool) -> Path | None:
    if inside:
        return _real((await read("rev-parse", "--show-toplevel", cwd=directory)).text)
    if bare:
        return None
    raise InvalidRequest(
        f"{directory} is inside git's own directory: pick the checkout instead.", code=NOT_A_REPOSITORY
    )


async def commit(place: Path, name: str) -> str | None:
    """The commit that ``name`` (branch, tag, hash) stands for, or None."""
    if name.startswith("-") or "\0" in name:
        return None
    found = await read("rev-parse", "--quiet", "--verify", f"{name}^{{commit}}", cwd=place, check=False)
    return found.text if found.returncode == 0 else None


async def branch(place: Path) -> str | None:
    """Short name of the branch checked out at ``place``, also one without a commit; None when detached."""
    found = await read("symbolic-ref", "--quiet", "HEAD", cwd=place, check=False)
    return found.text.removeprefix("refs/heads/") if found.returncode == 0 else None


async def listed(place: Path) -> list[Listed]:
    """All worktrees of the repository, the main one first."""
    said = await read("worktree", "list", "--porcelain", "-z", cwd=place)
    blocks = said.stdout.split(b"\0\0")
    return [_listed(block) for block in blocks if block.strip(b"\0")]


def _listed(block: bytes) -> Listed:
    lines = dict(os.fsdecode(line).partition(" ")[::2] for line in block.split(b"\0") if line)
    name = lines.get("branch")
    return Listed(
        path=Path(lines["worktree"]),
        head=lines.get("HEAD"),
        branch=name.removeprefix("refs/heads/") if name else None,
        bare="bare" in lines,
        locked=lines.get("locked"),
        prunable="prunable" in lines,
    )


async def default_branch(place: Path) -> str | None:
    """The full ref of the default branch: what origin's HEAD names (the local branch if there is one)."""
    origin = await read("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD", cwd=place, check=False)
    remote = origin.text if origin.returncode == 0 else ""
    configured = await read("config", "init.defaultBranch", cwd=place, check=False)
    names = [remote.removeprefix("refs/remotes/origin/"), configured.text, "main", "master", "trunk"]
    candidates = [f"refs/heads/{name}" for name in names if name]
    for ref in [*candidates[:1], remote, *candidates[1:]] if remote else candidates:
        if await commit(place, ref):
            return ref
    return None


def _real(path: str) -> Path:
    return Path(os.path.realpath(path))
