"""The main job: two agents at work side by side, each with its own directory, questions and terminal."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import form, from_launcher, opened, panes, start, wait_until_kept
from tests.journeys.server import LabServer


def repository(path: Path) -> Path:
    path.mkdir(parents=True)
    (path / "README.md").write_text(f"# {path.name}\n", encoding="utf-8")
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], [*identity, "commit", "-q", "-m", "First"]):
        subprocess.run(["git", *command], cwd=path, check=True)
    return path


@pytest.fixture
def repositories(lab_server: LabServer, request: pytest.FixtureRequest) -> tuple[Path, Path]:
    base = lab_server.root / re.sub(r"\W+", "-", request.node.name)
    return repository(base / "alpha"), repository(base / "beta")


def test_two_sessions_work_side_by_side_and_are_back_after_a_reload(
    lab: Page, lab_server: LabServer, repositories: tuple[Path, Path]
) -> None:
    alpha, beta = repositories

    left = start(lab, from_launcher(lab), str(alpha))
    left.prompt.click()
    lab.keyboard.press("Control+\\")
    right = start(lab, form(lab), str(beta))
    assert [pane.session for pane in panes(lab)] == [left.session, right.session]
    left_box, right_box = left.region.bounding_box(), right.region.bounding_box()
    assert left_box is not None
    assert right_box is not None
    assert left_box["x"] + left_box["width"] <= right_box["x"] + 1

    # Both at the same time: the right one streams while the left one waits for its answer.
    left.send("write made-by-agent.txt hello from alpha")
    right.send("run until [ -e go ]; do echo tick; sleep 0.1; done; echo o''ver")
    expect(left.state).to_have_text(re.compile("waiting", re.IGNORECASE))
    right.allow()
    right.tool("until").click()
    expect(right.conversation).to_contain_text("tick tick")
    assert not (alpha / "made-by-agent.txt").exists()
    left.allow()
    expect(left.state).to_have_text(re.compile("idle|finished", re.IGNORECASE))
    assert (alpha / "made-by-agent.txt").read_text(encoding="utf-8").strip() == "hello from alpha"
    expect(right.state).to_have_text("Running")
    (beta / "go").touch()
    expect(right.conversation).to_contain_text("over")
    right.settle()

    right.wait_for_terminal(r"[$#%>] *$")
    right.type_in_terminal("pwd; echo living-$((40+2))\n")
    right.wait_for_terminal(r"^living-42$")
    assert str(beta) in right.terminal_text().replace("\n", "")

    told = {pane.session: pane.conversation.inner_text() for pane in (left, right)}
    wait_until_kept(lab, left.session, right.session)
    opened(lab, lab_server.lab_url("/lab"))
    for pane in (left, right):
        expect(pane.prompt).to_be_visible()
        expect(pane.conversation).to_have_text(re.compile(re.escape(told[pane.session].splitlines()[0])))
        assert pane.conversation.inner_text().count("hello from alpha") == told[pane.session].count(
            "hello from alpha"
        )
    assert [pane.session for pane in panes(lab)] == [left.session, right.session]
    right.wait_for_terminal(r"^living-42$")
    assert right.terminal_text().count("living-42") == 1
    assert (left.region.bounding_box() or {})["width"] == pytest.approx(left_box["width"], abs=3)


def test_a_prompt_is_stopped_within_a_second(lab: Page, repositories: tuple[Path, Path]) -> None:
    pane = start(lab, from_launcher(lab), str(repositories[0]))
    # No other process of this machine sleeps as long.
    sleep = f"sleep 300.{os.getpid()}"
    pane.send(f"run {sleep}")
    expect(pane.conversation).to_contain_text(sleep)
    expect(pane.state).to_have_text(re.compile("running", re.IGNORECASE))
    pane.region.get_by_role("button", name="Stop").click()
    expect(pane.state).to_have_text(re.compile("idle|interrupted|cancelled", re.IGNORECASE), timeout=2000)
    left_over = subprocess.run(["pgrep", "-f", f"^{sleep}"], capture_output=True, check=False, text=True)
    assert left_over.stdout == ""
