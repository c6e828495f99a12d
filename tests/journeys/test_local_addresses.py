"""Addresses that a server in the terminal prints open beside the pane, from wherever the browser is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.journeys.conftest import own_directory
from tests.journeys.pages import Pane, from_launcher, opened, start
from tests.journeys.server import LabServer, running

SERVE = "python3 -u -m http.server 0\n"
BREAKS_OUT = "<h1>Shop</h1><script>window.top.location = 'about:blank'</script><a href=more.html>More</a>"


@pytest.fixture(scope="module")
def proxy_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """With jupyter-server-proxy."""
    with running(LabServer(tmp_path_factory.mktemp("proxy"), proxy=True)) as server:
        yield server


def pane_on(page: Page, url: str, directory: Path) -> Pane:
    lab = opened(page, url)
    made = start(lab, from_launcher(lab), str(directory))
    made.wait_for_terminal(r"[$#%>] *$")
    return made


def click(pane: Pane, text: str) -> None:
    """Click into the middle of a text on the terminal's screen, once it is underlined."""
    pane.wait_for_terminal(re.escape(text))
    screen = pane.region.locator(".xterm-screen").bounding_box()
    lines = pane.terminal_text().split("\n")
    row = next(number for number, line in enumerate(lines) if text in line)
    assert screen is not None
    rows, columns = pane.terminal_size()
    height, width = screen["height"] / rows, screen["width"] / columns
    x = screen["x"] + (lines[row].index(text) + len(text) / 2) * width
    y = screen["y"] + (row + 0.5) * height
    pane.page.mouse.move(x + 3, y)
    pane.page.mouse.move(x, y)
    expect(pane.region.locator(".xterm-cursor-pointer")).to_have_count(1)
    pane.page.mouse.click(x, y)


def served(pane: Pane) -> str:
    """Start a web server in the pane's terminal; the address that it prints."""
    pane.type_in_terminal(SERVE)
    pane.wait_for_terminal(r"\(http://0\.0\.0\.0:\d+/\)")
    found = re.search(r"http://0\.0\.0\.0:(\d+)/", pane.terminal_text())
    assert found is not None
    return found[0]


def frame(pane: Pane) -> FrameLocator:
    shown = pane.page.locator(".jp-IFrame iframe")
    expect(shown).to_have_attribute("sandbox", re.compile("^(?!.*top-navigation)"))
    return pane.page.frame_locator(".jp-IFrame iframe")


def beside(pane: Pane) -> bool:
    """The pane is seen, and right of it what was opened."""
    left, right = pane.region.bounding_box(), pane.page.locator(".jp-IFrame").bounding_box()
    return bool(left and right and left["x"] + left["width"] <= right["x"] + 1)


def test_on_this_machine_it_opens_as_it_is_and_cannot_lead_the_page_away(
    page: Page, proxy_server: LabServer, request: pytest.FixtureRequest
) -> None:
    directory = own_directory(proxy_server, request)
    (directory / "index.html").write_text(BREAKS_OUT)
    (directory / "more.html").write_text("<h1>More of it</h1>")
    pane = pane_on(page, proxy_server.lab_url(), directory)
    address = served(pane)
    click(pane, address)
    expect(frame(pane).get_by_role("heading", name="Shop")).to_be_visible()
    shown = page.locator(".jp-IFrame iframe")
    expect(shown).to_have_attribute("src", re.sub(r"//[\d.]+", "//localhost", address))
    assert beside(pane)
    frame(pane).get_by_role("link", name="More").click()
    expect(frame(pane).get_by_role("heading", name="More of it")).to_be_visible()
    # Once more: in the same place.
    click(pane, address)
    expect(frame(pane).get_by_role("heading", name="Shop")).to_be_visible()
    expect(page.locator(".jp-IFrame")).to_have_count(1)
    assert page.url.startswith(proxy_server.url)


def test_from_elsewhere_it_opens_through_the_proxy(
    page: Page, proxy_server: LabServer, request: pytest.FixtureRequest
) -> None:
    directory = own_directory(proxy_server, request)
    (directory / "goods").mkdir()
    (directory / "goods" / "apple.txt").write_text("An apple.")
    pane = pane_on(page, proxy_server.lab_url_from_elsewhere(), directory)
    port = served(pane).rsplit(":", 1)[1].strip("/")
    # Also by an escape sequence, whose text may say anything.
    pane.type_in_terminal("\x03")
    pane.page.keyboard.type(f"(python3 -m http.server {port} &) 2>/dev/null >&2; clear\n")
    pane.page.keyboard.type(
        f"printf '\\e]8;;http://127.0.0.1:{port}/goods/?all=1\\e\\\\the go''ods\\e]8;;\\e\\\\\\n'\n"
    )
    click(pane, "the goods")
    expect(frame(pane).get_by_role("link", name="apple.txt")).to_be_visible()
    src = page.locator(".jp-IFrame iframe").get_attribute("src") or ""
    assert src.endswith(f"/proxy/{port}/goods/?all=1")
    assert beside(pane)
    frame(pane).get_by_role("link", name="apple.txt").click()
    expect(frame(pane).get_by_text("An apple.")).to_be_visible()


def test_from_elsewhere_without_a_proxy_it_says_what_to_install(
    page: Page, lab_server: LabServer, directory: Path
) -> None:
    pane = pane_on(page, lab_server.lab_url_from_elsewhere(), directory)
    pane.type_in_terminal("clear; echo 'on http://127.0.0.1:9/hello.'\n")
    click(pane, "http://127.0.0.1:9/hello")
    told = page.get_by_role("dialog")
    expect(told).to_contain_text("127.0.0.1:9 is on the server")
    expect(told).to_contain_text("pip install jupyter-server-proxy")
    told.get_by_role("button", name="Ok").click()
    expect(told).to_have_count(0)
    expect(page.locator(".jp-IFrame")).to_have_count(0)


def test_a_link_to_elsewhere_is_shown_before_it_is_followed(lab: Page, directory: Path) -> None:
    pane = start(lab, from_launcher(lab), str(directory))
    pane.wait_for_terminal(r"[$#%>] *$")
    pane.type_in_terminal("clear; printf '\\e]8;;https://example.org/x\\e\\\\the do''cs\\e]8;;\\e\\\\\\n'\n")
    click(pane, "the docs")
    dialog = lab.get_by_role("dialog")
    expect(dialog).to_contain_text("https://example.org/x")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
