"""One workplace: what happens in the terminal goes into the prompt, and what the agent does shows in the terminal."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fakes.messages_api import MessagesApi
from tests.journeys.conftest import KEY, own_directory
from tests.journeys.pages import Pane, from_launcher, opened, start, wait_until_kept
from tests.journeys.server import LabServer, running
from tests.terminals.waiting import need

SHELLS = ["bash", "zsh", "fish"]
PROMPT = r"[$#%>] *$"

BUGGY = "def add(a, b):\n    return a - b\n"
RIGHT = "def add(a, b):\n    return a + b\n"
TESTS = (
    "from sums import add\n\nassert add(2, 2) == 4, f'add(2, 2) is {add(2, 2)}'\nprint('all is ' + 'green')\n"
)


@pytest.fixture(scope="module", params=SHELLS)
def shell_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, messages_api: MessagesApi
) -> Iterator[LabServer]:
    """A server whose terminals are of this shell, with the scripted model service."""
    need(request.param)
    shell = str(shutil.which(request.param))
    server = LabServer(
        tmp_path_factory.mktemp(request.param),
        SHELL=shell,
        ANTHROPIC_BASE_URL=messages_api.url,
        ANTHROPIC_API_KEY=KEY,
    )
    # Else zsh asks new users what it should be like.
    (server.home / ".zshrc").touch()
    with running(server):
        yield server


@pytest.fixture
def directory(shell_server: LabServer, request: pytest.FixtureRequest) -> Path:
    return own_directory(shell_server, request)


@pytest.fixture
def pane(page: Page, shell_server: LabServer, directory: Path, messages_api: MessagesApi) -> Iterator[Pane]:
    lab = opened(page, shell_server.lab_url())
    made = start(lab, from_launcher(lab), str(directory))
    made.wait_for_terminal(PROMPT)
    yield made
    messages_api.forget_script()


def writes(path: str, text: str) -> dict[str, Any]:
    return {"content": [{"tool": "write_file", "input": {"path": path, "content": text}}]}


def strip(pane: Pane) -> Locator:
    return pane.region.locator(".parsess-TerminalStrip-line:visible")


def chip(pane: Pane, name: str) -> Locator:
    attached = pane.region.locator(".parsess-Composer").get_by_role("list", name="Attachments")
    return attached.get_by_role("button", name=re.compile(re.escape(name)), expanded=False)


def prompt_of(request: dict[str, Any]) -> str:
    return json.dumps(request["messages"][-1]["content"])


def command(pane: Pane, name: str) -> None:
    """Begin it; a dialog of its own may wait for the person."""
    pane.page.evaluate("name => void window.jupyterapp.commands.execute(`parsess-lab:${name}`)", name)


def test_a_failed_test_goes_to_the_agent_who_mends_it(
    pane: Pane, directory: Path, messages_api: MessagesApi
) -> None:
    (directory / "test_sums.py").write_text(TESTS)
    messages_api.script(writes("sums.py", BUGGY), "It adds now.")
    pane.send("Write add(a, b) into sums.py")
    pane.allow()
    expect(pane.conversation.get_by_text("It adds now.")).to_be_visible()
    # Without -B, byte code kept from the same second would hide the agent's mend.
    pane.type_in_terminal("python3 -B test_sums.py\n")
    pane.wait_for_terminal("AssertionError: add")
    expect(strip(pane)).to_contain_text("python3 exited 1")
    # The offer took nothing away from the terminal.
    pane.page.keyboard.type("# still here")
    pane.wait_for_terminal("# still here$")
    pane.page.keyboard.press("Control+u")
    strip(pane).get_by_role("button", name="Send to prompt").click()
    expect(chip(pane, "python3 output · exit 1")).to_be_visible()
    expect(pane.prompt).to_be_focused()
    messages_api.script(
        {"content": [{"tool": "read_file", "input": {"path": "sums.py"}}]},
        writes("sums.py", RIGHT),
        "Mended: it was a minus.",
    )
    pane.send("What is wrong?")
    pane.allow()
    expect(pane.conversation.get_by_text("Mended: it was a minus.")).to_be_visible()
    # Those of the other shells came before.
    asked = next(text for text in map(prompt_of, reversed(messages_api.requests)) if "What is wrong?" in text)
    for words in (
        "$ python3 -B test_sums.py",
        f"[in {directory}]",
        "[exit code 1]",
        "AssertionError: add(2, 2) is 0",
    ):
        assert words in asked
    assert "\\u001b" not in asked
    pane.type_in_terminal("python3 -B test_sums.py\n")
    pane.wait_for_terminal("^all is green$")
    expect(strip(pane)).to_have_count(0)


def test_an_attachment_is_read_changed_and_taken_off(pane: Pane, messages_api: MessagesApi) -> None:
    pane.type_in_terminal("echo token ghp_0123456789abcdefghijABCDEFGHIJ0123456789 | cat\n")
    pane.wait_for_terminal("^token ghp_")
    pane.page.keyboard.press("Control+;")
    pane.page.keyboard.press("Enter")
    chip(pane, "echo output · exit 0").click()
    text = pane.region.get_by_role("textbox", name="Text of echo output · exit 0")
    expect(text).to_have_value(re.compile("masked"))
    expect(text).not_to_have_value(re.compile("ghp_"))
    text.fill("only this")
    messages_api.script("Fine.")
    pane.send("Look")
    expect(pane.conversation.get_by_text("Fine.")).to_be_visible()
    assert "only this" in prompt_of(messages_api.requests[-1])
    assert "ghp_" not in prompt_of(messages_api.requests[-1])
    command(pane, "terminal-send-last-command")
    pane.button("Remove echo output · exit 0 · 2 secrets masked").click()
    expect(pane.region.locator(".parsess-Composer .parsess-Chip")).to_have_count(0)


def test_a_question_is_answered_by_running_it_in_the_terminal_and_a_reload_loses_nothing(
    pane: Pane, directory: Path, shell_server: LabServer, messages_api: MessagesApi
) -> None:
    line = "echo $((40 + 2)) > made.txt; cat made.txt; until [ -e go ]; do sleep 0.1; done; exit 3"
    messages_api.script({"content": [{"tool": "run_command", "input": {"command": line}}]}, "So it says 42.")
    pane.send("Run it")
    pane.question.get_by_role("button", name="Run it in my terminal").click()
    expect(pane.question).to_have_count(0)
    pane.wait_for_terminal("^42$")
    wait_until_kept(pane.page, pane.session)
    opened(pane.page, shell_server.lab_url("/lab"))
    pane.wait_for_terminal("^42$")
    expect(pane.region).to_contain_text("waits for the command in your terminal")
    (directory / "go").touch()
    expect(pane.conversation.get_by_text("So it says 42.")).to_be_visible()
    told = prompt_of(messages_api.requests[-1])
    for words in ("The person ran this in their terminal", "42", "exit code 3"):
        assert words in told
    expect(pane.tool("in your terminal.*exit 3")).to_be_visible()
    expect(strip(pane)).to_have_count(0)
    pane.type_in_terminal("echo the shell is still he''re\n")
    pane.wait_for_terminal("^the shell is still here$")


def test_the_shell_goes_where_the_agent_goes_and_the_agent_where_the_shell_goes(
    pane: Pane, directory: Path, messages_api: MessagesApi
) -> None:
    (directory / "sub").mkdir()
    follow = pane.region.get_by_role("button", name="Let the agent follow")
    expect(follow).to_be_hidden()
    pane.type_in_terminal("cd sub\n")
    follow.click()
    expect(follow).to_be_hidden()
    messages_api.script("I am there.")
    pane.send("Where are you?")
    expect(pane.conversation.get_by_text("I am there.")).to_be_visible()
    assert f"{directory}/sub" in prompt_of(messages_api.requests[-1])


def test_an_idle_shell_goes_along_and_a_busy_one_is_asked(
    pane: Pane, directory: Path, messages_api: MessagesApi
) -> None:
    (directory / "sub/deep").mkdir(parents=True)
    follow = pane.region.get_by_role("button", name="Let the agent follow")
    messages_api.script({"content": [{"tool": "run_command", "input": {"command": "cd sub"}}]}, "Down.")
    pane.send("Go down")
    expect(pane.conversation.get_by_text("Down.")).to_be_visible()
    expect(follow).to_be_hidden()
    pane.type_in_terminal("pwd; cat\n")
    pane.wait_for_terminal(rf"^{directory}/sub$")
    messages_api.script({"content": [{"tool": "run_command", "input": {"command": "cd deep"}}]}, "Deeper.")
    pane.send("Go deeper")
    expect(strip(pane)).to_contain_text("The agent is in sub/deep/")
    expect(pane.conversation.get_by_text("Deeper.")).to_be_visible()
    pane.type_in_terminal("nothing was typed here\n")
    pane.page.keyboard.press("Control+d")
    pane.wait_for_terminal(r"^nothing was typed here\nnothing was typed here$")
    expect(pane.region.get_by_role("tab").first).not_to_have_text(re.compile("cat"))
    strip(pane).get_by_role("button", name="Take the shell there").click()
    expect(strip(pane)).to_have_count(0)
    expect(follow).to_be_hidden()
    pane.type_in_terminal("pwd\n")
    pane.wait_for_terminal(rf"^{directory}/sub/deep$")


def test_several_terminals_have_names_marks_and_an_end(pane: Pane) -> None:
    tabs = pane.region.get_by_role("tablist").last
    pane.type_in_terminal("sh -c 'exit 7'\n")
    expect(tabs.get_by_role("tab").first).to_have_text(re.compile("Terminal.*exited 7"))
    pane.type_in_terminal("sleep 600\n")
    expect(tabs.get_by_role("tab").first).to_have_text(re.compile("sleep 600"))
    pane.button("New terminal").click()
    second = tabs.get_by_role("tab", name="Terminal 2")
    expect(second).to_be_visible()
    tabs.get_by_role("tab").first.dblclick()
    pane.page.get_by_role("dialog").get_by_role("textbox").fill("nap")
    pane.page.get_by_role("dialog").get_by_role("button", name="Ok").click()
    expect(tabs.get_by_role("tab").first).to_have_text(re.compile("^nap.*sleep 600"))
    command(pane, "terminal-close")
    dialog = pane.page.get_by_role("dialog")
    expect(dialog).to_contain_text("“sleep 600” runs in it and is ended.")
    dialog.get_by_role("button", name="Close").click()
    expect(tabs.get_by_role("tab", name="nap")).to_have_count(0)
    expect(second).to_be_visible()


def test_a_monitored_command_tells_of_its_end(pane: Pane, directory: Path) -> None:
    pane.type_in_terminal("sh -c 'until test -e done; do sleep 0.1; done; exit 5'\n")
    expect(pane.region.get_by_role("tab").first).to_have_text(re.compile("sh -c"))
    command(pane, "terminal-monitor")
    pane.page.get_by_role("dialog").get_by_role("button", name="Monitor").click()
    expect(pane.page.get_by_role("dialog")).to_have_count(0)
    (directory / "done").touch()
    told = pane.page.locator(".Toastify__toast", has_text="exited 5")
    expect(told).to_be_visible()
    told.get_by_role("button", name="Show terminal").click()
    expect(pane.region.locator(".jp-Terminal textarea").first).to_be_focused()


def test_what_the_agent_writes_shows_in_the_file_browser_at_once(
    pane: Pane, directory: Path, messages_api: MessagesApi
) -> None:
    # By itself the file browser looks every ten seconds.
    pane.page.evaluate(
        """async path => {
          await window.jupyterapp.commands.execute('filebrowser:go-to-path', { path, dontShowBrowser: false });
        }""",
        directory.name,
    )
    messages_api.script(writes("fresh.txt", "new"), "Written.")
    pane.send("Write it")
    pane.allow()
    fresh = pane.page.locator(".jp-DirListing-item", has_text="fresh.txt")
    expect(fresh).to_be_visible(timeout=5000)
