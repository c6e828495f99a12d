"""A real repository to test with, and a picture of a directory to compare byte for byte."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil

IGNORED = ".env\ndata/\n__pycache__/\n*.log\n"


@dataclass(frozen=True, slots=True)
class Repository:
    path: Path

    @classmethod
    def make(cls, path: Path) -> Repository:
        path.mkdir(parents=True)
        made = cls(path)
        made.git("init", "-q", "-b", "main")
        made.write("a.txt", "one\ntwo\nthree\n")
        made.write("d/b.txt", "b\n")
        made.write(".gitignore", IGNORED)
        made.commit("first")
        return made

    def at(self, path: Path | str) -> Repository:
        """Another checkout of it."""
        return Repository(Path(path))

    def git(self, *args: str | Path, check: bool = True) -> str:
        said = subprocess.run(
            ["git", *args], cwd=self.path, check=False, capture_output=True, stdin=subprocess.DEVNULL
        )
        if check and said.returncode != 0:
            raise AssertionError(f"git {args}: {said.stderr.decode(errors='replace')}")
        return os.fsdecode(said.stdout).rstrip("\n")

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def read(self, name: str) -> str:
        return (self.path / name).read_bytes().decode()

    def commit(self, message: str) -> str:
        self.git("add", "--all")
        self.git("commit", "-q", "-m", message)
        return self.head()

    def head(self, name: str = "HEAD") -> str:
        return self.git("rev-parse", name)

    def branches(self) -> set[str]:
        return set(self.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split())

    def clone_as_remote(self, path: Path) -> None:
        """Make a bare copy and call it origin."""
        self.git("clone", "-q", "--bare", self.path, path)
        self.git("remote", "add", "origin", path)
        self.git("fetch", "-q", "origin")
        self.git("remote", "set-head", "origin", "main")


def alive(pid: int) -> bool:
    """Whether a process still does something: a dead one nobody has asked for does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def files(top: Path) -> dict[str, tuple[object, ...]]:
    """Every file, link and folder below ``top`` with kind, mode and content, but for git's own ``.git`` file."""
    found: dict[str, tuple[object, ...]] = {}
    for here, folders, names in os.walk(os.fsencode(top)):
        for name in [*folders, *names]:
            path = os.path.join(here, name)  # noqa: PTH118 - bytes
            relative = os.path.relpath(path, os.fsencode(top)).decode(errors="surrogateescape")
            if relative != ".git" and not relative.startswith(".git/"):
                found[relative] = _one(path)
    return found


def _one(path: bytes) -> tuple[object, ...]:
    status = os.lstat(path)
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return ("link", os.readlink(path))  # noqa: PTH115 - bytes
    if stat.S_ISDIR(status.st_mode):
        return ("folder", mode)
    with open(path, "rb") as stream:  # noqa: PTH123 - bytes
        return ("file", mode, status.st_mtime_ns, hashlib.sha256(stream.read()).hexdigest())


def picture(checkout: Repository) -> dict[str, object]:
    """All that a person would miss: files, index with stages and flags, branch, what is under way."""
    git_dir = Path(checkout.git("rev-parse", "--absolute-git-dir"))
    return {
        "files": files(checkout.path),
        "index": checkout.git("ls-files", "--stage", "-v", "-z"),
        "status": checkout.git("status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignored"),
        "HEAD": (git_dir / "HEAD").read_text(),
        "commit": checkout.git("rev-parse", "HEAD", check=False),
        "reflog": checkout.git("reflog", "--format=%H %gs", check=False),
        "under way": sorted(
            item.name for item in git_dir.iterdir() if item.name.isupper() or "rebase" in item.name
        ),
        "locked": (git_dir / "locked").read_text() if (git_dir / "locked").exists() else None,
    }
