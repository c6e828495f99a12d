"""Two agents on two branches of one repository: isolated, warned of each other, landed, and cleaned up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.git import git, repository, subjects
from tests.journeys.pages import Pane, form, from_launcher, panes, start
from tests.journeys.server import LabServer

MENU = "water\n" + "".join(f"{number}. juice\n" for number in range(12)) + "wine\n"


@pytest.fixture
def cafe(directory: Path) -> Path:
    return repository(directory, menu__txt=MENU, README="# Café\n")


def start_in_worktree(page: Page, shown: Locator, directory: Path, branch: str) -> Pane:
    shown.get_by_role("textbox", name="Directory").fill(str(directory))
    shown.get_by_role("radio", name="new worktree").check()
    shown.get_by_role("textbox", name="Branch").fill(branch)
    shown.get_by_role("combobox", name="Mode", exact=True).select_option("accept_edits")
    return start(page, shown, str(directory))


def worktree_of(repository: Path, branch: str) -> Path:
    listed = git(repository, "worktree", "list", "--porcelain").split("\n\n")
    found = next(one for one in listed if f"branch refs/heads/{branch}" in one)
    return Path(found.splitlines()[0].removeprefix("worktree "))


def changes(pane: Pane) -> None:
    pane.region.get_by_role("tab", name="Changes").click()


def radar(pane: Pane) -> Locator:
    return pane.region.get_by_role("button", name=re.compile("^Collides"))


def land(pane: Pane, how: str, uncommitted: str | None = None) -> None:
    """``uncommitted`` begins what becomes of changes that are in no commit; it must be said."""
    changes(pane)
    pane.button("Land into main…").click()
    pane.region.get_by_role("radio", name=how).check()
    if uncommitted is not None:
        expect(pane.button("Land into main")).to_be_disabled()
        pane.region.get_by_role("radio", name=re.compile(f"^{uncommitted}")).check()
    pane.button("Land into main").click()


def remove(pane: Pane, worktree: Path) -> None:
    """Agree to each loss that is named, one by one; the session is archived with it."""
    button = pane.button("Remove worktree")
    reasons = pane.region.get_by_role("group", name=re.compile("Agree to each")).get_by_role("checkbox")
    # The terminal of the pane is in it, so there is at least one.
    expect(reasons.first).to_be_visible()
    for box in reasons.all():
        expect(button).to_be_disabled()
        box.check()
    button.click()
    expect(pane.state).to_have_text(re.compile("archived", re.IGNORECASE))
    expect(pane.page.get_by_role("button", name="Undo").last).to_be_visible()
    assert not worktree.exists()


def test_two_worktrees_of_one_repository_land_one_after_the_other(lab: Page, cafe: Path) -> None:
    left = start_in_worktree(lab, from_launcher(lab), cafe, "feature/tea")
    expect(left.conversation).to_contain_text("Worktree ready")
    left.prompt.click()
    lab.keyboard.press("Control+\\")
    right = start_in_worktree(lab, form(lab), cafe, "feature/coffee")
    tea, coffee = worktree_of(cafe, "feature/tea"), worktree_of(cafe, "feature/coffee")
    expect(left.region).to_contain_text("feature/tea ← main")

    # Each works in its own checkout, and neither in the other's or in the main one.
    left.take_turn("run sed -i 's/^water$/tea/' menu.txt && git commit -qam Tea", asks=True)
    right.take_turn("run sed -i 's/^water$/coffee/' menu.txt && git commit -qam Coffee", asks=True)
    right.take_turn("write notes.txt Roast the beans.")
    assert [first_line(place) for place in (tea, coffee, cafe)] == ["tea", "coffee", "water"]
    assert not (tea / "notes.txt").exists()

    # Both are told while there is time, with the file; the mark leads to the other.
    for pane in (left, right):
        expect(radar(pane)).to_have_accessible_name(re.compile(r"would not merge.*menu\.txt"))
    radar(left).click()
    expect(right.prompt).to_be_focused()

    land(left, "Squash")
    expect(left.region).to_contain_text("Landed on main as")
    assert subjects(cafe, "main") == ["First", left.region.get_attribute("aria-label")]
    assert git(cafe, "status", "--porcelain") == ""
    assert first_line(cafe) == "tea"

    bring_together(right, cafe, coffee)
    right.button("Back to the changes").click()
    land(right, "Rebase", uncommitted="Leave (it|them) here")
    expect(right.region).to_contain_text("Landed on main as")

    left.button("Archive the session and remove the worktree…").click()
    remove(left, tea)
    # The way back stays in the list of notifications.
    lab.get_by_role("button", name="Hide notification").click()
    remove_bring_back_and_remove(right, coffee)
    assert git(cafe, "worktree", "list").count("\n") == 0
    assert git(cafe, "branch", "--format=%(refname:short)") == "main"
    assert subjects(cafe, "main")[0::2] == ["First", "Coffee"]
    assert git(cafe, "rev-list", "--count", "--merges", "main") == "0"
    assert git(cafe, "status", "--porcelain") == ""
    assert (cafe / "menu.txt").read_text(encoding="utf-8").startswith("tea\ncoffee\n")


def first_line(place: Path) -> str:
    return (place / "menu.txt").read_text(encoding="utf-8").splitlines()[0]


def bring_together(pane: Pane, target: Path, worktree: Path) -> None:
    """The work collides now: nothing is changed, and the agent is asked to rebase it."""
    before = git(target, "rev-parse", "main")
    land(pane, "Rebase", uncommitted="Leave (it|them) here")
    expect(pane.region.get_by_role("alert")).to_contain_text("menu.txt")
    assert git(target, "rev-parse", "main") == before
    pane.button("Let the agent resolve").click()
    expect(pane.conversation).to_contain_text("Rebase this branch onto")
    pane.settle()
    # The tour knows no words but its own, so what a model would run is spelt out.
    pane.take_turn("run git stash -qu && git rebase main || true", asks=True)
    assert git(worktree, "status", "--porcelain") == "UU menu.txt"
    (worktree / "menu.txt").write_text(MENU.replace("water\n", "tea\ncoffee\n"), encoding="utf-8")
    finish = "git add menu.txt && git -c core.editor=true rebase --continue && git stash pop -q"
    pane.take_turn(f"run {finish}", asks=True)
    assert (worktree / "notes.txt").is_file()


def remove_bring_back_and_remove(pane: Pane, worktree: Path) -> None:
    """Undo brings all of it back: branch, session, files that no commit has."""
    page = pane.page
    pane.button("Archive the session and remove the worktree…").click()
    expect(pane.region.get_by_role("checkbox", name=re.compile("Untracked files"))).not_to_be_checked()
    remove(pane, worktree)
    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_text(re.compile("^Back as it was")).first).to_be_visible()
    assert (worktree / "notes.txt").read_text(encoding="utf-8") == "Roast the beans.\n"
    assert git(worktree, "rev-parse", "--abbrev-ref", "HEAD") == "feature/coffee"
    expect(pane.state).not_to_have_text(re.compile("archived", re.IGNORECASE))
    pane.button("Session menu").click()
    page.get_by_role("menuitem", name="Remove Worktree…").click()
    remove(pane, worktree)


def test_what_a_worktree_lacks_is_carried_over(lab: Page, cafe: Path) -> None:
    (cafe / "README").write_text("# Café\n\nOpen at nine.\n", encoding="utf-8")
    pane = start_in_worktree(lab, from_launcher(lab), cafe, "feature/hours")
    lacks = pane.region.get_by_role("group", name="What this worktree lacks")
    expect(lacks).to_contain_text("1 uncommitted change")
    lacks.get_by_role("button", name="Carry over").click()
    expect(lacks).to_contain_text("Carried 1 file over.")
    worktree = worktree_of(cafe, "feature/hours")
    assert (worktree / "README").read_text(encoding="utf-8").endswith("Open at nine.\n")
    expect(pane.region.get_by_role("tab", name="Changes 1 file +2")).to_be_visible()


def test_a_wish_that_cannot_be_granted_stands_beside_its_field(lab: Page, cafe: Path) -> None:
    shown = from_launcher(lab)
    shown.get_by_role("textbox", name="Directory").fill(str(cafe))
    shown.get_by_role("radio", name="new worktree").check()
    branch = shown.get_by_role("textbox", name="Branch")
    branch.fill("..")
    shown.get_by_role("button", name="Start session").click()
    expect(shown.get_by_role("alert")).to_be_visible()
    expect(branch).to_have_attribute("aria-invalid", "true")
    branch.fill("feature/fine")
    shown.get_by_role("textbox", name="First task").fill("write wish.txt granted")
    shown.get_by_role("combobox", name="Mode", exact=True).select_option("accept_edits")
    pane = start(lab, shown, str(cafe))
    expect(pane.conversation).to_contain_text("wish.txt is written")
    assert (worktree_of(cafe, "feature/fine") / "wish.txt").is_file()
    assert not (cafe / "wish.txt").exists()


def test_a_command_of_the_repository_runs_only_when_it_was_agreed_to(lab: Page, cafe: Path) -> None:
    (cafe / ".parsess").mkdir()
    (cafe / ".parsess" / "settings.json").write_text(
        '{"worktree": {"setup": "echo beans-$((40+2)) && touch set-up && exit 3"}}', encoding="utf-8"
    )
    git(cafe, "add", ".")
    git(cafe, "commit", "-q", "-m", "Setup")
    pane = start_in_worktree(lab, from_launcher(lab), cafe, "feature/setup")
    consent = pane.region.get_by_role("group", name="Setup command")
    expect(consent).to_contain_text("echo beans-$((40+2)) && touch set-up && exit 3")
    worktree = worktree_of(cafe, "feature/setup")
    assert not (worktree / "set-up").exists()
    consent.get_by_role("button", name="Run it").click()
    expect(pane.conversation).to_contain_text("beans-42")
    expect(pane.conversation).to_contain_text("exit 3")
    assert (worktree / "set-up").exists()
    (worktree / "set-up").unlink()
    pane.button("Run again").click()
    lab.wait_for_function(
        "pane => /failed/.test(pane.textContent)",
        arg=pane.region.get_by_role("list", name="Steps").element_handle(),
    )
    expect(pane.conversation).to_contain_text("exit 3")


def test_a_worktree_that_is_not_made_says_why_and_can_be_asked_for_otherwise(
    lab: Page, lab_server: LabServer, cafe: Path
) -> None:
    """A filter that git needs for the checkout fails: nothing is left, and nothing else is used instead."""
    (cafe / ".gitattributes").write_text("*.txt filter=broken\n", encoding="utf-8")
    git(cafe, "add", ".")
    git(cafe, "commit", "-q", "-m", "Filter")
    for key, value in (("smudge", "false"), ("clean", "cat"), ("required", "true")):
        git(cafe, "config", f"filter.broken.{key}", value)
    shown = from_launcher(lab)
    shown.get_by_role("textbox", name="Directory").fill(str(cafe))
    shown.get_by_role("radio", name="new worktree").check()
    shown.get_by_role("textbox", name="Branch").fill("feature/late")
    shown.get_by_role("textbox", name="First task").fill("write late.txt made")
    shown.get_by_role("combobox", name="Mode", exact=True).select_option("accept_edits")
    shown.get_by_role("button", name="Start session").click()
    failed = lab.get_by_role("region").filter(has_text="The worktree was not made")
    expect(failed).to_contain_text("smudge filter broken failed")
    assert git(cafe, "branch", "--format=%(refname:short)") == "main"
    assert git(cafe, "worktree", "list").count("\n") == 0

    failed.get_by_role("button", name="Retry with changes…").click()
    again = form(lab)
    expect(again.get_by_role("textbox", name="Branch")).to_have_value("feature/late")
    git(cafe, "config", "filter.broken.smudge", "cat")
    again.get_by_role("textbox", name="Branch").fill("feature/better")
    pane = start(lab, again, str(cafe))
    expect(pane.conversation).to_contain_text("late.txt is written")
    assert (worktree_of(cafe, "feature/better") / "late.txt").is_file()
    assert not (cafe / "late.txt").exists()
    # What came to nothing has gone from the list, and its pane is this one now.
    assert [at.session for at in panes(lab)] == [pane.session]
    here = [one for one in lab_server.ask("GET", "parsess/sessions") if str(cafe) in one["directory"]]
    assert [one["id"] for one in here] == [pane.session]
