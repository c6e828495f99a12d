"""What a person gets wrong, and what goes wrong around them: said where it happened, and never a dead end."""

from __future__ import annotations

import re
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.fakes.messages_api import MessagesApi
from tests.journeys.conftest import KEY
from tests.journeys.pages import Pane, form, from_launcher, opened, panes, start, wait_until_kept
from tests.journeys.server import LabServer, running

PASTE = """
(input, [name, type, size]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(size).fill(65)], name, { type }));
  input.dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
  );
}
"""


def test_a_directory_that_can_not_be_used_is_told_beside_its_field(
    lab: Page, lab_server: LabServer, directory: Path, tmp_path: Path
) -> None:
    (directory / "file").write_text("")
    (directory / "way-out").symlink_to(tmp_path)
    shown = from_launcher(lab)
    field = shown.get_by_role("textbox", name="Directory")
    task = shown.get_by_role("textbox", name="First task")
    task.fill("read file")
    for wrong, words in {
        directory / "nothing": "There is no directory",
        directory / "file": "is a file. Choose a directory.",
        tmp_path: "is outside the directories that sessions may use here",
        directory / "way-out": f"(it leads to {tmp_path}) is outside the directories",
        Path("../.."): "is outside the directories",
    }.items():
        field.fill(str(wrong))
        shown.get_by_role("button", name="Start session").click()
        expect(shown.locator(f"#{field.get_attribute('aria-describedby')}".replace(":", r"\:"))).to_have_text(
            re.compile(re.escape(words))
        )
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(task).to_have_value("read file")
    made = {session["directory"] for session in lab_server.ask("GET", "parsess/sessions")}
    assert not made & {str(directory), str(tmp_path), str(directory / "file")}

    field.fill(str(directory))
    expect(field).to_have_attribute("aria-invalid", "false")
    shown.get_by_role("button", name="Start session").click()
    expect(lab.get_by_role("region", name=directory.name)).to_contain_text("read file")


def test_a_form_that_was_not_sent_is_there_after_a_reload(
    lab: Page, lab_server: LabServer, directory: Path
) -> None:
    shown = from_launcher(lab)
    shown.get_by_role("textbox", name="Directory").fill(str(directory))
    shown.get_by_role("textbox", name="First task").fill("run echo half a ta")
    shown.get_by_role("combobox", name="Mode", exact=True).select_option("plan")
    wait_until_kept(lab, "draft-")
    opened(lab, lab_server.lab_url("/lab"))
    shown = form(lab)
    expect(shown.get_by_role("textbox", name="Directory")).to_have_value(str(directory))
    expect(shown.get_by_role("textbox", name="First task")).to_have_value("run echo half a ta")
    expect(shown.get_by_role("combobox", name="Mode", exact=True)).to_have_value("plan")


def test_a_form_whose_server_does_not_answer_can_be_sent_as_soon_as_it_does(
    lab: Page, directory: Path
) -> None:
    lab.route("**/parsess/agents*", lambda route: route.abort(), times=2)
    shown = from_launcher(lab)
    expect(shown.get_by_role("button", name="Start session")).to_be_disabled()
    start(lab, shown, str(directory))


def test_a_directory_that_went_away_is_told_and_can_be_brought_back(
    lab: Page, lab_server: LabServer, directory: Path
) -> None:
    pane = start(lab, from_launcher(lab), str(directory))
    away = directory.rename(directory.with_name("away"))
    pane.send("run ls")
    alert = pane.region.get_by_role("alert")
    expect(alert).to_contain_text(f"There is no directory {directory}. Create it, or choose another.")
    expect(pane.prompt).to_have_value("run ls")
    bar = pane.region.get_by_text(f"The directory {directory} is gone. Bring it back, or start")
    expect(bar).to_be_visible()
    wait_until_kept(lab, pane.session)
    opened(lab, lab_server.lab_url("/lab"))
    expect(bar).to_be_visible()
    expect(pane.prompt).to_have_value("run ls")
    away.rename(directory)
    pane.prompt.press("Enter")
    pane.settle()
    expect(pane.tool("ls")).to_contain_text("exit 0")
    expect(bar).to_have_count(0)


def test_an_attachment_that_is_too_large_is_refused_and_the_words_stay(lab: Page, directory: Path) -> None:
    pane = start(lab, from_launcher(lab), str(directory))
    pane.prompt.fill("read notes.txt")
    pane.prompt.evaluate(PASTE, ["huge.bin", "application/octet-stream", 10 * 1024 * 1024 + 1])
    expect(pane.region.get_by_role("alert")).to_contain_text(
        "huge.bin is larger than 10 MB. Mention it with @"
    )
    # Each is small enough, all of them are not.
    for name in ("one.txt", "two.txt", "three.txt"):
        pane.prompt.evaluate(PASTE, [name, "text/plain", 9 * 1024 * 1024])
        expect(pane.region.get_by_role("list", name="Attachments")).to_contain_text(name)
    pane.prompt.press("Enter")
    expect(pane.region.get_by_role("alert")).to_contain_text("The attachments have more than 25 MB together.")
    expect(pane.prompt).to_have_value("read notes.txt")
    pane.button("Remove three.txt").click()
    pane.prompt.press("Enter")
    expect(pane.conversation.get_by_text("two.txt")).to_be_visible()
    pane.settle()


def test_an_archived_session_takes_no_prompt_until_it_is_restored(
    lab: Page, lab_server: LabServer, directory: Path
) -> None:
    pane = start(lab, from_launcher(lab), str(directory))
    pane.button("Session menu").click()
    lab.get_by_role("menuitem", name="Archive").click()
    expect(pane.state).to_have_text("Archived")
    expect(pane.prompt).to_be_disabled()
    with pytest.raises(urllib.error.HTTPError) as refused:
        lab_server.ask(
            "POST", f"parsess/sessions/{pane.session}/prompts", {"id": "of-an-old-tab", "text": "run ls"}
        )
    assert refused.value.code == 409
    refused.value.close()
    expect(pane.region.get_by_text("This session is archived.")).to_be_visible()
    pane.button("Restore").click()
    pane.send("run ls")
    pane.settle()
    expect(pane.tool("ls")).to_contain_text("exit 0")


def test_a_key_that_is_refused_is_told_in_the_pane_and_works_as_soon_as_it_is_mended(
    model_lab: Page, model_directory: Path, messages_api: MessagesApi
) -> None:
    messages_api.key = "another"
    try:
        pane = start(model_lab, from_launcher(model_lab), str(model_directory))
        pane.send("Hello")
        failure = pane.conversation.get_by_role("group", name="The turn failed")
        expect(failure).to_contain_text("The API refused the key. Check ANTHROPIC_API_KEY")
        expect(pane.region).not_to_contain_text(KEY)
        messages_api.key = KEY
        failure.get_by_role("button", name="Try again").click()
        expect(pane.conversation.get_by_text(re.compile("You said:.*Hello", re.S))).to_be_visible()
    finally:
        messages_api.key = None


@pytest.fixture
def mortal_server(tmp_path_factory: pytest.TempPathFactory, messages_api: MessagesApi) -> Iterator[LabServer]:
    """To be killed."""
    server = LabServer(
        tmp_path_factory.mktemp("mortal"), ANTHROPIC_BASE_URL=messages_api.url, ANTHROPIC_API_KEY=KEY
    )
    with running(server):
        yield server


def test_a_server_that_is_killed_while_a_pane_streams_comes_back_with_everything(
    page: Page, mortal_server: LabServer, messages_api: MessagesApi
) -> None:
    lab = opened(page, mortal_server.lab_url())
    directory = mortal_server.root / "work"
    directory.mkdir()
    left = start(lab, from_launcher(lab), str(directory))
    lab.keyboard.press("Control+\\")
    right = start(lab, form(lab), str(directory))
    left.send("The first prompt")
    expect(left.conversation.get_by_text("You said: The first prompt")).to_be_visible()
    left.settle()
    messages_api.script({"content": [{"text": " ".join(f"word-{n}" for n in range(5000))}], "delay": 0.05})
    left.send("Tell me more")
    expect(left.conversation).to_contain_text("word-10 ")
    left.send("And then stop")
    expect(left.region.get_by_role("group", name="Queue")).to_contain_text("And then stop")
    right.prompt.fill("half a promp")

    # JupyterLab's own word on it, which may come at any moment.
    lab.add_locator_handler(
        lab.get_by_role("dialog").filter(has_text="Server Connection Error"),
        lambda dialog: dialog.get_by_role("button", name="Close").click(),
    )
    mortal_server.kill()
    for pane in (left, right):
        expect(pane.region.get_by_text("Reconnecting… your session goes on running")).to_be_visible()
    right.button("Send").click()
    expect(right.region.get_by_role("alert")).to_contain_text("The Jupyter server can")
    expect(right.prompt).to_have_value("half a promp")

    mortal_server.start()
    for pane in (left, right):
        expect(pane.region.get_by_text("Reconnecting…")).to_have_count(0, timeout=30_000)
    expect(left.state).to_have_text("Interrupted")
    expect(left.conversation.get_by_text("The server ended during this turn.")).to_be_visible()
    expect_once(left, "The first prompt", "Tell me more")
    expect(left.conversation).to_contain_text("word-10 ")
    expect(left.region.get_by_role("group", name="Queue")).to_contain_text("And then stop")
    right.button("Send").click()
    expect(right.conversation.get_by_text("You said: half a promp")).to_be_visible()

    # What waits goes on when the person says so.
    left.button("Now").click()
    expect(left.conversation.get_by_text(re.compile("You said:.*And then stop", re.S))).to_be_visible()
    expect(left.region.get_by_role("group", name="Queue")).to_have_count(0)
    wait_until_kept(lab, left.session, right.session)
    opened(lab, mortal_server.lab_url("/lab"))
    assert [pane.session for pane in panes(lab)] == [left.session, right.session]
    expect_once(left, "The first prompt", "Tell me more", "And then stop")
    expect_once(right, "half a promp")


def expect_once(pane: Pane, *prompts: str) -> None:
    for prompt in prompts:
        mine = pane.conversation.get_by_role("article", name="You").filter(has_text=prompt)
        expect(mine).to_have_count(1)
