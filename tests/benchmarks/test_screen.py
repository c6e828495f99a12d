"""What a person sees of our terminals and of Jupyter's own: one page, one run, turn by turn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page

from tests.benchmarks.figures import compare, median, percentile, tell
from tests.journeys.conftest import (  # noqa: F401  (fixtures)
    browser_context_args,
    browser_type_launch_args,
    jp_asyncio_loop,
    jp_server_cleanup,
)
from tests.journeys.pages import opened
from tests.journeys.server import LabServer, running

pytestmark = pytest.mark.timeout(600)

SHELL = ["/bin/bash", "--norc", "--noprofile"]
KEYS = 400
MEGABYTES = 50
HIDDEN = 30
SETTLING_SECONDS = 20
WATCHED_SECONDS = 10
PRINTING = "while :; do echo $RANDOM $RANDOM $RANDOM; sleep 0.1; done"

# What both kinds have is JupyterLab's widget, xterm's screen in it, and the connection.
BENCH = """
window.bench = (() => {
  const terminalOf = widget => {
    if (widget._term) { return widget; }
    for (const child of widget.children()) {
      const found = terminalOf(child);
      if (found) { return found; }
    }
    return null;
  };
  const widgets = {};
  const until = async found => {
    for (;;) {
      const value = await found();
      if (value) { return value; }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  };
  /** Until what is on the screen fits; asked after each piece that xterm has taken in. */
  const seen = (term, fits) => new Promise(resolve => {
    const done = term.onWriteParsed(() => {
      if (fits(term.buffer.active)) { done.dispose(); resolve(performance.now()); }
    });
  });
  const drawn = term => new Promise(resolve => {
    const done = term.onRender(() => { done.dispose(); resolve(performance.now()); });
  });
  const line = (buffer, up = 0) =>
    buffer.getLine(buffer.baseY + buffer.cursorY - up)?.translateToString(true) ?? '';
  const ends = text => buffer => [0, 1, 2].some(up => line(buffer, up).startsWith(text));
  const shell = () => window.jupyterapp.shell;

  return {
    async open(kind, args) {
      const { commands } = window.jupyterapp;
      const main = kind === 'stock'
        ? await commands.execute('terminal:create-new', { cwd: args.cwd })
        : await commands.execute('parsess-lab:open-session', { id: args.session })
            .then(() => until(() => [...shell().widgets('main')].find(widget =>
              widget.node.querySelector?.(`[data-session-id="${args.session}"]`) ||
              widget.node.dataset?.sessionId === args.session)));
      const widget = await until(() => terminalOf(main));
      await until(() => widget._term?.element && widget.session.connectionStatus === 'connected');
      await until(() => /[$#] *$/.test(line(widget._term.buffer.active)));
      widgets[args.as] = { main, widget };
    },
    beside(moved, ref) {
      shell().add(widgets[moved].main, 'main', { mode: 'split-right', ref: widgets[ref].main.id });
    },
    async settle(name, text, wanted) {
      const { _term } = widgets[name].widget;
      const done = seen(_term, ends(wanted));
      _term.input(text);
      await done;
    },
    async key(name, key) {
      const { _term } = widgets[name].widget;
      const before = line(_term.buffer.active).length;
      const begun = performance.now();
      const done = seen(_term, buffer => line(buffer).length !== before);
      _term.input(key);
      return (await done) - begun;
    },
    async command(name, text, wanted) {
      const { _term } = widgets[name].widget;
      const begun = performance.now();
      const done = seen(_term, ends(wanted));
      _term.input(text + '\\r');
      return (await done) - begun;
    },
    /** Until the history that the new connection brings is drawn. */
    async reattach(name, wanted) {
      const { _term, session } = widgets[name].widget;
      const begun = performance.now();
      const history = new Promise(resolve => {
        const take = (_, { type }) => {
          if (type === 'stdout') {
            session.messageReceived.disconnect(take);
            resolve();
          }
        };
        session.messageReceived.connect(take);
      });
      void session.reconnect();
      await history;
      await seen(_term, ends(wanted));
      return (await drawn(_term)) - begun;
    },
    start(name, text) {
      widgets[name].widget._term.input(text + '\\r');
    }
  };
})();
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    shell = f"--ServerApp.terminado_settings=shell_command={json.dumps(SHELL)}"
    ours = [f"--ParsessLab.shell_command={argument}" for argument in SHELL]
    with running(LabServer(tmp_path_factory.mktemp("screens"), shell, *ours)) as server:
        yield server


@pytest.fixture
def bench(page: Page, server: LabServer) -> Page:
    opened(page, server.lab_url())
    page.evaluate(BENCH)
    return page


def show(bench: Page, server: LabServer, kind: str, name: str) -> None:
    """A terminal of one kind in front of the person, at its prompt."""
    args = {"as": name, "cwd": "", "session": ""}
    if kind == "ours":
        wanted = {"directory": str(server.root), "agent": "tour"}
        args["session"] = server.ask("POST", "parsess/sessions", wanted)["id"]
    bench.evaluate("([kind, args]) => bench.open(kind, args)", [kind, args])


@pytest.fixture
def both(bench: Page, server: LabServer) -> Page:
    """One of each side by side, of the same width."""
    for kind in ("stock", "ours"):
        show(bench, server, kind, kind)
    bench.evaluate("bench.beside('stock', 'ours')")
    return bench


def test_echo_on_the_screen(both: Page) -> None:
    took: dict[str, list[float]] = {"stock": [], "ours": []}
    for name in took:
        both.evaluate("name => bench.settle(name, 'cat >/dev/null\\r', '')", name)
    for number in range(KEYS):
        for name in list(took)[:: 1 if number % 2 else -1]:
            key = "\r" if number % 40 == 39 else chr(ord("a") + number % 26)
            took[name].append(both.evaluate("([name, key]) => bench.key(name, key)", [name, key]))
    stock, ours = took.values()
    compare("key to the screen, median", median(stock), median(ours), "ms", 1.1)
    compare("key to the screen, p99", percentile(stock, 99), percentile(ours, 99), "ms", 1.1)


@pytest.mark.parametrize("colours", [False, True], ids=["plain", "colours"])
def test_throughput_to_the_screen(both: Page, server: LabServer, colours: bool) -> None:
    line = "\x1b[32m+ added ä\x1b[0m line of a diff\n" if colours else "0123456789abcdef" * 4 + "\n"
    (server.root / "flood").write_text(line * (MEGABYTES * 10**6 // len(line.encode())))
    took: dict[str, list[float]] = {"stock": [], "ours": []}
    for round_ in range(3):
        for name, samples in took.items():
            command = [name, f"cat flood; echo do''ne {round_}", f"done {round_}"]
            samples.append(both.evaluate("asked => bench.command(...asked)", command))
    what = f"{MEGABYTES} MB {'with colours' if colours else 'plain'} to the screen"
    compare(what, min(took["stock"]), min(took["ours"]), "ms", 1)


def test_coming_back_to_a_painted_screen(both: Page) -> None:
    took: dict[str, list[float]] = {"stock": [], "ours": []}
    for name in took:
        fill = [name, "for i in {1..5000}; do echo line $i of a long story; done; echo the en''d", "the end"]
        both.evaluate("asked => bench.command(...asked)", fill)
    for _ in range(10):
        for name, samples in took.items():
            samples.append(both.evaluate("name => bench.reattach(name, 'the end')", name))
    compare("coming back to the screen, median", median(took["stock"]), median(took["ours"]), "ms")
    tell("  of ours alone, most", max(took["ours"]), "ms", 150)


def test_hidden_terminals_that_print(page: Page, server: LabServer) -> None:
    """The share of the page's main thread that thirty printing terminals take, behind another tab."""
    busy = {kind: busy_with_hidden(page, server, kind) for kind in ("stock", "ours")}
    compare("page's main thread, thirty hidden terminals", busy["stock"], busy["ours"], "%")
    tell("  of ours alone", busy["ours"], "%", 5)


def busy_with_hidden(page: Page, server: LabServer, kind: str) -> float:
    """In percent, in a page of its own."""
    opened(page, server.lab_url())
    page.evaluate(BENCH)
    for name in (f"{kind} {number}" for number in range(HIDDEN)):
        show(page, server, kind, name)
        page.evaluate("([name, text]) => bench.start(name, text)", [name, PRINTING])
    page.evaluate("void window.jupyterapp.commands.execute('launcher:create')")
    page.locator(".jp-Launcher:visible").wait_for()
    share = main_thread_share(page, page.context.new_cdp_session(page))
    for terminal in server.ask("GET", "api/terminals"):
        server.ask("DELETE", f"api/terminals/{terminal['name']}")
    return share


def main_thread_share(page: Page, protocol: CDPSession) -> float:
    """Percent of some seconds, from when what opening them took is over."""
    protocol.send("Performance.enable")
    page.wait_for_timeout(SETTLING_SECONDS * 1000)
    before = worked(protocol)
    page.wait_for_timeout(WATCHED_SECONDS * 1000)
    return (worked(protocol) - before) / WATCHED_SECONDS * 100


def worked(protocol: CDPSession) -> float:
    """Seconds that the page's main thread has been at work."""
    metrics: list[dict[str, Any]] = protocol.send("Performance.getMetrics")["metrics"]
    return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")
