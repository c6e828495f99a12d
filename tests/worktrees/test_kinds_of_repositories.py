"""Repositories that are not plain: made, removed, brought back and landed like any other."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from parsess_lab.worktrees import Landing, Wanted, Worktrees
from tests.worktrees.repository import Repository, picture

_POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'ab' * 32}\nsize 12\n"


def _plain(repository: Repository, room: Path) -> None:
    pass


def _submodules(repository: Repository, room: Path) -> None:
    inner = Repository.make(room / "inner")
    outer = Repository.make(room / "outer")
    outer.git("submodule", "-q", "add", inner.path, "deep")
    outer.commit("nested")
    repository.git("submodule", "-q", "add", "--name", "other-name", outer.path, "lib/outer")
    repository.git("submodule", "-q", "update", "--init", "--recursive")
    repository.commit("submodules")


def _lfs(repository: Repository, room: Path) -> None:
    """Pointers in git, content through a filter: as LFS does it."""
    repository.git("config", "filter.lfs.clean", "sed s/^content-//")
    repository.git("config", "filter.lfs.smudge", "sed s/^/content-/")
    repository.git("config", "filter.lfs.required", "true")
    repository.write(".gitattributes", "*.bin filter=lfs -text\n")
    for number in range(3):
        repository.write(f"{number}.bin", f"content-{number}\n")
    repository.commit("large files")


def _lfs_missing(repository: Repository, room: Path) -> None:
    """Pointers on a machine without git-lfs: they are just text."""
    repository.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
    repository.write("x.bin", _POINTER)
    repository.commit("pointers")


def _sparse(repository: Repository, room: Path) -> None:
    repository.write("big/data/x", "x")
    repository.write("src/y", "y")
    repository.commit("folders")
    repository.git("sparse-checkout", "set", "--cone", "src", "d")


def _autocrlf(repository: Repository, room: Path) -> None:
    repository.write("windows.txt", "one\r\ntwo\r\n")
    repository.commit("line ends")
    repository.git("config", "core.autocrlf", "true")


def _attributes(repository: Repository, room: Path) -> None:
    repository.write(
        ".gitattributes", "*.txt text eol=crlf\n*.id ident\n*.utf16 working-tree-encoding=UTF-16LE eol=lf\n"
    )
    repository.write("x.id", "$Id$\n")
    (repository.path / "wide.utf16").write_bytes("wide\n".encode("utf-16-le"))
    repository.commit("conversions")


def _links(repository: Repository, room: Path) -> None:
    (repository.path / "to-file").symlink_to("a.txt")
    (repository.path / "to-folder").symlink_to("d")
    (repository.path / "to-nowhere").symlink_to("nowhere")
    (repository.path / "outside").symlink_to(room)
    repository.commit("links")


def _cases(repository: Repository, room: Path) -> None:
    repository.write("Readme", "1")
    repository.commit("upper")
    repository.git("mv", "Readme", "README")
    repository.commit("renamed by case alone")


def _names(repository: Repository, room: Path) -> None:
    for name in ("é" * 127 + "x", "日" * 85, "new\nline", 'quo"te', "-dash", " blank ", "tab\tback\\slash"):
        repository.write(name, name)
    repository.write("/".join(["deep"] * 40) + "/file", "deep")
    repository.commit("names")


def _executable(repository: Repository, room: Path) -> None:
    repository.git("config", "core.fileMode", "false")
    repository.write("run.sh", "#!/bin/sh\n").chmod(0o755)
    repository.commit("modes that git is told to overlook")


def _split_index(repository: Repository, room: Path) -> None:
    repository.git("config", "core.splitIndex", "true")
    repository.git("config", "core.untrackedCache", "true")


KINDS: dict[str, Callable[[Repository, Path], None]] = {
    "plain": _plain,
    "submodules": _submodules,
    "lfs": _lfs,
    "lfs without its program": _lfs_missing,
    "sparse checkout": _sparse,
    "autocrlf": _autocrlf,
    "attributes": _attributes,
    "links": _links,
    "case-only renames": _cases,
    "long and strange names": _names,
    "file modes off": _executable,
    "split index": _split_index,
}


@pytest.fixture(params=KINDS)
def special(request: pytest.FixtureRequest, repository: Repository, room: Path) -> Repository:
    KINDS[request.param](repository, room)
    return repository


def tracked(checkout: Repository) -> dict[str, bytes]:
    """Content of all tracked files that are there, those of submodules too."""
    names = checkout.git("ls-files", "-z", "--recurse-submodules").split("\0")
    there = [name for name in names if name and os.path.lexists(checkout.path / name)]
    return {name: _content(checkout.path / name) for name in there}


def _content(path: Path) -> bytes:
    return os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()


def test_a_worktree_is_what_the_checkout_is(special: Repository, worktrees: Worktrees) -> None:
    record = asyncio.run(worktrees.create(Wanted(directory=special.path, name="x")))
    made = Repository(Path(record.path))
    assert made.git("status", "--porcelain", "--ignore-submodules=none") == ""
    assert set(tracked(made)) == set(tracked(special))
    special.git("rm", "-q", "-r", "--cached", ".", check=False)  # else git sees no reason to write them anew
    special.git("reset", "-q", "--hard")
    assert tracked(made) == tracked(special)
    assert asyncio.run(worktrees.would_lose(record.id)) == []


def test_removed_and_brought_back_byte_for_byte(special: Repository, worktrees: Worktrees) -> None:
    record = asyncio.run(worktrees.create(Wanted(directory=special.path, name="x")))
    made = Repository(Path(record.path))
    made.write("committed.txt", "unix\nline ends\n")
    made.commit("the file on disk is not what a checkout would write")
    made.write("a.txt", "mixed\r\nline\nends\r")
    made.write("staged.txt", "staged\r\n")
    made.git("add", "staged.txt")
    made.write("staged.txt", "changed\n")
    made.write("0.bin", "content-changed\n")
    made.write("1.bin", "never went through the filter\n") if (made.path / "1.bin").exists() else None
    made.write("untracked.id", "$Id: something else $\n")
    made.write("d/data/x", "ignored\r\n")
    before, content = picture(made), tracked(made)
    kinds = [reason.kind for reason in asyncio.run(worktrees.would_lose(record.id))]
    assert {"dirty", "untracked", "ignored", "unmerged"} <= set(kinds)
    asyncio.run(worktrees.remove(record.id, kinds))
    asyncio.run(worktrees.restore(record.id))
    after = picture(made)
    for part, value in before.items():
        assert after[part] == value, part
    assert tracked(made) == content


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_lands(special: Repository, worktrees: Worktrees, how: str) -> None:
    record = asyncio.run(worktrees.create(Wanted(directory=special.path, name="x")))
    made = Repository(Path(record.path))
    made.write("a.txt", "one\ntwo\nthree\nfour\n")
    made.write("d/new.bin", "content-new\n")
    made.commit("work")
    special.write("d/b.txt", "meanwhile\n")
    special.git("commit", "-q", "-a", "-m", "meanwhile")
    assert how in ("merge", "squash", "rebase")
    asyncio.run(worktrees.land(Landing(directory=made.path, how=how, target="main", message="landed")))  # type: ignore[arg-type]
    assert special.git("status", "--porcelain", "--untracked-files=no") == ""
    assert special.git("show", "HEAD:a.txt") == "one\ntwo\nthree\nfour"
    assert special.git("show", "HEAD:d/b.txt") == "meanwhile"
    assert made.git("show", "HEAD:d/new.bin") == special.git("show", "HEAD:d/new.bin")
    assert special.read("d/new.bin").splitlines() == made.read("d/new.bin").splitlines()
    assert "skip" not in special.git("ls-files", "-v")


def test_work_in_submodules_is_named_and_comes_back(
    repository: Repository, worktrees: Worktrees, room: Path
) -> None:
    _submodules(repository, room)
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="x")))
    outer = Repository(Path(record.path) / "lib" / "outer")
    deep = Repository(outer.path / "deep")
    assert outer.git("remote", "get-url", "origin") == str(room / "outer")
    deep.git("checkout", "-q", "-b", "mine")
    deep.write("x", "x")
    only = deep.commit("only in this submodule of this worktree")
    deep.git("checkout", "-q", "--detach", "HEAD~1")
    deep.write(".env", "ignored in the submodule")
    [reason] = asyncio.run(worktrees.would_lose(record.id))
    assert reason.kind == "submodules"
    assert "other-name/modules/deep (1 commit only here)" in reason.detail
    assert "lib/outer/deep/.env" in reason.detail
    asyncio.run(worktrees.remove(record.id, ["submodules"]))
    asyncio.run(worktrees.restore(record.id))
    assert deep.head("mine") == only
    assert deep.read(".env") == "ignored in the submodule"
    assert Repository(Path(record.path)).git("submodule", "status", "--recursive")[0] == " "


def test_twenty_thousand_files(repository: Repository, worktrees: Worktrees) -> None:
    for folder in range(200):
        (repository.path / f"f{folder}").mkdir()
        for number in range(100):
            (repository.path / f"f{folder}" / f"{number}.txt").write_text(f"{folder} {number}\n")
    repository.commit("many")
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="x")))
    made = Repository(Path(record.path))
    for folder in range(0, 200, 10):
        made.write(f"f{folder}/1.txt", "changed")
        made.write(f"f{folder}/new", "untracked")
    before = picture(made)
    asyncio.run(worktrees.remove(record.id, ["dirty", "untracked"]))
    asyncio.run(worktrees.restore(record.id))
    after = picture(made)
    for part, value in before.items():
        assert after[part] == value, part
