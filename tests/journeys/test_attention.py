"""Where a person is wanted: questions in several tabs, finished work, closed panes; all of it by keyboard too."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.fakes.messages_api import MessagesApi
from tests.journeys.pages import (
    form,
    from_launcher,
    from_palette,
    from_running_panel,
    opened,
    panes,
    start,
    wait_until_kept,
)
from tests.journeys.server import LabServer

LONG = "\n\n".join(f"Paragraph {number} of a long answer." for number in range(1, 61))


def test_a_question_outlives_a_reload_and_is_answered_in_one_of_two_tabs_once(
    model_lab: Page, model_server: LabServer, model_directory: Path, messages_api: MessagesApi
) -> None:
    here = start(model_lab, from_launcher(model_lab), str(model_directory))
    write = {"tool": "write_file", "input": {"path": "made.txt", "content": "made\n"}}
    messages_api.script({"content": [{"text": LONG}, write]}, "That is done.")
    here.send("Make it")
    expect(here.question).to_contain_text("made.txt")
    wait_until_kept(model_lab, here.session)
    opened(model_lab, model_server.lab_url("/lab"))
    expect(here.question).to_contain_text("made.txt")
    expect(here.state).to_have_text("Waiting for you")
    expect(here.conversation).to_contain_text("Paragraph 60")
    here.wait_until_at_end()

    other_tab = model_lab.context.new_page()
    opened(other_tab, model_server.lab_url("/lab/workspaces/other?reset"))
    there = from_running_panel(other_tab, model_directory.name)
    assert there.session == here.session
    expect(there.question).to_contain_text("made.txt")
    there.wait_until_at_end()

    # The second answer is on its way while the first one arrives.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    model_lab.route("**/answers/**", hold)
    here.allow("Deny")
    there.allow()
    expect(there.conversation).to_contain_text("That is done.")
    there.settle()
    expect(here.question).to_have_count(0)
    with model_lab.expect_response("**/answers/**") as response:
        held[0].continue_()
    assert response.value.status == 409
    late = here.region.get_by_role("alert").filter(has_text="Your answer did not count.")
    expect(late).to_contain_text("This question has been answered")
    late.get_by_role("button", name="Dismiss").click()
    expect(late).to_have_count(0)
    for pane in (here, there):
        expect(pane.conversation.get_by_text("Allow once")).to_have_count(1)
        expect(pane.conversation.get_by_text("Deny")).to_have_count(0)
    assert (model_directory / "made.txt").read_text() == "made\n"
    kinds = [event["kind"] for event in model_server.events(here.session)]
    assert kinds.count("_question_answered") == 1


def test_a_session_that_is_deleted_is_told_in_its_pane_and_the_pane_is_of_use(
    lab: Page, lab_server: LabServer, directory: Path
) -> None:
    living = start(lab, from_launcher(lab), str(directory))
    lab.keyboard.press("Control+\\")
    other = start(lab, form(lab), str(directory))
    wait_until_kept(lab, living.session, other.session)
    lab_server.ask("DELETE", f"parsess/sessions/{living.session}")
    expect(living.region).to_contain_text("This session no longer exists on the server.")
    lab_server.ask("DELETE", f"parsess/sessions/{other.session}")
    expect(other.region).to_contain_text("This session no longer exists on the server.")

    opened(lab, lab_server.lab_url("/lab"))
    for pane in (living, other):
        expect(pane.region).to_contain_text("This session no longer exists on the server.")
        expect(pane.prompt).to_have_count(0)
    other.button("Close pane").click()
    expect(other.region).to_have_count(0)
    living.button("New session here").click()
    start(lab, form(lab), str(directory))
    expect(living.region).to_have_count(0)


def test_what_finished_unseen_is_marked_until_somebody_looks(
    lab: Page, lab_server: LabServer, directory: Path
) -> None:
    first = start(lab, from_launcher(lab), str(directory))
    first.send(f"run until [ -e {directory}/go ]; do sleep 0.1; done")
    first.allow()
    expect(first.tab).to_contain_text("●")
    from_palette(lab, "New Parallel Session")
    second = start(lab, form(lab), str(directory))
    expect(first.region).to_be_hidden()
    (directory / "go").touch()
    expect(first.tab).to_contain_text("✓")
    assert lab_server.ask("GET", f"parsess/sessions/{first.session}")["state"] == "finished"
    expect(second.tab).to_contain_text("○")
    first.tab.click()
    expect(first.state).to_have_text("Idle")
    expect(first.tab).to_contain_text("○")
    assert lab_server.ask("GET", f"parsess/sessions/{first.session}")["state"] == "idle"


def test_a_closed_pane_stops_nothing_and_comes_back_from_the_running_panel(
    lab: Page, lab_server: LabServer, directory: Path
) -> None:
    pane = start(lab, from_launcher(lab), str(directory))
    pane.wait_for_terminal(r"[$#%>] *$")
    pane.type_in_terminal("kept=yes\n")
    pane.send(f"run until [ -e {directory}/go ]; do sleep 0.1; done; echo it went on")
    pane.allow()
    expect(pane.state).to_have_text("Running")
    pane.tab.locator(".lm-TabBar-tabCloseIcon").click()
    expect(pane.region).to_have_count(0)
    assert lab_server.ask("GET", f"parsess/sessions/{pane.session}")["state"] == "running"

    again = from_running_panel(lab, directory.name)
    assert again.session == pane.session
    expect(again.state).to_have_text("Running")
    (directory / "go").touch()
    again.settle()
    again.tool("until").click()
    expect(again.conversation).to_contain_text("it went on")
    again.type_in_terminal("echo [$kept]\n")
    again.wait_for_terminal(r"^\[yes\]$")


def test_panes_are_walked_by_keyboard(lab: Page, directory: Path) -> None:
    left = start(lab, from_launcher(lab), str(directory))
    lab.keyboard.press("Control+\\")
    middle = start(lab, form(lab), str(directory))
    lab.keyboard.press("Control+\\")
    right = start(lab, form(lab), str(directory))
    assert [pane.session for pane in panes(lab)] == [left.session, middle.session, right.session]
    expect(right.prompt).to_be_focused()

    press(lab, "Control+;", "1")
    expect(left.prompt).to_be_focused()
    press(lab, "Control+;", "ArrowRight")
    expect(middle.prompt).to_be_focused()
    press(lab, "Control+;", "ArrowLeft")
    press(lab, "Control+;", "ArrowLeft")
    expect(right.prompt).to_be_focused()

    middle.send("write one.txt 1")
    left.send("write two.txt 2")
    for waiting in (left, middle):
        expect(waiting.question).to_be_visible()
    press(lab, "Control+;", "3")
    expect(right.prompt).to_be_focused()
    press(lab, "Control+;", "Control+;")
    expect(left.question.get_by_role("button", name="Allow once")).to_be_focused()
    press(lab, "Enter")
    expect(left.question).to_have_count(0)
    press(lab, "Control+;", "Control+;")
    expect(middle.question.get_by_role("button", name="Allow once")).to_be_focused()

    middle.wait_for_terminal(r"[$#%>] *$")
    press(lab, "Control+`")
    lab.keyboard.type("echo by-$((40+2))-key\n")
    middle.wait_for_terminal(r"^by-42-key$")
    press(lab, "Control+;", "3")
    expect(right.prompt).to_be_focused()
    press(lab, "Control+;", "2")
    lab.keyboard.type("echo again-$((40+2))\n")
    middle.wait_for_terminal(r"^again-42$")
    press(lab, "Control+`")
    expect(middle.question.get_by_role("button", name="Allow once")).to_be_focused()
    press(lab, "Escape")
    expect(middle.question.get_by_role("button", name="Deny")).to_be_focused()
    press(lab, "Enter")
    middle.settle()
    assert not (directory / "one.txt").exists()
    assert (directory / "two.txt").exists()


def test_from_the_palette_to_an_answered_question_without_a_mouse(
    lab: Page, lab_server: LabServer, directory: Path
) -> None:
    from_palette(lab, "New Parallel Session")
    shown = form(lab)
    expect(shown.get_by_role("textbox", name="First task")).to_be_focused()
    field = shown.get_by_role("textbox", name="Directory")
    walk_to(lab, field.element_handle(), "Shift+Tab")
    press(lab, "Control+a")
    lab.keyboard.type(str(directory))
    expect(field).to_have_value(str(directory))
    press(lab, "Enter")
    lab.wait_for_selector(".parsess-Pane[data-session-id]:not([data-session-id=''])")
    (pane,) = panes(lab)
    expect(pane.prompt).to_be_focused()
    lab.keyboard.type("write by-key.txt done")
    press(lab, "Enter")
    expect(pane.question.get_by_role("button", name="Allow once")).to_be_focused()
    press(lab, "Enter")
    pane.settle()
    assert (directory / "by-key.txt").read_text() == "done\n"
    expect(pane.prompt).to_be_focused()

    lab.keyboard.type("write other.txt no")
    press(lab, "Enter")
    expect(pane.question.get_by_role("button", name="Allow once")).to_be_focused()
    press(lab, "Escape")
    expect(pane.question.get_by_role("button", name="Deny")).to_be_focused()
    press(lab, "Enter")
    pane.settle()
    assert not (directory / "other.txt").exists()
    expect(pane.prompt).to_be_focused()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def walk_to(page: Page, target: object, key: str) -> None:
    """Press a key until the target has the keyboard."""
    for _ in range(20):
        if page.evaluate("target => target === document.activeElement", target):
            return
        page.keyboard.press(key)
    raise AssertionError("It can't be reached by keyboard")
