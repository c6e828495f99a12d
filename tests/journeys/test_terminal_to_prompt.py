"""Each way out of the terminal and into it that a person has, and what is told to who was away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fakes.messages_api import MessagesApi
from tests.journeys.conftest import KEY
from tests.journeys.pages import Pane, from_launcher, opened, start, wait_until_kept
from tests.journeys.server import LabServer, running

PROMPT = r"[$#%>] *$"

ROW_HEIGHT = """
() => {
  const walk = widget => widget._term ? widget : [...widget.children()].map(walk).find(Boolean);
  const terminal = [...window.jupyterapp.shell.widgets('main')].map(walk).find(Boolean);
  return document.querySelector('.xterm-screen').getBoundingClientRect().height / terminal._term.rows;
}
"""


@pytest.fixture(scope="module", params=["bash", "dash"])
def shell_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, messages_api: MessagesApi
) -> Iterator[LabServer]:
    """One shell that marks its commands, and one that doesn't."""
    server = LabServer(
        tmp_path_factory.mktemp(request.param),
        f"--ParsessLab.shell_command=/bin/{request.param}",
        ANTHROPIC_BASE_URL=messages_api.url,
        ANTHROPIC_API_KEY=KEY,
    )
    with running(server):
        yield server


@pytest.fixture
def marks(shell_server: LabServer, request: pytest.FixtureRequest) -> bool:
    return bool(request.node.callspec.params["shell_server"] == "bash")


@pytest.fixture
def directory(shell_server: LabServer) -> Path:
    """Of a short name: what is typed after the prompt is to stand on one row."""
    path = shell_server.root / f"d{len(list(shell_server.root.iterdir()))}"
    path.mkdir()
    return path


@pytest.fixture
def pane(page: Page, shell_server: LabServer, directory: Path, messages_api: MessagesApi) -> Iterator[Pane]:
    made = start(opened(page, shell_server.lab_url()), from_launcher(page), str(directory))
    made.wait_for_terminal(PROMPT)
    yield made
    messages_api.forget_script()


def chip(pane: Pane, name: str) -> Locator:
    attached = pane.region.locator(".parsess-Composer").get_by_role("list", name="Attachments")
    return attached.get_by_role("button", name=name, expanded=False)


def from_menu(pane: Pane, label: str) -> None:
    """By the terminal's context menu."""
    pane.region.locator(".jp-Terminal:visible").click(button="right", position={"x": 200, "y": 100})
    pane.page.get_by_role("menuitem", name=label).click()


def text_of(pane: Pane, name: str) -> str:
    chip(pane, name).click()
    text = pane.region.get_by_role("textbox", name=f"Text of {name}").input_value()
    pane.region.get_by_role("button", name=f"Remove {name}").click()
    return text


def test_a_selection_and_what_ran_go_into_the_prompt(pane: Pane, marks: bool) -> None:
    pane.type_in_terminal("echo se''lected; echo hf_abcdefghijklmnopqrstuvwxyzABCDEFGHIJ\n")
    pane.wait_for_terminal("^selected$")
    line = pane.terminal_text().splitlines().index("selected")
    screen = pane.region.locator(".xterm-screen").bounding_box()
    assert screen is not None
    height = pane.page.evaluate(ROW_HEIGHT)
    pane.page.mouse.dblclick(screen["x"] + 20, screen["y"] + (line + 0.5) * height)
    from_menu(pane, "Send Selection to Prompt")
    assert text_of(pane, "terminal selection") == "selected\n"
    if marks:
        from_menu(pane, "Send Last Command to Prompt")
        text = text_of(pane, "echo output · exit 0 · 2 secrets masked")
        assert text.startswith("$ echo se''lected; echo [masked: Hugging Face token]\n")
    else:
        # Nobody knows where a command begins here: what stands on the screen goes, and is called so.
        from_menu(pane, "Send Terminal Screen to Prompt")
        text = text_of(pane, "terminal screen · 2 secrets masked")
    assert "\nselected\n[masked: Hugging Face token]\n" in text


def test_a_command_of_the_agent_is_typed_and_not_run_and_never_into_a_program(
    pane: Pane, directory: Path, messages_api: MessagesApi
) -> None:
    messages_api.script("Try this:\n\n```bash\ntouch made.txt\n```\n")
    pane.send("What now?")
    to_terminal = pane.conversation.get_by_role("button", name="To terminal")
    to_terminal.click()
    pane.wait_for_terminal(r"touch made\.txt$")
    assert not (directory / "made.txt").exists()
    pane.page.keyboard.press("Enter")
    wait_for(directory / "made.txt", pane.page)
    pane.type_in_terminal("cat > heard.txt\n")
    pane.page.keyboard.type("before\n")
    wait_for(directory / "heard.txt", pane.page)
    to_terminal.click()
    expect(pane.region.get_by_role("tab", name=re.compile("Terminal 2"))).to_be_visible()
    pane.region.get_by_role("tab", name=re.compile("^Terminal")).first.click()
    pane.region.locator(".jp-Terminal:visible").click()
    pane.page.keyboard.type("after\n")
    pane.page.keyboard.press("Control+d")
    pane.wait_for_terminal(PROMPT)
    assert (directory / "heard.txt").read_text() == "before\nafter\n"


def wait_for(path: Path, page: Page) -> None:
    for _ in range(600):
        if path.exists():
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{path.name} was not made")


def test_the_button_by_a_command_sends_that_command(pane: Pane, marks: bool) -> None:
    if not marks:
        pytest.skip("a shell without marks has no such buttons")
    pane.type_in_terminal("echo fi''rst\n")
    pane.wait_for_terminal("^first$")
    pane.page.keyboard.type("echo se''cond\n")
    pane.wait_for_terminal("^second$")
    send = pane.region.get_by_title("Send this command and its output to the prompt")
    expect(send).to_have_count(2)
    send.first.click()
    assert text_of(pane, "echo output · exit 0").endswith("\n\nfirst\n")


def test_who_comes_back_is_told_what_was_watched_and_so_was_the_agent(
    pane: Pane, directory: Path, marks: bool, messages_api: MessagesApi, shell_server: LabServer
) -> None:
    if not marks:
        pytest.skip("of a shell without marks no end is known")
    pane.type_in_terminal("sh -c 'until test -e done; do sleep 0.1; done; exit 5'\n")
    expect(pane.region.get_by_role("tab").first).to_have_text(re.compile("sh -c"))
    wait_until_kept(pane.page, pane.session)
    pane.page.evaluate("() => void window.jupyterapp.commands.execute('parsess-lab:terminal-monitor')")
    dialog = pane.page.get_by_role("dialog")
    dialog.get_by_label("Tell the agent too").check()
    dialog.get_by_role("button", name="Monitor").click()
    expect(dialog).to_have_count(0)
    messages_api.script("I see that it exited 5.")
    pane.page.goto("about:blank")
    (directory / "done").touch()
    for _ in range(300):
        asked = [json.dumps(request["messages"][-1]) for request in messages_api.requests]
        if any("has ended with exit code 5" in text for text in asked):
            break
        pane.page.wait_for_timeout(50)
    opened(pane.page, shell_server.lab_url("/lab"))
    expect(pane.conversation.get_by_text("I see that it exited 5.")).to_be_visible()
    told = pane.page.locator(".Toastify__toast", has_text="exited 5")
    expect(told).to_be_visible()
    # Once is enough.
    opened(pane.page, shell_server.lab_url("/lab"))
    pane.wait_for_terminal(PROMPT)
    expect(pane.page.locator(".Toastify__toast", has_text="exited 5")).to_have_count(0)
