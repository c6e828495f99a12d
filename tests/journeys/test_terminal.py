"""The terminal of a pane, as a person uses it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.journeys.conftest import LabServer
from tests.journeys.pages import Pane, form, from_launcher, opened, panes, start


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


COUNTS_RESIZES = """
import signal, sys
resized = 0
def resize(*_):
    global resized
    resized += 1
signal.signal(signal.SIGWINCH, resize)
print("begun", flush=True)
for line in sys.stdin:
    print(f"heard {line.strip()}, resized {resized} times", flush=True)
"""


def test_a_connection_that_drops_says_so_and_is_back_without_a_trace(
    page: Page, lab_server: LabServer, directory: Path
) -> None:
    (directory / "counts.py").write_text(COUNTS_RESIZES)
    sockets: list[WebSocketRoute] = []
    down = False

    def connect(socket: WebSocketRoute) -> None:
        if down:
            socket.close(code=1011)
        else:
            socket.connect_to_server()
            sockets.append(socket)

    page.route_web_socket(re.compile("/parsess/terminals/websocket/"), connect)
    pane = start(opened(page, lab_server.lab_url()), from_launcher(page), str(directory))
    pane.wait_for_terminal(r"[$#%>] *$")
    pane.type_in_terminal("python3 counts.py\n")
    pane.wait_for_terminal("^begun$")
    page.keyboard.type("one\n")
    pane.wait_for_terminal("^heard one")
    before = pane.terminal_text()
    down = True
    sockets[-1].close(code=1011)
    expect(notice(pane)).to_have_text("The connection to this terminal is lost. Trying again…")
    assert pane.terminal_text() == before
    down = False
    expect(notice(pane)).to_have_count(0)
    page.keyboard.type("two\n")
    pane.wait_for_terminal("^heard two")
    heard = re.findall("^heard .*, resized (.*) times$", pane.terminal_text(), re.MULTILINE)
    assert heard[0] == heard[1]
    assert pane.terminal_text().startswith(before)


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


def test_what_a_busy_terminal_cannot_run_is_run_in_a_new_one(pane: Pane, directory: Path) -> None:
    pane.type_in_terminal("cat\n")
    expect(pane.region.get_by_role("tab").first).to_have_text(re.compile("cat"))
    pane.send("run touch made.txt")
    pane.question.get_by_role("button", name="Run it in my terminal").click()
    expect(pane.question).to_contain_text("“cat” runs in your terminal.")
    fresh = pane.question.get_by_role("button", name="Run it in a new terminal")
    expect(fresh).to_be_focused()
    fresh.press("Enter")
    pane.settle()
    assert (directory / "made.txt").exists()
    tabs = pane.region.get_by_role("tablist").last
    expect(tabs.get_by_role("tab", name="Terminal 2")).to_be_visible()
    expect(pane.tool("in your terminal.*exit 0")).to_be_visible()
    expect(pane.region.get_by_role("tab").first).to_have_text(re.compile("cat"))


SHARE = """
([session, share, windowHeight]) => {
  const pane = document.querySelector(`.parsess-Pane[data-session-id="${session}"]`);
  const height = node => node.getBoundingClientRect().height;
  const now = height(pane.querySelector('.parsess-Lower')) / height(pane);
  return share === null ? now : innerHeight === windowHeight && Math.abs(now - share) < 0.03;
}
"""


def test_a_pane_that_grows_and_shrinks_keeps_its_shares(lab: Page, pane: Pane) -> None:
    before = lab.evaluate(SHARE, [pane.session, None, None])
    border = pane.region.locator(".lm-SplitPanel-handle:visible").bounding_box()
    assert border
    lab.mouse.move(border["x"] + 100, border["y"])
    lab.mouse.down()
    lab.mouse.move(border["x"] + 100, border["y"] - 100, steps=4)
    lab.mouse.up()
    dragged = lab.evaluate(SHARE, [pane.session, None, None])
    assert dragged > before + 0.08
    for height in (1500, 700):
        lab.set_viewport_size({"width": 1400, "height": height})
        lab.wait_for_function(SHARE, arg=[pane.session, dragged, height])


def test_more_terminals_than_the_graphics_card_has_room_for(
    lab: Page, lab_server: LabServer, directory: Path
) -> None:
    """A browser takes the oldest of some sixteen drawings away; asked for again at once, that never ends."""
    lost: list[str] = []
    lab.on("console", lambda message: lost.append(message.text) if "context" in message.text else None)
    wanted = {"directory": str(directory), "agent": "tour"}
    sessions = [lab_server.ask("POST", "parsess/sessions", wanted)["id"] for _ in range(18)]
    for session in sessions:
        shown(lab, session).wait_for_terminal(r"[$#%>] *$")
    drawn = lab.locator(".parsess-Terminal .xterm-screen > canvas:not(.xterm-link-layer)")
    expect(drawn).to_have_count(8)
    first = shown(lab, sessions[0])
    expect(first.region.locator("canvas:not(.xterm-link-layer)")).to_have_count(1)
    expect(drawn).to_have_count(8)
    first.type_in_terminal("echo living-$((40+2))\n")
    first.wait_for_terminal(r"^living-42$")
    assert not lost


def shown(lab: Page, session: str) -> Pane:
    """The session's pane, in front."""
    lab.evaluate("id => void window.jupyterapp.commands.execute('parsess-lab:open-session', { id })", session)
    pane = Pane(lab, session)
    expect(pane.region).to_be_visible()
    return pane
