"""A real JupyterLab in a real browser: servers for the whole run, a fresh layout for each test."""

from __future__ import annotations

import asyncio
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.fakes.messages_api import MessagesApi
from tests.journeys.pages import opened
from tests.journeys.server import ELSEWHERE, LabServer, running

# Machines of CI are slow; a test that fails waits for this long once.
expect.set_options(timeout=15_000)

KEY = "sk-of-the-journeys"


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """Without a model: sessions begin with the tour."""
    with running(LabServer(tmp_path_factory.mktemp("lab"))) as server:
        yield server


@pytest.fixture(scope="session")
def messages_api() -> Iterator[MessagesApi]:
    """A scripted model service, on a loop in a thread of its own: Playwright has the main one."""
    api, loop = MessagesApi(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(api.start(), loop).result(10)
        yield api
        asyncio.run_coroutine_threadsafe(api.stop(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="session")
def model_server(tmp_path_factory: pytest.TempPathFactory, messages_api: MessagesApi) -> Iterator[LabServer]:
    """Sessions begin with the built-in agent, on the scripted model service."""
    server = LabServer(
        tmp_path_factory.mktemp("model"),
        "--ParsessLab.stall_timeout=1",
        ANTHROPIC_BASE_URL=messages_api.url,
        ANTHROPIC_API_KEY=KEY,
    )
    with running(server):
        yield server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, kept from talking to anybody but our server."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.fail("The browser tests need Chromium: run `make browser`.")
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
    ]
    return browser_type_launch_args | {"executable_path": found, "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"viewport": {"width": 1400, "height": 900}}


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """In place of pytest-jupyter's: Playwright's own event loop is running in this thread."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """In place of pytest-jupyter's: the server is another process, and is ended by its fixture."""


@pytest.fixture
def lab(page: Page, lab_server: LabServer) -> Page:
    """JupyterLab with an empty layout, its plugins started."""
    return with_launcher(opened(page, lab_server.lab_url()))


@pytest.fixture
def model_lab(page: Page, model_server: LabServer) -> Page:
    """The same, where sessions begin with the built-in agent."""
    return with_launcher(opened(page, model_server.lab_url()))


def with_launcher(page: Page) -> Page:
    """Until the launcher is there, which comes last: it takes the keyboard, and so closes an open palette."""
    page.locator(".jp-Launcher:visible").wait_for()
    return page


@pytest.fixture
def directory(lab_server: LabServer, request: pytest.FixtureRequest) -> Path:
    """A directory of this test's own below the server's root."""
    return own_directory(lab_server, request)


@pytest.fixture
def model_directory(model_server: LabServer, request: pytest.FixtureRequest) -> Path:
    """The same below the root of the server that has a model."""
    return own_directory(model_server, request)


def own_directory(server: LabServer, request: pytest.FixtureRequest) -> Path:
    path = server.root / re.sub(r"\W+", "-", request.node.name).strip("-")
    path.mkdir()
    return path
