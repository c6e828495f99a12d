"""Looking through what an agent did: comment, stage, revert, commit; and going back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fakes.messages_api import MessagesApi
from tests.journeys.git import git, repository, subjects
from tests.journeys.looks import THEMES, TOO_FAINT, TOO_WIDE, expect_none, make_narrow, use_theme
from tests.journeys.pages import Pane, from_launcher, opened, start, wait_until_kept
from tests.journeys.server import LabServer

CODE = "def first():\n    return 1\n" + "".join(f"# {n}\n" for n in range(30)) + "def last():\n    return 9\n"


@pytest.fixture
def shop(directory: Path) -> Path:
    return repository(directory, shop__py=CODE)


@pytest.fixture
def pane(lab: Page, shop: Path) -> Pane:
    shown = from_launcher(lab)
    shown.get_by_role("combobox", name="Mode", exact=True).select_option("accept_edits")
    return start(lab, shown, str(shop))


def hunks(pane: Pane) -> Locator:
    return pane.region.get_by_role("group", name=re.compile("^Hunk"))


def test_comments_go_as_one_prompt_hunks_are_staged_reverted_and_committed(
    lab: Page, pane: Pane, shop: Path
) -> None:
    expect(pane.region.get_by_role("tab", name="Changes")).to_be_visible()
    changed = CODE.replace("return 1", "return 11").replace("return 9", "return 99")
    (shop / "shop.py").write_text(changed, encoding="utf-8")
    tab = pane.region.get_by_role("tab", name="Changes 1 file +2 \N{MINUS SIGN}2")
    tab.click()
    expect(hunks(pane)).to_have_count(2)

    # By the keyboard alone: from the list to the second hunk, and a remark on its line.
    pane.region.get_by_role("listbox", name="Changed files").focus()
    lab.keyboard.press("Enter")
    lab.keyboard.press("n")
    for _ in range(3):
        lab.keyboard.press("ArrowDown")
    lab.keyboard.press("c")
    lab.keyboard.type("Why ninety-nine?")
    lab.keyboard.press("Enter")
    hunks(pane).first.get_by_role("button", name="Comment").click()
    lab.keyboard.type("Name this constant.")
    lab.keyboard.press("Enter")
    review = pane.region.get_by_role("group", name="Comments")
    expect(review.get_by_role("button", name="2 comments")).to_be_visible()
    review.get_by_role("button", name="Send comments").click()
    expect(review).to_have_count(0)
    sent = pane.conversation.get_by_role("article", name="You")
    expect(sent).to_have_count(1)
    for words in ("`shop.py`", "line 34", "-    return 9", "+    return 99", "Why ninety-nine?", "Name this"):
        expect(sent).to_contain_text(words)
    pane.settle()

    hunks(pane).first.get_by_role("button", name="Stage").click()
    expect(hunks(pane).first.get_by_role("button", name="Unstage")).to_be_visible()
    staged = git(shop, "diff", "--cached", "-U0")
    assert "+    return 11" in staged
    assert "return 99" not in staged

    # Asked once, and taken back.
    hunks(pane).last.get_by_role("button", name="Revert").click()
    assert (shop / "shop.py").read_text(encoding="utf-8") == changed
    hunks(pane).last.get_by_role("group").get_by_role("button", name="Revert").click()
    expect(pane.region.get_by_text("Took changes of shop.py back.")).to_be_visible()
    expect(hunks(pane)).to_have_count(1)
    assert "return 99" not in (shop / "shop.py").read_text(encoding="utf-8")
    pane.button("Undo").click()
    expect(hunks(pane)).to_have_count(2)
    assert (shop / "shop.py").read_text(encoding="utf-8") == changed

    # The tour has no words of its own.
    expect(pane.region.get_by_text("Proposals need a model")).to_be_visible()
    pane.region.get_by_role("textbox", name="Commit message").fill("Return eleven")
    pane.region.get_by_role("button", name=re.compile("^Commit")).last.click()
    expect(pane.region.get_by_text(re.compile("Committed .*Return eleven"))).to_be_visible()
    assert subjects(shop) == ["First", "Return eleven"]
    assert git(shop, "show", "HEAD:shop.py") == CODE.replace("return 1\n", "return 11\n").rstrip("\n")
    expect(hunks(pane)).to_have_count(1)
    expect(pane.region.get_by_role("tab", name="Changes 1 file +1 \N{MINUS SIGN}1")).to_be_visible()


def test_everything_is_staged_and_committed_at_once_and_all_words_stand_out(
    lab: Page, pane: Pane, shop: Path
) -> None:
    (shop / "shop.py").write_text(CODE.replace("return 1", "return 11"), encoding="utf-8")
    (shop / "new.txt").write_text("new\n", encoding="utf-8")
    (shop / "shop.bin").write_bytes(b"\0\1")
    pane.region.get_by_role("tab", name="Changes 3 files").click()
    files = pane.region.get_by_role("listbox", name="Changed files")
    files.focus()
    lab.keyboard.press("a")
    expect(pane.button("Unstage all")).to_be_visible()
    assert git(shop, "diff", "--cached", "--name-only").split() == ["new.txt", "shop.bin", "shop.py"]
    pane.button("Unstage all").click()
    expect(pane.button("Stage all")).to_be_visible()
    assert git(shop, "diff", "--cached", "--name-only") == ""

    files.get_by_role("option", name=re.compile("shop.py")).click()
    hunks(pane).first.get_by_role("button", name="Comment").click()
    lab.keyboard.type("Why eleven?")
    message = pane.region.get_by_role("textbox", name="Commit message")
    message.fill("All of it")
    for theme in THEMES:
        use_theme(lab, theme)
        expect_none(pane.region, TOO_FAINT, 4.5)
    use_theme(lab, THEMES[0])
    make_narrow(lab, pane.region, 320)
    expect_none(pane.region, TOO_WIDE)

    # What is being written waits while one looks elsewhere.
    files.get_by_role("option", name=re.compile("new.txt")).click()
    expect(pane.region.get_by_role("textbox", name=re.compile("^Comment on"))).to_have_count(0)
    files.get_by_role("option", name=re.compile("shop.py")).click()
    expect(pane.region.get_by_role("textbox", name=re.compile("^Comment on"))).to_have_value("Why eleven?")
    pane.button("Commit all 3 files").click()
    expect(pane.region.get_by_text("Everything is committed.")).to_be_visible()
    assert subjects(shop) == ["First", "All of it"]
    assert git(shop, "status", "--porcelain") == ""


def test_the_agent_writes_the_commit_message_into_the_field_unless_somebody_typed_there(
    model_lab: Page, model_server: LabServer, model_directory: Path, messages_api: MessagesApi
) -> None:
    shop = repository(model_directory, shop__py=CODE)
    (shop / "shop.py").write_text(CODE.replace("return 1", "return 11"), encoding="utf-8")
    pane = start(model_lab, from_launcher(model_lab), str(shop))
    pane.region.get_by_role("tab", name=re.compile("^Changes")).click()
    message = pane.region.get_by_role("textbox", name="Commit message")
    propose, said = pane.button("Let the agent propose"), pane.conversation.get_by_role("article", name="You")

    # While another turn runs it waits, also behind another tab.
    messages_api.script(
        {"content": [{"tool": "write_file", "input": {"path": "new.txt", "content": "new\n"}}]},
        "Written.",
        "Here you are:\n\n```text\nReturn eleven\n\nOne was too few.\n```",
    )
    pane.send("write a file")
    expect(pane.question).to_be_visible()
    propose.click()
    expect(pane.region.get_by_text("Waits for its turn\u2026")).to_be_visible()
    pane.region.get_by_role("tab", name="Terminal").click()
    expect(said).to_have_count(1)
    pane.allow()
    pane.settle()
    expect(said.last).to_contain_text("git diff HEAD")
    pane.region.get_by_role("tab", name=re.compile("^Changes")).click()
    expect(message).to_have_value("Return eleven\n\nOne was too few.")

    # The words of a person stay until they want others.
    message.fill("Mine")
    messages_api.script("```\nIts own\n```")
    propose.click()
    offered = pane.button("Use the agent\u2019s message")
    expect(offered).to_be_visible()
    expect(message).to_have_value("Mine")
    offered.click()
    expect(message).to_have_value("Its own")

    # A turn that fails or brings nothing gives the button back.
    messages_api.script({"status": 400, "message": "too odd"}, "I would rather not.")
    propose.click()
    expect(pane.conversation).to_contain_text("too odd")
    expect(propose).to_be_visible()
    propose.click()
    expect(pane.region.get_by_text("The agent answered without a commit message.")).to_be_visible()

    # What is awaited is awaited after a reload, in the tab that was in front; and it can be given up.
    messages_api.script({"content": [{"text": "slowly " * 500}], "delay": 0.2})
    propose.click()
    writes = pane.region.get_by_text("The agent writes\u2026")
    expect(writes).to_be_visible()
    wait_until_kept(model_lab, pane.session)
    wait_until_kept(model_lab, '"changes"', under=f"parsess-lab-layout:{pane.session}")
    opened(model_lab, model_server.lab_url("/lab"))
    expect(writes).to_be_visible()
    pane.button("Give up").click()
    expect(propose).to_be_visible()
    pane.settle()
    expect(message).to_have_value("Its own")
    pane.button("Commit all 2 files").click()
    expect(pane.region.get_by_text("Everything is committed.")).to_be_visible()
    assert subjects(shop) == ["First", "Its own"]


def test_files_and_conversation_go_back_to_before_a_prompt_and_forth_again(pane: Pane, shop: Path) -> None:
    pane.take_turn("write a.txt one")
    pane.take_turn("write b.txt two")
    pane.take_turn("write a.txt three")
    (shop / "b.txt").write_text("mine\n", encoding="utf-8")
    prompts = pane.conversation.get_by_role("article", name="You")
    expect(prompts).to_have_count(3)

    prompts.nth(1).hover()
    prompts.nth(1).get_by_role("button", name="Rewind to here").click()
    panel = pane.region.get_by_role("region", name="Rewind")
    # Nothing is written before it is shown what would be, and whose edits go.
    expect(panel).to_contain_text("changed by somebody else")
    expect(panel).to_contain_text("b.txt")
    assert (shop / "a.txt").read_text(encoding="utf-8") == "three\n"
    panel.get_by_role("button", name="Rewind, over these changes too").click()
    expect(prompts).to_have_count(1)
    assert (shop / "a.txt").read_text(encoding="utf-8") == "one\n"
    assert not (shop / "b.txt").exists()
    expect(pane.prompt).to_have_value("write b.txt two")

    pane.conversation.get_by_role("button", name="Undo").click()
    expect(prompts).to_have_count(3)
    assert (shop / "a.txt").read_text(encoding="utf-8") == "three\n"
    assert (shop / "b.txt").read_text(encoding="utf-8") == "mine\n"


def test_the_slash_command_rewinds_the_conversation_alone(pane: Pane, shop: Path) -> None:
    pane.take_turn("write a.txt one")
    pane.take_turn("write a.txt two")
    pane.prompt.fill("/rewind")
    pane.prompt.press("Enter")
    panel = pane.region.get_by_role("region", name="Rewind")
    panel.get_by_role("radio", name="Conversation").check()
    panel.get_by_role("button", name="Rewind", exact=True).click()
    expect(pane.conversation.get_by_role("article", name="You")).to_have_count(1)
    assert (shop / "a.txt").read_text(encoding="utf-8") == "two\n"


def test_a_plain_directory_has_no_changes_to_show_but_those_of_the_last_turn(
    lab: Page, directory: Path
) -> None:
    shown = from_launcher(lab)
    shown.get_by_role("combobox", name="Mode", exact=True).select_option("accept_edits")
    pane = start(lab, shown, str(directory))
    pane.region.get_by_role("tab", name="Changes").click()
    expect(pane.region.get_by_text(re.compile("in no git repository"))).to_be_visible()
    pane.take_turn("write a.txt one")
    pane.button("Show the last turn").click()
    expect(pane.region.get_by_role("option", name=re.compile(r"a\.txt.*added"))).to_be_visible()
