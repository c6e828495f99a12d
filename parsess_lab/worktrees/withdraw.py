"""Taking back a worktree that never became complete, without taking anything that is not ours."""

from __future__ import annotations

import asyncio
import filecmp
import os
import shutil
import tempfile
from pathlib import Path

from parsess_lab.errors import GitFailed
from parsess_lab.git import git, lock, read
from parsess_lab.worktrees.checkout import listed
from parsess_lab.worktrees.record import Record, read_marker, write_marker


def find_git_dir(record: Record) -> Path | None:
    """The git directory of the worktree, by our marker or the reason it was locked with: proof that it is ours."""
    folder = Path(record.repository) / "worktrees"
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        if _is_ours(entry, record):
            return entry
    return None


def _is_ours(git_dir: Path, record: Record) -> bool:
    marker = read_marker(git_dir)
    if marker is not None:
        return marker.id == record.id
    try:
        return (git_dir / "locked").read_text().strip() == record.id
    except (OSError, UnicodeDecodeError):
        return False


async def withdraw(record: Record, place: Path) -> bool:
    """Remove the worktree and the branch made for it; False if somebody's own files are in it, and it stays."""
    git_dir = await asyncio.to_thread(find_git_dir, record)
    worktree = Path(record.path)
    async with lock(Path(record.repository)):
        if git_dir is not None:
            if worktree.is_dir() and (worktree / ".git").exists() and not await _untouched(worktree, record):
                return False
            await asyncio.to_thread(mark, git_dir, record)
            (git_dir / "locked").unlink(missing_ok=True)
            await _remove(worktree, git_dir, place)
        elif os.path.lexists(worktree):
            _remove_empty(worktree)
        if record.made_branch and record.branch and await _made_branch(record, place):
            await git("update-ref", "-d", f"refs/heads/{record.branch}", record.base, cwd=place)
    return True


def mark(git_dir: Path, record: Record) -> None:
    """From here on the proof that it is ours. A full disk takes no second one."""
    if read_marker(git_dir) is None:
        write_marker(git_dir, record)


async def _remove(worktree: Path, git_dir: Path, place: Path) -> None:
    said = await git("worktree", "remove", "--force", worktree, cwd=place, check=False)
    if said.returncode == 0 or (worktree / ".git").exists():
        return
    # Killed before git had written all that makes a worktree: complete it just so far that git can remove it.
    _remove_empty(worktree)
    if not (git_dir / "gitdir").exists():
        (git_dir / "gitdir").write_text(f"{worktree}/.git\n")
    await git("worktree", "remove", "--force", worktree, cwd=place, check=not worktree.exists())


async def _made_branch(record: Record, place: Path) -> bool:
    """Whether the branch came from this very creation, and nobody has used it since."""
    said = await read(
        "log", "-g", "--format=%gs", f"refs/heads/{record.branch}", "--", cwd=place, check=False
    )
    if said.text != f"worktree {record.id}":
        return False
    return all(item.branch != record.branch for item in await listed(place))


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return


async def _untouched(worktree: Path, record: Record) -> bool:
    """Whether all there is comes from the commit itself, or was copied from the source: missing files are fine."""
    # Not beside the worktree: its disk may be full, which is why it goes again.
    room = await asyncio.to_thread(tempfile.mkdtemp, prefix="parsess-")
    env = {"GIT_INDEX_FILE": f"{room}/index"}
    try:
        await git("read-tree", record.base, cwd=worktree, env=env)
        said = await git(
            "status", "--porcelain", "-z", "--no-renames", "--ignored", "--untracked-files=all",
            "--ignore-submodules",
            cwd=worktree, env=env,
        )  # fmt: skip
        for entry in said.fields():
            copied = entry[:2] == b"!!" and await asyncio.to_thread(
                _is_copy, worktree, record.source, entry[3:]
            )
            if entry[:2] != b" D" and not copied and not await _is_part(worktree, record.base, entry):
                return False
    except GitFailed:
        return False
    finally:
        await asyncio.to_thread(shutil.rmtree, room, ignore_errors=True)
    return True


def _is_copy(worktree: Path, source: str | None, name: bytes) -> bool:
    """A file that ``.worktreeinclude`` named, as it still is in the checkout it came from."""
    here, there = worktree / os.fsdecode(name), Path(source or "") / os.fsdecode(name)
    if source is None or not there.exists() or here.is_dir():
        return False
    if here.is_symlink() or there.is_symlink():
        return here.is_symlink() and there.is_symlink() and here.readlink() == there.readlink()
    return filecmp.cmp(here, there, shallow=False)


async def _is_part(worktree: Path, base: str, entry: bytes) -> bool:
    """A file that git was ended in the middle of writing: it begins like the one in the commit."""
    if entry[:2] != b" M":
        return False
    path = os.fsdecode(entry[3:])
    file = worktree / path
    if file.is_symlink() or not file.is_file():
        return False
    whole = await read("cat-file", "--filters", f"{base}:{path}", cwd=worktree, check=False)
    return whole.returncode == 0 and whole.stdout.startswith(await asyncio.to_thread(file.read_bytes))
