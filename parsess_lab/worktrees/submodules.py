"""Submodules of a new worktree: those the source checkout has, taken from there, so that no network is needed."""

from __future__ import annotations

import os
from pathlib import Path

from parsess_lab.errors import GitFailed
from parsess_lab.git import git, git_dir, read

_GITLINK = b"160000"
_SECONDS = 300.0


async def gitlinks(checkout: Path) -> list[str]:
    """Paths of the submodules that the index names."""
    said = await read("ls-files", "--stage", "-z", cwd=checkout)
    found = [line.partition(b"\t") for line in said.fields() if line.startswith(_GITLINK)]
    return [os.fsdecode(path) for _, _, path in found]


async def populate(source: Path | None, worktree: Path) -> dict[str, str]:
    """Check out the submodules that are checked out in ``source``; says what could not be, path by path."""
    if source is None or not (worktree / ".gitmodules").is_file():
        return {}
    failed: dict[str, str] = {}
    for path in await gitlinks(worktree):
        if not (source / path / ".git").exists():
            continue
        try:
            await _populate_one(source / path, worktree, path)
        except GitFailed as error:
            failed[path] = error.message
            continue
        inner = await populate(source / path, worktree / path)
        failed.update({f"{path}/{below}": why for below, why in inner.items()})
    return failed


async def _populate_one(origin: Path, worktree: Path, path: str) -> None:
    """Clone from the source's own copy, then name the true remote again."""
    name = await _name(worktree, path)
    local = await git_dir(origin)
    await git("submodule", "--quiet", "init", "--", path, cwd=worktree)
    await git(
        *("-c", "protocol.file.allow=always", "-c", f"submodule.{name}.url={local}"),
        *("submodule", "--quiet", "update", "--checkout", "--", path),
        cwd=worktree, timeout=_SECONDS,
    )  # fmt: skip
    url = await read("config", "--get", "remote.origin.url", cwd=origin, check=False)
    if url.text:
        await git("remote", "set-url", "origin", url.text, cwd=worktree / path)


async def _name(worktree: Path, path: str) -> str:
    said = await read(
        "config", "--file", ".gitmodules", "--null", "--get-regexp", r"^submodule\..*\.path$", cwd=worktree
    )
    for field in said.fields():
        key, _, value = os.fsdecode(field).partition("\n")
        if value == path:
            return key.removeprefix("submodule.").removesuffix(".path")
    raise GitFailed(f"{path} is a submodule that .gitmodules does not name.")
