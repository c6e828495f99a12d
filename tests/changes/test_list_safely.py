"""Lists of changes that nothing in a repository can bend, and that lead nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from parsess_lab.errors import InvalidRequest
from tests.changes.repository import Repository


@pytest.mark.parametrize(
    "path", ["../x", "/etc/passwd", "a/../../x", ".git/config", "a\0b", "", "a//b", "a/.GIT/x"]
)
async def test_paths_that_lead_out(repository: Repository, path: str) -> None:
    for ask in (
        repository.changes.file,
        repository.changes.sides,
        repository.changes.stage,
        repository.changes.revert,
    ):
        with pytest.raises(InvalidRequest) as error:
            await ask(path)
        assert error.value.code == "bad_path"


async def test_nothing_a_repository_configures_is_run(repository: Repository, place: Path) -> None:
    trap = place / "trap"
    script = place / "trap.sh"
    script.write_text(f"#!/bin/sh\necho $0 >> {trap}\ncat\n")
    script.chmod(0o755)
    repository.commit({"a.txt": "1\n", ".gitattributes": "*.txt diff=evil\n"})
    for hook in (
        "post-checkout",
        "reference-transaction",
        "post-index-change",
        "pre-commit",
        "fsmonitor-watchman",
    ):
        path = repository.path / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(script.read_text())
        path.chmod(0o755)
    for name in (
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "core.fsmonitor",
        "core.pager",
        "core.editor",
    ):
        repository.git("config", name, str(script))
    repository.write({"a.txt": "2\n", "b.txt": "1\n"})
    before = await repository.snapshots.take("x", "before_turn")
    for scope in ("uncommitted", "branch", "turn"):
        await repository.listed(scope)
    await repository.changes.sides("a.txt")
    await repository.changes.stage("a.txt")
    await repository.changes.unstage("a.txt")
    await repository.changes.revert("a.txt")
    await repository.snapshots.rewind(before.id, consent_external=True)
    assert not trap.exists(), trap.read_text()


async def test_settings_that_bend_diffs(repository: Repository) -> None:
    for name, value in {
        "diff.noprefix": "true", "diff.mnemonicPrefix": "true", "diff.context": "0", "diff.suppressBlankEmpty": "true",
        "color.ui": "always", "diff.renames": "false", "core.quotePath": "false", "diff.relative": "true",
        "diff.interHunkContext": "50", "apply.whitespace": "fix", "diff.submodule": "log", "status.short": "true",
    }.items():  # fmt: skip
        repository.git("config", name, value)
    lines = [f"{n}\n\n" for n in range(50)]
    repository.commit({"sub/a": "".join(lines), "b": "x"})
    lines[3], lines[40] = "three \n", "forty\t \n"
    repository.write({"sub/a": "".join(lines)})
    repository.reopen(repository.path / "sub")
    for _ in range(2):
        (file,) = (await repository.changes.list()).files
        loose = [hunk for hunk in file.hunks if not hunk.staged]
        await repository.changes.stage("sub/a", hunks=[loose[0].id])
    assert repository.git("diff", "--name-only") == b""
    assert repository.git("show", ":sub/a") == "".join(lines).encode()


async def test_lists_leave_the_index_file_alone(repository: Repository) -> None:
    repository.commit({"a": "1\n"})
    os.utime(repository.path / "a", (1, 1))
    before = repository.standing()
    for scope in ("uncommitted", "branch"):
        await repository.listed(scope)
    assert repository.standing() == before
