"""Bringing back what was removed: byte for byte, whatever state it was in."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from parsess_lab.errors import Conflict, GitFailed, NotFound
from parsess_lab.worktrees import Record, Wanted, Worktrees
from tests.worktrees.removing import around, kinds, refused
from tests.worktrees.repository import Repository, files, picture


def _conflict(made: Repository) -> None:
    made.git("checkout", "-q", "-b", "side")
    made.write("a.txt", "theirs\n")
    made.commit("theirs")
    made.git("checkout", "-q", "parsess/work")
    made.write("a.txt", "ours\n")
    made.commit("ours")
    made.git("merge", "-q", "side", check=False)


def _rebase(made: Repository) -> None:
    made.git("checkout", "-q", "-b", "side")
    made.write("a.txt", "theirs\n")
    made.commit("theirs")
    made.git("checkout", "-q", "parsess/work")
    made.write("a.txt", "ours\n")
    made.commit("ours")
    made.git("rebase", "-q", "side", check=False)


def _flags(made: Repository) -> None:
    made.git("update-index", "--skip-worktree", "a.txt")
    made.git("update-index", "--assume-unchanged", "d/b.txt")
    made.write("a.txt", "nobody sees this\n")
    made.write("d/b.txt", "nor this\n")


def _nested(made: Repository) -> None:
    inner = Repository.make(made.path / "inner")
    inner.write("x", "uncommitted in the inner one")


def _staged(made: Repository) -> None:
    made.write("a.txt", "staged\n")
    made.git("add", "a.txt")
    made.write("a.txt", "and changed again\n")
    made.git("rm", "-q", "--cached", "d/b.txt")
    made.write("later", "l")
    made.git("add", "--intent-to-add", "later")


def _modes(made: Repository) -> None:
    made.write("secret", "s").chmod(0o400)
    (made.path / "a.txt").chmod(0o755)
    (made.path / "d" / "b.txt").chmod(0o600)
    (made.path / "closed").mkdir()
    made.write("closed/x", "x")
    (made.path / "closed").chmod(0o500)
    (made.path / "hollow" / "deep").mkdir(parents=True)


def _links(made: Repository) -> None:
    (made.path / "to-file").symlink_to("a.txt")
    (made.path / "to-nowhere").symlink_to("/nowhere")
    (made.path / "to-folder").symlink_to(made.path.parent / "project")
    (made.path / "a.txt").unlink()
    (made.path / "a.txt").symlink_to("d/b.txt")


def _names(made: Repository) -> None:
    for name in ("new\nline", 'quo"te', "back\\slash", "tab\t", " space ", "-dash", "ü" * 127, "*", "日本"):
        made.write(name, name)
    (made.path / "x\udcff".encode(errors="surrogateescape").decode(errors="surrogateescape")).write_text(
        "bytes"
    )


def _orphan(made: Repository) -> None:
    made.git("checkout", "-q", "--orphan", "fresh")
    made.write("only", "here")
    made.git("add", "only")


def _pick(made: Repository) -> None:
    made.git("bisect", "start")
    made.git("config", "extensions.worktreeConfig", "true")
    made.git("config", "--worktree", "core.commentChar", ";")
    made.git("update-ref", "refs/worktree/mine", "HEAD")


STATES: dict[str, tuple[Callable[[Repository], None], list[str]]] = {
    "merge with conflicts": (_conflict, ["dirty", "unmerged"]),
    "rebase with conflicts": (_rebase, ["dirty", "detached"]),
    "files git was told to overlook": (_flags, ["dirty"]),
    "repository inside": (_nested, ["untracked"]),
    "staged and changed again": (_staged, ["dirty", "untracked"]),
    "modes": (_modes, ["dirty", "untracked"]),
    "links": (_links, ["dirty", "untracked"]),
    "names": (_names, ["untracked"]),
    "branch without a commit": (_orphan, ["dirty"]),
    "bisection and own settings": (_pick, ["dirty"]),
}


@pytest.mark.parametrize("state", STATES)
def test_comes_back_byte_for_byte(worktrees: Worktrees, record: Record, made: Repository, state: str) -> None:
    prepare, expected = STATES[state]
    prepare(made)
    found = kinds(worktrees, record)
    assert set(expected) <= set(found), found
    assert refused(worktrees, record, [kind for kind in found if kind != expected[0]]).code == "would_lose"
    around(worktrees, record, found)


def test_links_are_never_followed(worktrees: Worktrees, record: Record, made: Repository, room: Path) -> None:
    outside = Repository.make(room / "work" / "outside")
    (made.path / "data").symlink_to(outside.path)
    (made.path / "d" / "up").symlink_to("../..")
    before = files(outside.path)
    asyncio.run(worktrees.remove(record.id, ["untracked", "ignored"]))
    assert files(outside.path) == before


def test_commits_in_the_reflog_alone_survive_a_collection(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    made.write("x", "amended away")
    lost = made.commit("will be amended")
    made.write("x", "in its place")
    made.git("add", "x")
    made.git("commit", "-q", "--amend", "-m", "amended")
    made.write("staged", "only in the index")
    made.git("add", "staged")
    staged = made.git("hash-object", "staged")
    (made.path / "staged").unlink()
    asyncio.run(worktrees.remove(record.id, kinds(worktrees, record)))
    repository.git("reflog", "expire", "--expire=now", "--all")
    repository.git("gc", "-q", "--prune=now")
    asyncio.run(worktrees.restore(record.id))
    assert made.git("cat-file", "-t", lost) == "commit"
    assert made.git("cat-file", "blob", staged) == "only in the index"
    assert made.git("diff", "--cached", "--name-only") == "staged"


def test_git_refusing_puts_everything_back(
    worktrees: Worktrees, record: Record, made: Repository, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git deletes what it can before it stumbles over what it can't: all of it comes back."""
    made.write("a.txt", "dirty\n")
    made.write(".env", "SECRET=1")
    before = picture(made)
    stumbling = room / "bin" / "git"
    stumbling.parent.mkdir()
    stumbling.write_text(
        f'#!/bin/sh\ncase "$*" in *"worktree remove"*) cd {made.path} && rm -r a.txt .env d; exit 128;; esac\n'
        f'exec {shutil.which("git")} "$@"\n'
    )
    stumbling.chmod(0o755)
    with monkeypatch.context() as patched:
        patched.setenv("PATH", f"{stumbling.parent}:{os.environ['PATH']}")
        assert refused(worktrees, record, ["dirty", "ignored"]).code == "git_refused"
    assert picture(made) == before
    assert asyncio.run(worktrees.all())[0].removed is None


def test_undo_overwrites_nothing(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    made.write("x", "x")
    head = made.commit("work")
    asyncio.run(worktrees.remove(record.id, ["unmerged"]))
    made.path.mkdir()
    with pytest.raises(Conflict) as caught:
        asyncio.run(worktrees.restore(record.id))
    assert caught.value.code == "folder_exists"
    made.path.rmdir()
    repository.git("branch", "parsess/work", "main")
    _, restored = asyncio.run(worktrees.restore(record.id))
    assert restored.branch is None
    assert "parsess/work" in restored.notes[0]
    assert (made.head(), repository.head("parsess/work")) == (head, repository.head("main"))
    assert made.git("status", "--porcelain") == ""
    with pytest.raises(Conflict):
        asyncio.run(worktrees.restore(record.id))


def test_upstream_and_reflog_of_the_branch_come_back(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository, room: Path
) -> None:
    repository.clone_as_remote(room / "origin.git")
    made.git("push", "-q", "-u", "origin", "parsess/work")
    log = made.git("reflog", "parsess/work")
    around(worktrees, record, kinds(worktrees, record))
    assert made.git("rev-parse", "--abbrev-ref", "@{upstream}") == "origin/parsess/work"
    assert made.git("reflog", "parsess/work") == log


def test_snapshots_expire(repository: Repository, room: Path, worktrees: Worktrees, record: Record) -> None:
    asyncio.run(worktrees.remove(record.id))
    assert asyncio.run(worktrees.expire()) == []
    late = Worktrees(room / "state", [room / "work"], keep=timedelta(seconds=-1))
    assert asyncio.run(late.expire()) == [record.id]
    assert repository.git("for-each-ref", "refs/parsess") == ""
    assert asyncio.run(late.all()) == []
    with pytest.raises(NotFound):
        asyncio.run(late.restore(record.id))


@pytest.fixture
def filtered(repository: Repository, worktrees: Worktrees) -> Record:
    """A worktree with large files that a filter of the name of LFS makes."""
    repository.git("config", "filter.lfs.clean", "sed s/^content-//")
    repository.git("config", "filter.lfs.smudge", "sed s/^/content-/")
    repository.git("config", "filter.lfs.required", "true")
    repository.write(".gitattributes", "*.bin filter=lfs -text\n")
    for number in range(3):
        repository.write(f"{number}.bin", f"content-{number}" * 1000 + "\n")
    repository.commit("large files")
    return asyncio.run(worktrees.create(Wanted(directory=repository.path, name="large")))


def test_files_whose_filter_fails_are_a_note(
    repository: Repository, worktrees: Worktrees, filtered: Record
) -> None:
    made = Repository(Path(filtered.path))
    made.write("d/b.txt", "dirty\n")
    before = files(made.path)
    asyncio.run(worktrees.remove(filtered.id, ["dirty"]))
    repository.git("config", "filter.lfs.smudge", "echo no network >&2; false")
    _, restored = asyncio.run(worktrees.restore(filtered.id))
    [note] = restored.notes
    assert note.startswith("3 files that a filter makes are missing (0.bin, 1.bin, 2.bin)")
    assert made.read("d/b.txt") == "dirty\n"
    repository.git("config", "filter.lfs.smudge", "sed s/^/content-/")
    assert "`git ls-files -z --deleted | git checkout-index -z --stdin`" in note
    made.git("checkout-index", *made.git("ls-files", "--deleted").split())
    after = files(made.path)
    assert {name: one[-1] for name, one in after.items()} == {name: one[-1] for name, one in before.items()}


def test_an_undo_that_failed_half_way_can_be_tried_again(
    worktrees: Worktrees, dirty: Record, made: Repository
) -> None:
    before = picture(made)
    asyncio.run(worktrees.remove(dirty.id, kinds(worktrees, dirty)))
    objects = Path(dirty.repository) / "objects"
    hidden = objects.with_name("objects-away")
    blob = next(objects.glob(f"{_blob_of('u')[:2]}/*"))
    hidden.mkdir()
    away = blob.rename(hidden / blob.name)
    with pytest.raises(GitFailed):
        asyncio.run(worktrees.restore(dirty.id))
    assert made.path.is_dir()
    away.rename(blob)
    asyncio.run(worktrees.restore(dirty.id))
    assert picture(made) == before


def _blob_of(text: str) -> str:
    return hashlib.sha1(f"blob {len(text)}\0{text}".encode(), usedforsecurity=False).hexdigest()
