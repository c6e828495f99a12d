"""A session says which Python it has, and its agent's commands run it."""

from __future__ import annotations

import sys
import venv
from pathlib import Path

from tests.api.client import Client
from tests.api.conftest import Open
from tests.api.test_worktrees import ready
from tests.worktrees.repository import Repository


async def test_of_a_worktree_as_soon_as_its_setup_has_made_one(
    open_session: Open, project: Repository
) -> None:
    command = f"{sys.executable} -m venv --without-pip .venv"
    project.write(".parsess/settings.json", f'{{"worktree": {{"setup": "{command}"}}}}')
    project.commit("a setup")
    venv.create(project.path / ".venv", symlinks=True)
    session = await open_session("shop", worktree={"branch": "tax"})
    summary = await ready(session)
    assert summary["environment"] is None
    worktree = summary["worktree"]["id"]
    [offer] = [(await session.client.call("GET", "worktrees", worktree, "setup")).body["setup"]]
    consent = {"consent": offer["fingerprint"]}
    assert (await session.client.call("POST", "worktrees", worktree, "setup", body=consent)).status == 202
    told = await session.stream.until(lambda event: event.get("step") == "interpreter")
    own = f"{summary['directory']}/.venv"
    version = ".".join(map(str, sys.version_info[:3]))
    assert told["status"] == "done"
    assert told["detail"].startswith(f"{own} (Python {version}). Notebooks need ipykernel in it")
    seen = (await session.summary())["environment"]
    assert seen == {"prefix": own, "version": version, "problem": None}

    await session.prompt("run python -c 'import sys; print(sys.prefix)'")
    question = await session.stream.question()
    await session.answer(question, "allow_once")
    await session.stream.end()
    said = [
        stored["event"] for stored in session.stream.events if stored["event"]["kind"] == "tool_call_update"
    ]
    assert own in str(said[-1])


async def test_of_a_plain_checkout(client: Client, project: Repository, root: Path) -> None:
    own = root / "shop" / ".venv"
    venv.create(own, symlinks=True)
    summary = await client.create("shop/d")
    assert summary["environment"]["prefix"] == str(own)
    project.git("add", "-f", ".venv/pyvenv.cfg")
    summary = await client.create("shop")
    assert "came with the repository" in summary["environment"]["problem"]
    assert (await client.create("alpha"))["environment"] is None
