"""Real kernels, started as JupyterLab starts them: which Python runs the notebooks of a worktree."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import venv
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import ipykernel
import pytest
from jupyter_server.serverapp import ServerApp

from parsess_lab.worktrees import Wanted, Worktrees
from tests.worktrees.repository import Repository

PATIENCE = 60.0  # seconds: a kernel on a busy machine
WHERE = "import os, sys; print(sys.prefix, os.environ.get('VIRTUAL_ENV'))"


class Kernels:
    """The server's kernels, over its REST API and as a notebook would use them."""

    def __init__(self, fetch: Callable[..., Awaitable[Any]], server: ServerApp) -> None:
        self._fetch = fetch
        self._manager = server.kernel_manager

    async def start(self, notebook: str, name: str | None = "python3") -> tuple[int, Any]:
        """As JupyterLab does when a notebook is opened; status and JSON."""
        asked = {"path": notebook, "type": "notebook", "name": "", "kernel": {"name": name}}
        answer = await self._fetch(
            *("api", "sessions"),
            method="POST",
            body=json.dumps(asked),
            raise_error=False,
            request_timeout=PATIENCE,
        )
        return answer.code, json.loads(answer.body)

    async def opened(self, notebook: str, name: str | None = "python3") -> str:
        status, model = await self.start(notebook, name)
        assert status == 201, model
        assert name is None or model["kernel"]["name"] == name
        return str(model["kernel"]["id"])

    async def restart(self, kernel: str) -> None:
        await self._fetch(
            "api", "kernels", kernel, "restart", method="POST", body="", request_timeout=PATIENCE
        )

    async def run(self, kernel: str, code: str) -> str:
        """What the cell prints."""
        printed: list[str] = []
        client = self._manager.get_kernel(kernel).client()
        client.start_channels()
        try:
            async with asyncio.timeout(PATIENCE):
                await client.wait_for_ready()
                await client.execute_interactive(
                    code, output_hook=lambda said: printed.append(said["content"].get("text", ""))
                )
        finally:
            client.stop_channels()
        return "".join(printed).strip()


@pytest.fixture
def repository(jp_root_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Ada")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "ada@example.org")
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Ada")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "ada@example.org")
    return Repository.make(jp_root_dir.resolve() / "shop")


@pytest.fixture
def worktree(repository: Repository, tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Path:
    made = Worktrees(tmp_path / "state", [repository.path.parent])
    record = jp_asyncio_loop.run_until_complete(made.create(Wanted(directory=repository.path, name="pay")))
    return Path(record.path)


@pytest.fixture
def kernels(
    repository: Repository, jp_fetch: Any, jp_serverapp: ServerApp, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Kernels]:
    manager = jp_serverapp.kernel_manager
    yield Kernels(jp_fetch, jp_serverapp)
    running = [manager.shutdown_kernel(kernel, now=True) for kernel in manager.list_kernel_ids()]
    jp_asyncio_loop.run_until_complete(asyncio.wait_for(asyncio.gather(*running), PATIENCE))


def environment(checkout: Path, *, notebooks: bool = True) -> Path:
    """A real environment, which sees the tests' own packages: as good as an installed ipykernel, and faster."""
    prefix = checkout / ".venv"
    venv.create(prefix, symlinks=True)
    if notebooks:
        [packages] = prefix.glob("lib/python*/site-packages")
        (packages / "tests.pth").write_text(f"{Path(ipykernel.__file__).parents[1]}\n")
    return prefix


async def test_a_worktrees_notebook_runs_its_own_python_and_the_main_checkouts_the_servers(
    kernels: Kernels, repository: Repository, worktree: Path
) -> None:
    own = environment(worktree)
    environment(repository.path)
    within, beside = await asyncio.gather(
        kernels.opened("shop-pay/d/a.ipynb"), kernels.opened("shop/a.ipynb", None)
    )
    assert await kernels.run(within, WHERE) == f"{own} {own}"
    assert (await kernels.run(beside, WHERE)).split()[0] == sys.prefix
    which = "import shutil; print(shutil.which('python'))"
    assert await kernels.run(within, which) == f"{own}/bin/python"


async def test_a_restart_finds_what_was_made_or_removed_meanwhile(kernels: Kernels, worktree: Path) -> None:
    kernel = await kernels.opened("shop-pay/a.ipynb")
    assert (await kernels.run(kernel, WHERE)).split()[0] == sys.prefix
    own = environment(worktree)
    await kernels.restart(kernel)
    assert await kernels.run(kernel, WHERE) == f"{own} {own}"
    shutil.rmtree(own)
    await kernels.restart(kernel)
    assert (await kernels.run(kernel, WHERE)).split()[0] == sys.prefix


async def test_without_ipykernel_nothing_else_runs_instead_and_the_person_is_told_what_to_do(
    kernels: Kernels, worktree: Path
) -> None:
    own = environment(worktree, notebooks=False)
    status, said = await kernels.start("shop-pay/a.ipynb")
    assert status == 500
    assert f"uv pip install --python {own}/bin/python ipykernel" in said["message"]


async def test_a_kernel_chosen_by_name_is_the_persons(
    kernels: Kernels, worktree: Path, jp_data_dir: Path
) -> None:
    spec = jp_data_dir / "kernels" / "mine" / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = ["/usr/bin/env", sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "Mine", "language": "python"}))
    environment(worktree)
    kernel = await kernels.opened("shop-pay/a.ipynb", "mine")
    assert (await kernels.run(kernel, WHERE)).split()[0] == sys.prefix
