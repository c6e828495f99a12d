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
from parsess_lab.worktrees import precious
from parsess_lab.worktrees.inventory import Entry, Skip, fingerprint, walk
from parsess_lab.worktrees.record import Record, now

REFS = "refs/parsess/removed"
FILE_LIMIT = 256 * 2**20  # bytes: what is larger is asked about instead of kept
_REFLOG_COMMITS = 64
_SPECIAL = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "ORIG_HEAD", "BISECT_HEAD")
_IDENTITY = {
    "GIT_AUTHOR_NAME": "Parsess Lab", "GIT_AUTHOR_EMAIL": "parsess-lab@localhost",
    "GIT_COMMITTER_NAME": "Parsess Lab", "GIT_COMMITTER_EMAIL": "parsess-lab@localhost",
}  # fmt: skip
_HASH_SECONDS = 900.0


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
    """Paths that are not in it: made again by tools, too large, sockets."""
    format: int = 1


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot just taken."""

    commit: str
    manifest: Manifest


def is_scratch(path: str) -> bool:
    """Whether a file in a worktree's git directory is an index of our own, made anew whenever it is needed."""
    return path.startswith("parsess-") and ".index" in path


def _is_restless(path: str) -> bool:
    """Whether a file's time changes by looking: git touches the shared part of a split index when it reads it."""
    return is_scratch(path) or path.startswith("sharedindex.")


def ref_of(id: str) -> str:
    return f"{REFS}/{id}"


async def skip_of(worktree: Path) -> Skip:
    return precious.skipper(await precious.ignored(worktree))


async def oversized(worktree: Path, git_dir: Path, limit: int) -> list[str]:
    """Files that a snapshot can't hold, relative. Those git has already don't count."""
    entries = await asyncio.to_thread(walk, worktree, await skip_of(worktree))
    large = _too_large(entries, limit, set())
    if large:
        large = _too_large(entries, limit, await _held(worktree))
    private = _too_large(await asyncio.to_thread(walk, git_dir), limit, set())
    return [os.fsdecode(entry.name) for entry in (*large, *private)]


def _too_large(entries: list[Entry], limit: int, held: set[bytes]) -> list[Entry]:
    """Small files first: what is beyond the limit are the largest."""
    found, total = [], 0
    for entry in sorted(entries, key=lambda item: item.size):
        if entry.kind != "file" or entry.name in held:
            continue
        total += entry.size
        if entry.size > FILE_LIMIT or total > limit:
            found.append(entry)
    return found


async def _held(worktree: Path) -> set[bytes]:
    """Tracked files that git sees as clean, and was not told to overlook."""
    listed = await read("ls-files", "-v", "-z", cwd=worktree)
    dirty = await read("diff-files", "--name-only", "--ignore-submodules", "-z", cwd=worktree)
    return {line[2:] for line in listed.fields() if line[:2] == b"H "} - set(dirty.fields())


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
    files = await _hashed(worktree, skip, limit, left_out) if worktree else []
    return Manifest(
        record=record, taken_at=now(), git_dir=git_dir.name,
        folder_mode=stat.S_IMODE(worktree.stat().st_mode) if worktree else 0o755,
        head=head.text or None, head_ref=ref.text or None,
        files=files, git_files=await _hashed(git_dir, None, limit, left_out, bare=Path(record.repository)),
        branch_log=await _branch_log(record), branch_config=await _branch_config(record), left_out=left_out,
    )  # fmt: skip


async def _hashed(
    top: Path, skip: Skip | None, limit: int, left_out: list[str], *, bare: Path | None = None
) -> list[Entry]:
    """All below ``top``, the bytes of its files stored as blobs (of the repository ``bare`` outside a checkout)."""
    entries = [
        entry
        for entry in await asyncio.to_thread(walk, top, skip)
        if bare is None or not is_scratch(entry.path)
    ]
    held = await _held(top) if bare is None else set()
    large = {entry.path for entry in _too_large(entries, limit, held)}
    smudged = await _smudged(top, held)
    left_out += [entry.path for entry in entries if entry.path in large or entry.kind == "other"]
    kept = [entry for entry in entries if entry.path not in large and entry.kind != "other"]
    wanted = [entry for entry in kept if entry.kind == "file" and entry.name not in smudged]
    blobs = await _write_blobs(top, [entry.name for entry in wanted], bare)
    for entry, blob in zip(wanted, blobs, strict=True):
        entry.content = blob
    for entry in kept:
        entry.smudged = entry.name in smudged
    return kept


async def _write_blobs(top: Path, names: list[bytes], bare: Path | None) -> list[str]:
    if not names:
        return []
    prefix = os.fsencode(top) + b"/"
    said = await git(
        *("hash-object", "-w", "--no-filters", "--stdin-paths"),
        cwd=top, input=b"".join(_quoted(prefix + name) + b"\n" for name in names), timeout=_HASH_SECONDS,
        env={"GIT_DIR": str(bare)} if bare else None,
    )  # fmt: skip
    return said.text.split("\n")


def _quoted(path: bytes) -> bytes:
    """C style, as ``--stdin-paths`` reads it: needed for a line break or a quote in a name."""
    if not any(byte < ord(" ") or byte in b'"\\' for byte in path):
        return path
    return (
        b'"'
        + b"".join(b"\\%03o" % byte if byte < ord(" ") or byte in b'"\\' else bytes([byte]) for byte in path)
        + b'"'
    )


async def _smudged(worktree: Path, held: set[bytes]) -> set[bytes]:
    """Clean files that a filter (LFS) made from what git has: the filter makes them again."""
    if not held:
        return set()
    said = await read("config", "--get-regexp", r"^filter\..*\.(smudge|process)$", cwd=worktree, check=False)
    if said.returncode != 0:
        return set()
    paths = b"\0".join(sorted(held)) + b"\0"
    attributes = await read("check-attr", "--stdin", "-z", "filter", cwd=worktree, input=paths)
    fields = attributes.stdout.split(b"\0")
    pairs = zip(fields[::3], fields[2::3], strict=False)
    return {path for path, value in pairs if value not in (b"unspecified", b"unset")}


async def _branch_log(record: Record) -> str:
    path = Path(record.repository) / "logs" / "refs" / "heads" / (record.branch or "")
    if not record.branch or not path.is_file():
        return ""
    said = await git("hash-object", "-w", "--no-filters", "--", path, cwd=Path(record.repository))
    return said.text


async def _branch_config(record: Record) -> list[tuple[str, str]]:
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
