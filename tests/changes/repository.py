"""Real repositories to change things in."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from parsess_lab.changes import ChangeList, Changes, FileChange, Snapshots

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


class Repository:
    """A checkout at ``path`` with a session's changes and snapshots."""

    def __init__(self, path: Path, *, init: bool = True) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        if init:
            self.git("init", "-q", "-b", "main")
            self.git("config", "user.name", "A")
            self.git("config", "user.email", "a@example.org")
        self.folder = path.parent / f"{path.name}-data"
        self.reopen()

    def reopen(self, directory: Path | None = None, base: str | None = None) -> None:
        """As after a restart of the server."""
        self.snapshots = Snapshots(directory or self.path, session="s1", folder=self.folder)
        self.changes = Changes(directory or self.path, snapshots=self.snapshots, base=base)

    def git(self, *args: str | bytes | Path, input: bytes | None = None, check: bool = True) -> bytes:
        done = subprocess.run(
            ["git", *args], cwd=self.path, env=ENVIRONMENT, input=input, capture_output=True, check=False
        )
        assert not check or done.returncode == 0, (args, done.stderr)
        return done.stdout

    def write(self, files: dict[str | bytes, str | bytes]) -> None:
        for name, content in files.items():
            path = self.path / os.fsdecode(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, files: dict[str | bytes, str | bytes] | None = None, message: str = "c") -> str:
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD").decode().strip()

    def index(self) -> bytes:
        return self.git("ls-files", "-s", "-z")

    def standing(self) -> tuple[bytes, ...]:
        """What neither a snapshot nor a rewind may touch."""
        git_dir = Path(os.fsdecode(self.git("rev-parse", "--absolute-git-dir").strip()))
        index = git_dir / "index"
        return (
            index.read_bytes() if index.exists() else b"",
            (git_dir / "HEAD").read_bytes(),
            self.git("for-each-ref", "refs/heads", "refs/tags", "refs/remotes", "refs/stash"),
            self.git("stash", "list"),
        )

    def tree(self) -> dict[bytes, tuple[str, bytes]]:
        """Every file and link outside ``.git``, with kind, executable bit and content."""
        return tree(self.path)

    async def listed(self, scope: str = "uncommitted") -> dict[str, FileChange]:
        found: ChangeList = await self.changes.list(scope)  # type: ignore[arg-type]
        return {file.path: file for file in found.files}


def tree(top: Path) -> dict[bytes, tuple[str, bytes]]:
    found = {}
    for folder, folders, files in os.walk(top):
        if ".git" in folders:
            folders.remove(".git")
        for path in (Path(folder) / name for name in (*files, *folders)):
            name = os.fsencode(path.relative_to(top))
            if path.is_symlink():
                found[name] = ("link", os.fsencode(path.readlink()))
            elif path.is_file() and path.name != ".git":
                kind = "program" if path.stat().st_mode & 0o100 else "file"
                found[name] = (kind, path.read_bytes())
    return found


def clear(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
