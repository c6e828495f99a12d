"""The terminal of a pane, as a person uses it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import LabServer
from tests.journeys.pages import Pane, form, from_launcher, panes, start


@pytest.fixture
def directory(lab_server: LabServer, request: pytest.FixtureRequest) -> Path:
    path = lab_server.root / re.sub(r"\W+", "-", request.node.name)
    path.mkdir()
    return path


@pytest.fixture
def pane(lab: Page, directory: Path) -> Pane:
    made = start(lab, from_launcher(lab), str(directory))
    made.wait_for_terminal(r"[$#%>] *$")
    return made


def notice(pane: Pane) -> Locator:
    return pane.region.locator(".parsess-TerminalNotice:visible")


def wait_until_kept(lab: Page, pane: Pane) -> None:
    """JupyterLab writes its layout down a second or so after it changed."""
    lab.evaluate(
        """async session => {
          const kept = async () => {
            const { data } = await (await fetch('/lab/api/workspaces/default')).json();
            return JSON.stringify(data['layout-restorer:data'] ?? null).includes(session);
          };
          while (!(await kept())) {
            await new Promise(resolve => setTimeout(resolve, 50));
          }
        }""",
        pane.session,
    )


def test_a_shell_that_ends_says_so_and_gives_way_to_a_new_one(pane: Pane) -> None:
    pane.type_in_terminal("exit 7\n")
    expect(notice(pane)).to_contain_text("The shell in this directory has ended (exit 7).")
    again = notice(pane).get_by_role("button", name="Start a new one")
    expect(again).to_be_focused()
    again.press("Enter")
    expect(notice(pane)).to_have_count(0)
    pane.wait_for_terminal(r"[$#%>] *$")
    pane.type_in_terminal("echo living-$((40+2))\n")
    pane.wait_for_terminal(r"^living-42$")


def test_splitting_a_pane_from_its_terminal_leaves_the_program_alone(lab: Page, pane: Pane) -> None:
    """Without us, the program would get the key as SIGQUIT."""
    pane.type_in_terminal("cat\n")
    lab.keyboard.type("before\n")
    pane.wait_for_terminal(r"^before\nbefore$")
    lab.keyboard.press("Control+\\")
    expect(form(lab)).to_be_visible()
    pane.type_in_terminal("after\n")
    pane.wait_for_terminal(r"^after\nafter$")
    assert "Quit" not in pane.terminal_text()


def test_a_reload_finds_the_same_shell_with_its_screen_once(
    lab: Page, lab_server: LabServer, pane: Pane
) -> None:
    pane.type_in_terminal("kept=yes; echo on''ce\n")
    pane.wait_for_terminal(r"^once$")
    wait_until_kept(lab, pane)
    lab.goto(lab_server.lab_url("/lab"))
    lab.wait_for_function("() => window.jupyterapp")
    lab.evaluate("() => window.jupyterapp.restored")
    pane.wait_for_terminal(r"^once$")
    assert len(re.findall("^once$", pane.terminal_text(), re.MULTILINE)) == 1
    pane.type_in_terminal("echo [$kept]\n")
    pane.wait_for_terminal(r"^\[yes\]$")
    assert [each.session for each in panes(lab)] == [pane.session]


def test_a_directory_that_went_away_is_named_and_can_be_tried_again(
    lab: Page, pane: Pane, directory: Path
) -> None:
    pane.type_in_terminal("exit\n")
    again = notice(pane).get_by_role("button", name="Start a new one")
    expect(again).to_be_visible()
    directory.rmdir()
    again.click()
    expect(notice(pane)).to_contain_text(f"There is no directory {directory}.")
    directory.mkdir()
    notice(pane).get_by_role("button", name="Try again").click()
    pane.wait_for_terminal(r"[$#%>] *$")
