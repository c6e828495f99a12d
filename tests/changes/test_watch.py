"""The watch says that something changed, when something did."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

from parsess_lab.changes import watch
from tests.changes.repository import Repository


async def news(found: AsyncIterator[frozenset[str]]) -> frozenset[str]:
    async with asyncio.timeout(20):
        return await anext(found)


async def until(found: AsyncIterator[frozenset[str]], what: str) -> None:
    while what not in await news(found):
        pass


async def test_files_index_and_branches_count(repository: Repository) -> None:
    repository.commit({"d/f": "1\n", ".gitignore": "/build/\n*.log\n"})
    async with aclosing(watch(repository.path)) as found:
        assert await news(found) == {"files", "repository"}
        repository.write({"d/f": "2\n"})
        assert await news(found) == {"files"}
        repository.git("add", "d/f")
        assert await news(found) == {"repository"}
        repository.git("branch", "other")
        assert await news(found) == {"repository"}
        repository.write({"top": "1\n"})
        assert "files" in await news(found)


async def test_noise_does_not_count(repository: Repository) -> None:
    repository.commit({"d/f": "1\n", ".gitignore": "*.log\n"})
    (repository.path / "d/sub").mkdir()
    async with aclosing(watch(repository.path)) as found:
        await news(found)
        repository.write({"d/sub/x.log": "1"})
        repository.git("hash-object", "-w", "--stdin", input=b"x")
        await repository.listed()
        await repository.snapshots.take()
        repository.write({"d/f": "2\n"})
        assert await news(found) == {"files"}


async def test_folders_that_come_are_watched_too(repository: Repository) -> None:
    repository.commit({"f": "1\n"})
    async with aclosing(watch(repository.path)) as found:
        await news(found)
        repository.write({"new/deep/x": "1\n"})
        await until(found, "files")
        if (repository.path / "new").is_dir():
            await news(found)  # the watch stands anew
        repository.write({"new/deep/x": "2\n"})
        await until(found, "files")


async def test_a_linked_worktree_and_a_plain_directory(repository: Repository, place: Path) -> None:
    repository.commit({"f": "1\n"})
    repository.git("worktree", "add", "-q", "--detach", str(place / "w"))
    linked = Repository(place / "w", init=False)
    async with aclosing(watch(linked.path)) as found:
        await news(found)
        linked.write({"f": "2\n"})
        assert await news(found) == {"files"}
        linked.git("add", "f")
        assert await news(found) == {"repository"}
    (place / "plain/d").mkdir(parents=True)
    async with aclosing(watch(place / "plain")) as found:
        await news(found)
        (place / "plain/d/x").touch()
        assert await news(found) == {"files"}


async def test_it_ends_with_the_directory_and_leaves_no_thread(repository: Repository) -> None:
    repository.commit({"f": "1\n"})
    before = threading.active_count()
    seen = 0
    async with asyncio.timeout(20):
        async for _ in watch(repository.path):
            seen += 1
            if seen == 1:
                shutil.rmtree(repository.path)
    assert seen >= 1
    assert [thread for thread in threading.enumerate() if thread.name == "parsess-watch"] == []
    assert threading.active_count() <= before + 4  # those of the loop's own pool


async def test_cancelling_ends_it(repository: Repository) -> None:
    repository.commit({"f": "1\n"})
    stands = asyncio.Event()

    async def look() -> None:
        async with aclosing(watch(repository.path)) as found:
            async for _ in found:
                stands.set()

    task = asyncio.create_task(look())
    await stands.wait()
    task.cancel()
    await asyncio.wait({task}, timeout=5)
    assert task.cancelled()
    assert [thread for thread in threading.enumerate() if thread.name == "parsess-watch"] == []
