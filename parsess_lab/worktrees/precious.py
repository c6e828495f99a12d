"""Which ignored files somebody would miss. What a tool makes again by itself is not among them."""

from __future__ import annotations

import filecmp
import os
from pathlib import Path

from parsess_lab.git import read
from parsess_lab.worktrees.inventory import Skip

_CACHES = frozenset(
    {
        b"__pycache__", b".mypy_cache", b".pytest_cache", b".ruff_cache", b".hypothesis", b".tox", b".nox",
        b".import_linter_cache", b".parcel-cache", b".turbo",
    }
)  # fmt: skip
_PACKAGES = frozenset({b"node_modules", b".pixi", b".conda"})
_MARK = "pyvenv.cfg"
_ENVIRONMENT = frozenset(
    {
        _MARK, "bin", "lib", "lib64", "include", "share", "etc", "man", "Scripts", "Lib", "Include",
        ".gitignore", ".lock", "CACHEDIR.TAG",
    }
)  # fmt: skip
"""What venv, virtualenv, uv and installed packages put at the top of a Python environment."""
_MADE_AGAIN_FILES = (b".pyc", b".pyo", b".DS_Store")
_BY_THE_WAY = (b".ipynb_checkpoints",)  # kept in a snapshot, but not worth a question


async def ignored(worktree: Path) -> list[bytes]:
    """Ignored files and directories (those with a slash at the end hold nothing else), relative."""
    said = await read(
        "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z", cwd=worktree
    )
    return said.fields()


def made_again(path: bytes, whole: str) -> bool:
    """Whether a directory's content comes from a tool and comes back by running it."""
    name = os.path.basename(path)  # noqa: PTH119 - bytes
    return name in _CACHES or name in _PACKAGES or _is_environment(whole) or _is_of_environment(path, whole)


def is_cache(path: bytes) -> bool:
    """Whether a directory that is made again is so without anybody doing anything for it."""
    return os.path.basename(path) in _CACHES  # noqa: PTH119 - bytes


def _is_environment(whole: str) -> bool:
    """A Python environment and nothing else: notebooks or sources that somebody keeps in one are theirs."""
    try:
        names = set(os.listdir(whole))  # noqa: PTH208
    except OSError:
        return False
    return _MARK in names and names <= _ENVIRONMENT


def _is_of_environment(path: bytes, whole: str) -> bool:
    """What an environment below the top consists of, though there is more in it."""
    folder, name = os.path.split(whole)
    inside = b"/" in path and name in _ENVIRONMENT
    return inside and os.path.isfile(os.path.join(folder, _MARK))  # noqa: PTH113, PTH118


def trifle(path: bytes) -> bool:
    """Whether nobody would ask for it: editors' and compilers' by-products."""
    name = os.path.basename(path.rstrip(b"/"))  # noqa: PTH119 - bytes
    return name in _BY_THE_WAY or name.endswith(_MADE_AGAIN_FILES)


def skipper(paths: list[bytes]) -> Skip:
    """For a walk: passes over directories that are ignored and made again."""
    folders = tuple(path for path in paths if path.endswith(b"/"))

    def skip(path: bytes, whole: str) -> bool:
        return (path + b"/").startswith(folders) and made_again(path, whole) if folders else False

    return skip


def missed(worktree: Path, paths: list[bytes], source: Path | None) -> list[str]:
    """Those of the ignored ``paths`` that exist nowhere else. Blocks on the disk."""
    filecmp.clear_cache()
    found: list[str] = []
    for path in paths:
        found.extend(os.fsdecode(one) for one in _missed(os.fsencode(worktree), path, source))
    return found


def _missed(top: bytes, path: bytes, source: Path | None) -> list[bytes]:
    whole = top + b"/" + path.rstrip(b"/")
    if trifle(path) or _is_of_environment(path.rstrip(b"/"), os.fsdecode(whole)):
        return []
    if not path.endswith(b"/"):
        return [] if _same(whole, path, source) else [path]
    if made_again(path.rstrip(b"/"), os.fsdecode(whole)):
        return []
    found: list[bytes] = []
    with os.scandir(whole) as entries:
        for entry in sorted(entries, key=lambda item: item.name):
            slash = b"/" if entry.is_dir(follow_symlinks=False) else b""
            found.extend(_missed(top, path + entry.name + slash, source))
    return found


def _same(whole: bytes, path: bytes, source: Path | None) -> bool:
    """Whether the source checkout has the very same file, as after ``.worktreeinclude``."""
    if source is None or os.path.islink(whole):  # noqa: PTH114 - bytes
        return False
    other = os.fsencode(source) + b"/" + path
    try:
        return os.path.isfile(other) and filecmp.cmp(whole, other, shallow=False)  # noqa: PTH113 - bytes
    except OSError:
        return False
