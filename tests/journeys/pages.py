"""The page as a person sees it: panes, their conversation, their terminal. Roles and names, no classes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

CARD = "Parallel Session"

TERMINAL = """
(session) => {
  const walk = widget => {
    if (widget._term) { return widget; }
    for (const child of widget.children()) {
      const found = walk(child);
      if (found) { return found; }
    }
    return null;
  };
  const pane = document.querySelector(`.parsess-Pane[data-session-id="${session}"]`);
  const widgets = [...window.jupyterapp.shell.widgets('main')];
  const own = pane && widgets.find(widget => widget.node === pane || widget.node.contains(pane));
  return own ? walk(own) : null;
}
"""
"""JupyterLab's widget of a session's terminal, or null."""

_TEXT = f"""
(session) => {{
  const terminal = ({TERMINAL})(session);
  if (!terminal) {{ return null; }}
  const buffer = terminal._term.buffer.active;
  const lines = Array.from({{ length: buffer.length }}, (_, row) => buffer.getLine(row).translateToString(true));
  return lines.join('\\n').trimEnd();
}}
"""

_SIZE = f"session => {{ const {{ _term }} = ({TERMINAL})(session); return [_term.rows, _term.cols]; }}"

_SESSIONS = """
() => [...document.querySelectorAll('.parsess-Pane[data-session-id]')]
  .map(pane => pane.dataset.sessionId)
  .filter(id => id !== '')
"""


@dataclass(frozen=True)
class Pane:
    """One session's pane."""

    page: Page
    session: str

    @property
    def region(self) -> Locator:
        return self.page.locator(f'.parsess-Pane[data-session-id="{self.session}"]')

    @property
    def conversation(self) -> Locator:
        return self.region.get_by_role("log", name="Conversation")

    @property
    def prompt(self) -> Locator:
        return self.region.get_by_role("textbox", name="Prompt")

    @property
    def state(self) -> Locator:
        return self.region.get_by_role("status").first

    @property
    def question(self) -> Locator:
        return self.region.get_by_role("group", name="Permission")

    def send(self, text: str) -> None:
        self.prompt.fill(text)
        self.prompt.press("Enter")

    def settle(self) -> None:
        """Until no turn runs and nothing is asked."""
        expect(self.state).to_have_text(re.compile("idle|finished|failed|interrupted", re.IGNORECASE))

    def take_turn(self, prompt: str, *, asks: bool = False) -> None:
        """One prompt, to its end; ``asks``: it needs leave once."""
        answers = self.conversation.get_by_role("article", name="Agent")
        before = answers.count()
        self.send(prompt)
        if asks:
            self.allow()
        # Before the first word of an answer the pane may still say that it is idle.
        expect(answers.nth(before)).to_be_visible()
        self.settle()

    def button(self, name: str) -> Locator:
        return self.region.get_by_role("button", name=name, exact=True)

    def tool(self, words: str) -> Locator:
        """The line of a tool call."""
        return self.conversation.get_by_role("button", name=re.compile(words)).last

    def wait_until_at_end(self) -> None:
        """Until the transcript, which is longer than what is seen of it, stands at its end."""
        self.page.wait_for_function(
            """log => log.scrollHeight > log.clientHeight
               && Math.abs(log.scrollHeight - log.clientHeight - log.scrollTop) < 2""",
            arg=self.conversation.element_handle(),
        )

    @property
    def tab(self) -> Locator:
        """Its tab in the dock."""
        pane = f'.parsess-Pane[data-session-id="{self.session}"]'
        owner = self.page.locator(".lm-DockPanel-widget").filter(has=self.page.locator(pane))
        return self.page.locator(f'[role="tab"][data-id="{owner.get_attribute("id")}"]')

    def allow(self, label: str = "Allow once") -> None:
        self.question.first.get_by_role("button", name=label, exact=True).click()

    def terminal_text(self) -> str:
        return self.page.evaluate(_TEXT, self.session) or ""

    def terminal_size(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.page.evaluate(_SIZE, self.session)
        return rows, columns

    def wait_for_terminal(self, pattern: str) -> None:
        """Until the terminal's screen and scrollback match."""
        self.page.wait_for_function(
            f"([session, pattern]) => new RegExp(pattern, 'm').test(({_TEXT})(session) ?? '')",
            arg=[self.session, pattern],
        )

    def type_in_terminal(self, text: str) -> None:
        self.region.locator(".jp-Terminal").first.click()
        self.page.keyboard.type(text)


def opened(page: Page, url: str) -> Page:
    """Go there, until JupyterLab has started, its layout is back and it listens to its keys."""
    page.goto(url)
    page.wait_for_function("() => window.jupyterapp")
    page.evaluate("() => window.jupyterapp.restored")
    page.wait_for_function(
        """() => ['apputils:activate-command-palette', 'parsess-lab:split-right'].every(
          wanted => window.jupyterapp.commands.keyBindings.some(({ command }) => command === wanted)
        )"""
    )
    return page


def from_palette(page: Page, label: str) -> None:
    """Run a command by its words, without a mouse."""
    page.keyboard.press("Control+Shift+c")
    expect(page.locator("#modal-command-palette input")).to_be_focused()
    page.keyboard.type(label)
    expect(page.locator(".lm-CommandPalette-item.lm-mod-active")).to_contain_text(label)
    page.keyboard.press("Enter")


def wait_until_kept(page: Page, *marks: str, under: str = "layout-restorer:data") -> None:
    """JupyterLab writes its layout down a second or so after it changed: until ``marks`` are in it.

    ``under``: another thing that is written down with it.
    """
    page.evaluate(
        """async ([under, marks]) => {
          const kept = async () => {
            const { data } = await (await fetch('/lab/api/workspaces/default')).json();
            const layout = JSON.stringify(data[under] ?? null);
            return marks.every(mark => layout.includes(mark));
          };
          while (!(await kept())) {
            await new Promise(resolve => setTimeout(resolve, 50));
          }
        }""",
        [under, list(marks)],
    )


def panes(page: Page) -> list[Pane]:
    """The panes with a session, from left to right."""
    found = page.locator(".parsess-Pane[data-session-id]:visible").all()
    placed = sorted(found, key=lambda one: (one.bounding_box() or {"x": 0})["x"])
    return [Pane(page, one.get_attribute("data-session-id") or "") for one in placed]


def from_launcher(page: Page) -> Locator:
    """Click the launcher's card; the creation form that comes."""
    page.locator(".jp-LauncherCard", has_text=CARD).first.click()
    return form(page)


def from_running_panel(page: Page, name: str) -> Pane:
    """Open a session from JupyterLab's list of what runs; the pane that shows it then."""
    panel = page.locator("#jp-running-sessions")
    if not panel.is_visible():
        page.get_by_role("tab", name=re.compile("^Running")).click()
    panel.locator(".jp-RunningSessions-itemLabel", has_text=re.compile(f"^{re.escape(name)}$")).click()
    shown = page.get_by_role("region", name=name, exact=True)
    expect(shown).to_be_visible()
    return Pane(page, shown.get_attribute("data-session-id") or "")


def form(page: Page) -> Locator:
    """The creation form that is on screen."""
    button = page.get_by_role("button", name="Start session")
    expect(button).to_be_visible()
    return page.locator(".parsess-Pane").filter(has=button)


def start(page: Page, shown: Locator, directory: str) -> Pane:
    """Fill the form and start; the pane that stands there then."""
    known = page.evaluate(_SESSIONS)
    shown.get_by_role("textbox", name="Directory").fill(directory)
    shown.get_by_role("button", name="Start session").click()
    made = page.wait_for_function(f"known => ({_SESSIONS})().find(id => !known.includes(id))", arg=known)
    fresh = Pane(page, str(made.json_value()))
    expect(fresh.prompt).to_be_visible()
    expect(fresh.state).to_have_text(re.compile("idle", re.IGNORECASE))
    return fresh
