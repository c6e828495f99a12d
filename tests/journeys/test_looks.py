"""What a pane looks like: narrow, in each theme, and to somebody who only hears it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.fakes.messages_api import MessagesApi
from tests.journeys.looks import (
    THEMES,
    TOO_FAINT,
    TOO_WIDE,
    UNNAMED,
    expect_inside,
    expect_none,
    make_narrow,
    use_theme,
)
from tests.journeys.pages import Pane, form, from_launcher, from_palette, opened, start
from tests.journeys.server import LabServer

UNBROKEN = "https://example.invalid/" + "a-very-long-address-" * 12
ANSWER = f"""Some **words**, a [link]({UNBROKEN}), {UNBROKEN} and `{UNBROKEN}`.

```python
print("{UNBROKEN}")
```

| one | two | three |
| --- | --- | --- |
| {UNBROKEN} | 2 | 3 |

- a list
- of things
"""
LINES = "\n".join(f"a line of a file, number {number}, {'and more ' * 12}" for number in range(4))
COMMAND = f"curl --silent --output /dev/null {UNBROKEN} && echo done"


@pytest.fixture(scope="module")
def pane(
    browser: Browser,
    browser_context_args: dict[str, Any],
    model_server: LabServer,
    messages_api: MessagesApi,
) -> Iterator[Pane]:
    """A session with one of each in its transcript, that asks whether it may run a command."""
    directory = model_server.root / "looks-of-a-pane-with-a-long-name"
    directory.mkdir()
    (directory / "file.txt").write_text(LINES)
    context = browser.new_context(**browser_context_args)
    pane = start(
        opened(context.new_page(), model_server.lab_url()),
        from_launcher(context.pages[0]),
        str(directory),
    )
    reading = [{"tool": "read_file", "input": {"path": path}} for path in ("file.txt", "nothing.txt")]
    plan = [{"content": "See what is here", "status": "in_progress"}, {"content": "Do", "status": "pending"}]
    edit = {"path": "file.txt", "old_text": "number 1", "new_text": "number one"}
    messages_api.script(
        {"content": [{"thinking": "I should look."}, {"text": ANSWER}, *reading]},
        {"content": [{"tool": "plan", "input": {"entries": plan}}]},
        {"content": [{"tool": "edit_file", "input": edit}]},
        "So much for that.",
        {"status": 401},
        {"content": [{"text": "No."}], "stop_reason": "refusal"},
        {"content": [{"tool": "run_command", "input": {"command": COMMAND}}]},
    )
    pane.send("Look around")
    pane.allow()
    expect(pane.conversation.get_by_text("So much for that.")).to_be_visible()
    for prompt in (f"And now {UNBROKEN}", "Once more"):
        pane.send(prompt)
        expect(pane.conversation.get_by_text(prompt)).to_be_visible()
        pane.settle()
    pane.send("Fetch it")
    expect(pane.question).to_be_visible()
    pane.wait_for_terminal(r"[$#%>] *$")
    yield pane
    context.close()


def test_everything_has_its_role_and_its_name(pane: Pane) -> None:
    expect(pane.page.get_by_role("region", name="looks-of-a-pane-with-a-long-name")).to_have_count(1)
    expect(pane.state).to_have_text("Waiting for you")
    expect(pane.conversation).to_have_attribute("aria-live", "polite")
    for name in ("Allow once", "Allow for this session", "Allow in this project", "Deny"):
        expect(pane.question.get_by_role("button", name=name, exact=True)).to_be_visible()
    for name in ("Send", "Stop", "Attach files", "Session menu"):
        expect(pane.button(name)).to_be_visible()
    expect(pane.region.get_by_role("tab", name="Terminal")).to_be_visible()
    expect(pane.conversation.get_by_role("article", name="You")).to_have_count(4)
    expect(pane.conversation.get_by_role("group", name="The turn failed")).to_have_count(1)
    expect_none(pane.region, UNNAMED)


@pytest.mark.parametrize("theme", THEMES)
def test_all_words_stand_out_from_what_is_behind_them(pane: Pane, theme: str, tmp_path: Path) -> None:
    use_theme(pane.page, theme)
    pane.conversation.evaluate("log => log.scrollTo(0, 0)")
    expect_none(pane.region, TOO_FAINT, 4.5)
    pane.page.screenshot(path=tmp_path / "beginning.png")
    pane.conversation.evaluate("log => log.scrollTo(0, log.scrollHeight)")
    expect_none(pane.region, TOO_FAINT, 4.5)
    pane.page.screenshot(path=tmp_path / "end.png")


@pytest.mark.parametrize("theme", THEMES)
def test_each_state_stands_out_in_the_header(pane: Pane, theme: str) -> None:
    use_theme(pane.page, theme)
    found = {
        state: pane.state.evaluate(
            f"""(sign, [state, least]) => {{
              const before = sign.className;
              sign.className = before.replace('waiting', state);
              const found = ({TOO_FAINT})(sign, least);
              sign.className = before;
              return found;
            }}""",
            [state, 4.5],
        )
        for state in ("starting", "idle", "running", "waiting", "finished", "failed", "interrupted")
    }
    assert not any(found.values()), found


def test_nothing_scrolls_sideways_in_a_pane_of_320_pixels(pane: Pane, tmp_path: Path) -> None:
    use_theme(pane.page, THEMES[0])
    make_narrow(pane.page, pane.region, 320)
    folded = pane.conversation.get_by_role("button", expanded=False)
    while folded.count():
        folded.first.click()
    expect(pane.conversation).to_contain_text("a line of a file, number 3")
    pane.page.screenshot(path=tmp_path / "narrow.png")
    expect_none(pane.region, TOO_WIDE)
    whole = [
        pane.state,
        pane.button("Session menu"),
        pane.prompt,
        pane.button("Send"),
        pane.button("Stop"),
        pane.question,
        *pane.question.get_by_role("button").all(),
    ]
    for part in whole:
        expect_inside(part, pane.region)
    for option in pane.question.get_by_role("button").all():
        expect_inside(option, pane.question)
    expect(pane.question).to_contain_text(COMMAND)

    from_palette(pane.page, "New Parallel Session")
    shown = form(pane.page)
    for field in ("textbox", "combobox"):
        for one in shown.get_by_role(field).all():
            one.scroll_into_view_if_needed()
            expect_inside(one, shown)
    pane.page.screenshot(path=tmp_path / "form.png")
    expect_none(shown, TOO_WIDE)
    expect_none(shown, UNNAMED)
    for theme in THEMES:
        use_theme(pane.page, theme)
        expect_none(shown, TOO_FAINT, 4.5)
