"""What is new on the remote is asked for by the form, and only then."""

from __future__ import annotations

from pathlib import Path

from tests.api.client import Client
from tests.worktrees.repository import Repository


async def test_the_age_of_a_base_is_told_after_the_remote_was_asked(
    client: Client, project: Repository, root: Path
) -> None:
    project.git("clone", "-q", project.path, root / "clone")
    project.write("a.txt", "newer\n")
    project.git("commit", "-qam", "Newer")
    before = (await client.call("GET", "bases", params={"directory": "clone"})).body
    assert before["head"]["behind"] == 0
    after = (await client.call("POST", "bases", body={"directory": "clone"})).body
    assert after["note"] is None
    assert after["head"]["behind"] == 1
    assert "1 commit behind origin/main" in after["head"]["age"]


async def test_a_remote_that_cannot_be_asked_is_a_note(client: Client, project: Repository) -> None:
    project.git("remote", "add", "origin", "file:///nowhere/at/all")
    found = (await client.call("POST", "bases", body={"directory": "shop", "name": "tax"})).body
    assert "could not fetch" in found["note"]
    assert found["suggestion"]["branch"] == "parsess/tax"


async def test_only_what_is_open_to_the_person_is_asked_about(client: Client, project: Repository) -> None:
    outside = await client.call("POST", "bases", body={"directory": "/etc"})
    assert outside.refusal == (403, "outside_allowed_roots")
    unknown = await client.call("POST", "bases", body={"directory": "shop", "base": "nonesuch"})
    assert unknown.refusal == (400, "unknown_base")
