"""The agent follows the person into another directory, inside the session's own."""

from __future__ import annotations

from pathlib import Path

from tests.api.client import Client


async def test_the_agent_follows_and_goes_on_there(client: Client, root: Path) -> None:
    (root / "alpha/sub").mkdir(parents=True)
    id = (await client.create("alpha"))["id"]
    answer = await client.call("POST", "sessions", id, "directory", body={"directory": "alpha/sub"})
    assert (answer.status, answer.body) == (200, {"directory": str(root / "alpha/sub")})
    [moved] = [
        stored["event"] for stored in await client.events(id) if "directory_changed" in str(stored["event"])
    ]
    assert (moved["directory"], moved["origin"]) == (str(root / "alpha/sub"), "person")


async def test_it_does_not_leave_the_session_s_directory(client: Client, root: Path) -> None:
    (root / "alpha").mkdir(exist_ok=True)
    (root / "beta").mkdir(exist_ok=True)
    (root / "alpha/link").symlink_to(root / "beta")
    id = (await client.create("alpha"))["id"]
    for directory, refusal in [
        ("beta", (403, "outside_session")),
        ("alpha/link", (403, "outside_session")),
        ("alpha/missing", (404, "directory_missing")),
        ("/", (403, "outside_allowed_roots")),
    ]:
        answer = await client.call("POST", "sessions", id, "directory", body={"directory": directory})
        assert answer.refusal == refusal, directory
    assert "directory_changed" not in str(await client.events(id))
