"""All of a worktree as one commit under a private ref: files as their bytes are, index, HEAD, all of it.

Nothing here goes through git's filters or its ignore rules, so what comes back is what was there: line endings,
modes, times, links, files that git ignores, repositories inside. The commit's parents keep every commit that
only this worktree had. Index, HEAD, branches and hooks of the person are not touched.
"""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path
from typing import Any

import msgspec

from parsess_lab.errors import Conflict, NotFound
from parsess_lab.git import git, read
from parsess_lab.worktrees.blobs import is_scratch, noting, skip_of, store_files
from parsess_lab.worktrees.inventory import Entry, Skip, fingerprint
from parsess_lab.worktrees.record import Record, now

REFS = "refs/parsess/removed"
_REFLOG_COMMITS = 64
_SPECIAL = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "ORIG_HEAD", "BISECT_HEAD")
_IDENTITY = {
    "GIT_AUTHOR_NAME": "Parsess Lab", "GIT_AUTHOR_EMAIL": "parsess-lab@localhost",
    "GIT_COMMITTER_NAME": "Parsess Lab", "GIT_COMMITTER_EMAIL": "parsess-lab@localhost",
}  # fmt: skip


class Manifest(msgspec.Struct, kw_only=True):
    """What a snapshot holds."""

    record: Record
    taken_at: str
    git_dir: str
    """Name of the worktree's git directory among those of the repository."""
    head: str | None
    head_ref: str | None
    """Full name of the branch that was checked out."""
    folder_mode: int
    files: list[Entry]
    git_files: list[Entry]
    """The worktree's own git directory: index, HEAD, reflog, a merge under way, submodules' repositories."""
    branch_log: str
    """Blob with the reflog of the branch, empty without one."""
    branch_config: list[tuple[str, str]]
    left_out: list[str]
    """Paths that are not in it: too large, sockets."""
    made_again: list[str] = []
    """Directories that are not in it either, since a tool makes them again: environments, installed packages."""
    format: int = 1


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot just taken."""

    commit: str
    manifest: Manifest


def _is_restless(path: str) -> bool:
    """Whether a file's time changes by looking: git touches the shared part of a split index when it reads it."""
    return is_scratch(path) or path.startswith("sharedindex.")


def ref_of(id: str) -> str:
    return f"{REFS}/{id}"


async def take(record: Record, git_dir: Path, limit: int) -> Taken:
    """Snapshot the worktree of ``record`` and keep it under ``refs/parsess/removed/<id>``.

    Raises GitFailed, OSError.
    """
    worktree = Path(record.path)
    present = worktree.is_dir()
    skip = await skip_of(worktree) if present else None
    manifest = await _manifest(record, worktree if present else None, git_dir, skip, limit)
    commit = await _store(manifest, git_dir)
    await git("update-ref", ref_of(record.id), commit, cwd=git_dir, env={"GIT_DIR": record.repository})
    return Taken(commit=commit, manifest=manifest)


async def look(record: Record, git_dir: Path) -> set[Any]:
    """How all of it looks just now: differs from an earlier look if anything was written since.

    Raises Conflict (``changing``) if files vanish meanwhile.
    """
    worktree = Path(record.path)
    present = worktree.is_dir()
    skip = await skip_of(worktree) if present else None
    return await asyncio.to_thread(_seen, worktree if present else None, git_dir, skip)


def _seen(worktree: Path | None, git_dir: Path, skip: Skip | None) -> set[Any]:
    try:
        files = fingerprint(worktree, skip) if worktree else set()
        return files | {("git", *found) for found in fingerprint(git_dir) if not _is_restless(found[0])}
    except FileNotFoundError as error:
        raise Conflict(f"{error.filename} vanished while it was looked at.", code="changing") from error


async def _manifest(
    record: Record, worktree: Path | None, git_dir: Path, skip: Skip | None, limit: int
) -> Manifest:
    head = await read(
        "rev-parse",
        "-q",
        "--verify",
        "HEAD^{commit}",
        cwd=git_dir,
        env={"GIT_DIR": str(git_dir)},
        check=False,
    )
    ref = await read("symbolic-ref", "-q", "HEAD", cwd=git_dir, env={"GIT_DIR": str(git_dir)}, check=False)
    left_out: list[str] = []
    passed: list[str] = []
    noted = noting(skip, passed) if skip else None
    files = await store_files(worktree, noted, limit, left_out) if worktree else []
    return Manifest(
        record=record, taken_at=now(), git_dir=git_dir.name,
        folder_mode=stat.S_IMODE(worktree.stat().st_mode) if worktree else 0o755,
        head=head.text or None, head_ref=ref.text or None,
        files=files, git_files=await store_files(git_dir, None, limit, left_out, bare=Path(record.repository)),
        branch_log=await _branch_log(record), branch_config=await branch_config(record),
        left_out=left_out, made_again=passed,
    )  # fmt: skip


async def _branch_log(record: Record) -> str:
    path = Path(record.repository) / "logs" / "refs" / "heads" / (record.branch or "")
    if not record.branch or not path.is_file():
        return ""
    said = await git("hash-object", "-w", "--no-filters", "--", path, cwd=Path(record.repository))
    return said.text


async def branch_config(record: Record) -> list[tuple[str, str]]:
    """Settings of the worktree's branch: its upstream, its description."""
    if not record.branch:
        return []
    said = await read("config", "--local", "--null", "--list", cwd=Path(record.repository))
    start = f"branch.{record.branch}."
    pairs = [os.fsdecode(field).partition("\n")[::2] for field in said.fields()]
    return [(key, value) for key, value in pairs if key.startswith(start)]


async def _store(manifest: Manifest, git_dir: Path) -> str:
    repository = Path(manifest.record.repository)
    env = {"GIT_DIR": str(repository)}
    raw = msgspec.json.encode(manifest)
    blob = (await git("hash-object", "-w", "--stdin", cwd=repository, env=env, input=raw)).text
    kept = {entry.content for entry in (*manifest.files, *manifest.git_files) if entry.content}
    kept |= {manifest.branch_log} - {""}
    kept |= await _indexed(git_dir)
    lines = b"".join(b"100644 blob %s\t%s\0" % (one.encode(), one.encode()) for one in sorted(kept))
    objects = (await git("mktree", "-z", "--missing", cwd=repository, env=env, input=lines)).text
    top = f"040000 tree {objects}\tobjects\n100644 blob {blob}\tmanifest.json\n".encode()
    tree = (await git("mktree", cwd=repository, env=env, input=top)).text
    parents = [f"-p{parent}" for parent in await _parents(manifest, git_dir)]
    message = f"Worktree {manifest.record.path} as it was when it was removed\n"
    made = await git("commit-tree", tree, *parents, "-m", message, cwd=repository, env={**env, **_IDENTITY})
    return made.text


async def _indexed(git_dir: Path) -> set[str]:
    """Blobs that the index names, whatever their stage: staged versions may exist nowhere else."""
    said = await read(
        "ls-files", "--stage", "-z", cwd=git_dir, env={"GIT_DIR": str(git_dir), "GIT_WORK_TREE": str(git_dir)}
    )
    fields = [line.split(b" ", 2) for line in said.fields()]
    return {blob.decode() for mode, blob, _ in fields if mode != b"160000"}


async def _parents(manifest: Manifest, git_dir: Path) -> list[str]:
    """HEAD, what a merge or rebase under way refers to, and what only the reflog still knows."""
    env = {"GIT_DIR": str(git_dir)}
    found = [manifest.head] if manifest.head else []
    for name in _SPECIAL:
        if (git_dir / name).exists():
            said = await read(
                "rev-parse", "-q", "--verify", f"{name}^{{commit}}", cwd=git_dir, env=env, check=False
            )
            found += [said.text] if said.returncode == 0 else []
    own = await read(
        *("for-each-ref", "--format=%(objecttype) %(objectname)", "refs/bisect", "refs/worktree", "refs/rewritten"),
        cwd=git_dir, env=env,
    )  # fmt: skip
    found += [line.split()[1] for line in own.text.splitlines() if line.startswith("commit ")]
    logged = await read(
        "log",
        "-g",
        "--format=%H",
        f"--max-count={_REFLOG_COMMITS}",
        "HEAD",
        "--",
        cwd=git_dir,
        env=env,
        check=False,
    )
    tips = list(dict.fromkeys([*found, *logged.text.split()]))
    fewest = (
        await read("merge-base", "--independent", *tips, cwd=git_dir, env=env, check=False) if tips else None
    )
    return list(dict.fromkeys([*found[:1], *(fewest.text.split() if fewest else [])]))


async def load(repository: Path, id: str) -> tuple[str, Manifest]:
    """The commit and manifest of a snapshot. Raises NotFound when it is gone."""
    env = {"GIT_DIR": str(repository)}
    found = await read(
        "rev-parse", "-q", "--verify", f"{ref_of(id)}^{{commit}}", cwd=repository, env=env, check=False
    )
    if found.returncode != 0:
        raise NotFound(f"The snapshot of {id} is gone: it can't be brought back.", code="snapshot_gone")
    raw = await read("cat-file", "blob", f"{found.text}:manifest.json", cwd=repository, env=env)
    return found.text, msgspec.json.decode(raw.stdout, type=Manifest)


async def drop(repository: Path, id: str) -> None:
    await git("update-ref", "-d", ref_of(id), cwd=repository, env={"GIT_DIR": str(repository)}, check=False)
