"""git as a subprocess: bounded, never interactive, gone with all it started."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from parsess_lab.errors import GitFailed
from parsess_lab.git import common_dir, environment, git, git_dir, lock, read
from tests.worktrees.repository import Repository, alive


def failed(*args: str, cwd: Path, **options: float) -> GitFailed:
    with pytest.raises(GitFailed) as caught:
        asyncio.run(git(*args, cwd=cwd, **options))  # type: ignore[arg-type]
    return caught.value


def test_output_input_and_exit_code(repository: Repository) -> None:
    blob = repository.head("HEAD:d/b.txt").encode()  # much faster to look up than the path
    said = asyncio.run(git("cat-file", "--batch", cwd=repository.path, input=(blob + b"\n") * 20_000))
    assert said.stdout.count(b"\nb\n") == 20_000
    assert (
        asyncio.run(
            git("diff", "--no-index", "a.txt", "d/b.txt", cwd=repository.path, check=False)
        ).returncode
        == 1
    )


def test_failures_say_what_git_said(repository: Repository, room: Path) -> None:
    error = failed("rev-parse", "--verify", "nope", cwd=repository.path)
    assert (error.code, error.returncode, error.arguments) == (
        "git_failed",
        128,
        ("rev-parse", "--verify", "nope"),
    )
    assert "Needed a single revision" in error.message
    assert "not a directory" in failed("status", cwd=room / "nowhere").message


def test_too_slow_too_much_and_nothing_survives(repository: Repository) -> None:
    pid = repository.path / "pid"
    slow = failed(
        "-c", f"alias.slow=!sleep 600 & echo $! > {pid}; wait", "slow", cwd=repository.path, timeout=0.5
    )
    assert slow.code == "git_timeout"
    assert not alive(int(pid.read_text()))
    assert failed("-c", "alias.much=!yes", "much", cwd=repository.path, limit=2**20).code == "git_too_much"


def test_cancelling_ends_it_and_leaves_no_lock(repository: Repository) -> None:
    repository.write(".gitattributes", "*.slow filter=slow\n")
    repository.git("config", "filter.slow.clean", "sleep 600")
    repository.write("x.slow", "x")

    async def cancelled(after: float) -> None:
        task = asyncio.create_task(git("add", "x.slow", cwd=repository.path))
        await asyncio.sleep(after)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    for after in (0.0, 0.001, 0.2):
        asyncio.run(cancelled(after))
        assert not (repository.path / ".git" / "index.lock").exists()


def test_a_job_left_behind_does_not_hold_it_up(repository: Repository) -> None:
    begun = time.monotonic()
    failed("-c", "alias.bg=!sleep 600 &", "bg", cwd=repository.path, timeout=1.0)
    assert time.monotonic() - begun < 10


def test_it_asks_nobody(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_EDITOR", "false")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "secret")
    assert asyncio.run(read("rev-parse", "--show-toplevel", cwd=repository.path)).text == str(repository.path)
    found = environment()
    assert found["GIT_TERMINAL_PROMPT"] == "0"
    assert "GIT_INDEX_FILE" not in found
    assert "ANTHROPIC_API_KEY" not in found


def test_reading_takes_no_lock_and_runs_no_monitor(repository: Repository) -> None:
    ran = repository.path / "ran"
    repository.git("config", "core.fsmonitor", f"touch {ran}; false")
    (repository.path / "a.txt").touch()
    before = (repository.path / ".git" / "index").read_bytes()
    asyncio.run(read("status", cwd=repository.path))
    assert (repository.path / ".git" / "index").read_bytes() == before
    assert not ran.exists()


def test_one_lock_for_all_worktrees(repository: Repository, room: Path) -> None:
    repository.git("worktree", "add", "-q", "--detach", room / "w")

    async def look() -> None:
        here, there = await common_dir(repository.path / "d"), await common_dir(room / "w")
        assert here == there == repository.path / ".git"
        assert lock(here) is lock(there)
        assert lock(here) is not lock(here, "landing")
        assert await git_dir(room / "w") == repository.path / ".git" / "worktrees" / "w"

    asyncio.run(look())
