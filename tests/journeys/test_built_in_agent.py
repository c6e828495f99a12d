"""The built-in agent in panes: the main job again, and each thing that can go wrong with its model."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fakes.messages_api import MessagesApi
from tests.journeys.pages import Pane, form, from_launcher, opened, panes, start, wait_until_kept
from tests.journeys.server import LabServer, running

CLI = Path(__file__).parents[2] / "labextension/node_modules/@copilotkit/aimock/dist/cli.js"
STORY = " ".join(f"Sentence {number} of a story that takes its time." for number in range(1, 9))
COMPARED = {"userMessage": "compare", "hasToolResult": False}
CONCLUDED = {"userMessage": "compare", "hasToolResult": True, "toolResultContains": "notes.txt"}
FIXTURES = [
    {
        "match": COMPARED,
        "response": {
            "toolCalls": [
                {"name": "read_file", "arguments": {"path": "one.txt"}, "id": "toolu_one"},
                {"name": "read_file", "arguments": {"path": "two.txt"}, "id": "toolu_two"},
                {
                    "name": "write_file",
                    "arguments": {"path": "notes.txt", "content": "They differ.\n"},
                    "id": "toolu_notes",
                },
            ],
            "reasoning": "I should read both at once.",
            "reasoningSignature": "c2ln",
        },
    },
    {"match": CONCLUDED, "response": {"content": "One says first, two says **second**."}},
    {
        "match": {"userMessage": "story"},
        "response": {"content": f"{STORY} The end."},
        "latency": 60,
        "chunkSize": 8,
    },
]
PICTURE = """
async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 30, height: 20 });
  canvas.getContext('2d').fillRect(0, 0, 15, 20);
  const png = await new Promise(resolve => canvas.toBlob(resolve, 'image/png'));
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
}
"""


def paste_picture(pane: Pane) -> None:
    """A picture of 30 by 20 pixels out of the clipboard."""
    pane.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    pane.page.evaluate(PICTURE)
    pane.prompt.focus()
    pane.page.keyboard.press("Control+v")
    expect(pane.region.get_by_role("list", name="Attachments").last).to_contain_text("png")


def expect_picture(pane: Pane) -> None:
    pane.page.wait_for_function(
        "image => image.naturalWidth === 30 && image.naturalHeight === 20",
        arg=pane.conversation.get_by_role("img", name="image.png").element_handle(),
    )


# --- against aimock, which others wrote -----------------------------------------------------------------


@pytest.fixture(scope="module")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a mock of the Messages API."""
    node = shutil.which("node")
    assert node is not None
    assert CLI.exists(), "aimock is installed with the front end's development packages"
    fixtures = tmp_path_factory.mktemp("aimock") / "fixtures.json"
    fixtures.write_text(json.dumps({"fixtures": FIXTURES}))
    command = [node, str(CLI), "--port", "0", "--fixtures", str(fixtures), "--strict"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        found = next(filter(None, (re.search(r"http://[\w.:]+", line) for line in process.stdout)), None)
        try:
            assert found is not None, "aimock did not start"
            yield found.group()
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # `node` may be a launcher with the real one below it


@pytest.fixture(scope="module")
def aimock_server(aimock: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    server = LabServer(
        tmp_path_factory.mktemp("aimock-lab"),
        ANTHROPIC_BASE_URL=aimock,
        ANTHROPIC_API_KEY="mock",
        ANTHROPIC_MODEL="claude-sonnet-5-5",
    )
    with running(server):
        yield server


def test_two_sessions_of_the_built_in_agent_work_side_by_side(page: Page, aimock_server: LabServer) -> None:
    alpha, beta = aimock_server.root / "alpha", aimock_server.root / "beta"
    for directory in (alpha, beta):
        directory.mkdir()
    (alpha / "one.txt").write_text("the first\n")
    (alpha / "two.txt").write_text("the second\n")
    lab = opened(page, aimock_server.lab_url())
    left = start(lab, from_launcher(lab), str(alpha))
    left.prompt.click()
    lab.keyboard.press("Control+\\")
    right = start(lab, form(lab), str(beta))

    # The right one streams while the left one waits for its answer.
    paste_picture(left)
    left.send("compare the two, and this picture")
    expect(left.question).to_contain_text("notes.txt")
    right.send("tell me a story")
    expect(right.conversation).to_contain_text("Sentence 1 of")
    expect(right.conversation).not_to_contain_text("The end.")
    assert not (alpha / "notes.txt").exists()
    left.allow()
    expect(left.conversation).to_contain_text("One says first, two says second.")
    assert (alpha / "notes.txt").read_text() == "They differ.\n"
    expect_picture(left)
    left.conversation.get_by_role("button", name=re.compile("^Thought")).click()
    expect(left.conversation).to_contain_text("I should read both at once.")

    right.wait_for_terminal(r"[$#%>] *$")
    right.type_in_terminal("pwd; echo living-$((40+2))\n")
    right.wait_for_terminal(r"^living-42$")
    expect(right.conversation).to_contain_text("The end.")
    for pane in (left, right):
        pane.settle()

    wait_until_kept(lab, left.session, right.session)
    opened(lab, aimock_server.lab_url("/lab"))
    assert [pane.session for pane in panes(lab)] == [left.session, right.session]
    expect(right.conversation.get_by_text("The end.")).to_have_count(1)
    expect(left.conversation.get_by_text("One says first, two says second.")).to_have_count(1)
    expect(left.conversation.get_by_text("compare the two")).to_have_count(1)
    expect_picture(left)
    right.wait_for_terminal(r"^living-42$")
    assert right.terminal_text().count("living-42") == 1
    results = [event for event in aimock_server.events(left.session) if event["kind"] == "tool_call"]
    assert [event["name"] for event in results] == ["read_file", "read_file", "write_file"]


# --- against a scripted service, with its faults --------------------------------------------------------


@pytest.fixture(scope="module")
def shared_pane(
    browser: Browser,
    browser_context_args: dict[str, Any],
    model_server: LabServer,
) -> Iterator[Pane]:
    """One session for all faults: it has to go on after each of them."""
    directory = model_server.root / "faults"
    directory.mkdir()
    context = browser.new_context(**browser_context_args)
    lab = opened(context.new_page(), model_server.lab_url())
    yield start(lab, from_launcher(lab), str(directory))
    context.close()


@pytest.fixture
def pane(shared_pane: Pane, messages_api: MessagesApi) -> Iterator[Pane]:
    """At rest, with a service that does as it is told."""
    yield shared_pane
    messages_api.forget_script()


def remember_retries(page: Page) -> None:
    """What is said of retries, however short."""
    page.evaluate(
        """() => {
          window.retries = new Set();
          new MutationObserver(() => {
            for (const shown of document.querySelectorAll('.parsess-Retry')) {
              window.retries.add(shown.innerText);
            }
          }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )


def expect_to_go_on(pane: Pane, words: str) -> None:
    pane.send(words)
    # What was not answered before goes along.
    expect(pane.conversation.get_by_text(re.compile(f"You said:.*{re.escape(words)}", re.S))).to_be_visible()
    pane.settle()


HALF = {"content": [{"thinking": "hm hm"}, {"text": "half of an answer"}]}


@pytest.mark.parametrize(
    ("fault", "happened", "name"),
    [
        ({"status": 429, "retry_after": 0.3}, "The rate limit of", "rate limit"),
        ({"status": 529, "retry_after": 0.3}, "is overloaded", "overloaded"),
        ({"status": 504, "retry_after": 0.3}, "did not answer in time", "timeout"),
        (HALF | {"fault": {"cut": "stall", "after": 9}}, "did not answer in time", "stall"),
        (HALF | {"fault": {"cut": "drop", "after": 9}}, "The connection to", "drop"),
        (HALF | {"fault": {"cut": "truncate", "after": 9}}, "stopped in the middle", "cut"),
        (HALF | {"fault": {"cut": "corrupt", "after": 9}}, "something unreadable", "corrupt"),
        (HALF | {"fault": {"cut": "error", "after": 9}}, "is overloaded", "error inside"),
    ],
)
def test_what_may_pass_is_tried_again_in_sight(
    fault: dict[str, Any], happened: str, name: str, pane: Pane, messages_api: MessagesApi
) -> None:
    remember_retries(pane.page)
    messages_api.script(fault, f"Here I am after: {name}.")
    pane.send(f"Hello, {name}")
    expect(pane.conversation.get_by_text(f"Here I am after: {name}.")).to_be_visible()
    pane.settle()
    expect(pane.conversation.get_by_text("half of an answer")).to_have_count(0)
    said = "\n".join(pane.page.evaluate("() => [...window.retries]"))
    assert happened in said
    assert "attempt 2 of 6" in said
    expect_to_go_on(pane, f"still there, {name}?")


@pytest.mark.parametrize(
    ("fault", "words", "name"),
    [
        ({"status": 401}, "The API refused the key. Check ANTHROPIC_API_KEY in the environment", "key"),
        (
            {"status": 400, "message": "prompt is too long: 9 > 8"},
            "The conversation has grown too long for the model. Choose a model with a larger context window,"
            " or start a new session",
            "context overflow",
        ),
        (
            {"status": 400, "message": "Your credit balance is too low"},
            "The API wants to be paid: Your credit balance is too low. Settle it with the vendor",
            "billing",
        ),
        (
            {"html": "<html>A proxy</html>"},
            "The server does not speak the Messages API. Check ANTHROPIC_BASE_URL",
            "proxy",
        ),
        (
            {"status": 429, "retry_after": 7200},
            "The rate limit of the model service is reached. Nothing is lost: send again in a while.",
            "hours",
        ),
    ],
)
def test_what_will_not_pass_says_what_to_do(
    fault: dict[str, Any], words: str, name: str, pane: Pane, messages_api: MessagesApi
) -> None:
    messages_api.script(fault)
    pane.send(f"Hello, {name}")
    failure = pane.conversation.get_by_role("group", name="The turn failed").last
    expect(failure).to_contain_text(words)
    expect(pane.state).to_have_text("Failed")
    failure.get_by_role("button", name="Try again").click()
    expect(pane.conversation.get_by_text(re.compile(f"You said:.*Hello, {name}", re.S))).to_be_visible()
    pane.settle()
    expect(pane.button("Try again")).to_have_count(0)
    expect_to_go_on(pane, f"still there, {name}?")


def test_an_overload_that_lasts_ends_the_turn_and_can_be_tried_again(
    pane: Pane, messages_api: MessagesApi
) -> None:
    messages_api.script(*[{"status": 529, "retry_after": 0.01}] * 6, "At last.")
    pane.send("Hello, you who are busy")
    failure = pane.conversation.get_by_role("group", name="The turn failed").last
    expect(failure).to_contain_text("The model service is overloaded. Nothing is lost")
    failure.get_by_role("button", name="Try again").click()
    expect(pane.conversation.get_by_text("At last.")).to_be_visible()
    expect_to_go_on(pane, "still there after all attempts?")


def test_a_long_wait_is_given_up(pane: Pane, messages_api: MessagesApi) -> None:
    messages_api.script({"status": 429, "retry_after": 60})
    pane.send("Hello, patience")
    expect(pane.conversation).to_contain_text(re.compile(r"attempt 2 of 6 in [56]\d s"))
    pane.button("Give up").click()
    expect(pane.conversation.get_by_text("You stopped this turn.")).to_be_visible()
    expect(pane.button("Give up")).to_have_count(0)
    expect_to_go_on(pane, "still there after giving up?")


def test_a_refusal_says_so(pane: Pane, messages_api: MessagesApi) -> None:
    messages_api.script(
        {
            "content": [{"text": "I"}],
            "stop_reason": "refusal",
            "stop_details": {"type": "refusal", "category": "cyber"},
        }
    )
    pane.send("Hello, something bad")
    expect(pane.conversation.get_by_text("The model declined to answer (cyber).")).to_be_visible()
    expect(pane.conversation.get_by_text("The model declined to go on.")).to_be_visible()
    expect_to_go_on(pane, "still there after declining?")


def test_a_call_cut_at_the_output_limit_is_not_run(
    pane: Pane, messages_api: MessagesApi, model_server: LabServer
) -> None:
    messages_api.script(
        {
            "content": [{"tool": "write_file", "partial": '{"path": "half.txt", "content": "ha'}],
            "stop_reason": "max_tokens",
        },
        "In smaller pieces, then.",
    )
    pane.send("Hello, large file")
    expect(pane.conversation.get_by_text("In smaller pieces, then.")).to_be_visible()
    expect(pane.tool("write_file|Wr(i|o)te")).to_contain_text("failed")
    pane.settle()
    assert not (model_server.root / "faults/half.txt").exists()
    messages_api.script({"content": [{"text": "A long answ"}], "stop_reason": "max_tokens"})
    pane.send("Hello, long answer")
    expect(pane.conversation.get_by_text("The answer was cut at the longest length allowed.")).to_be_visible()
    expect_to_go_on(pane, "still there after the limit?")


def test_a_picture_out_of_the_clipboard_reaches_the_model(pane: Pane, messages_api: MessagesApi) -> None:
    paste_picture(pane)
    pane.send("What do you see?")
    expect(pane.conversation.get_by_text("You said: What do you see?")).to_be_visible()
    expect_picture(pane)
    content = messages_api.requests[-1]["messages"][-1]["content"]
    assert [block["type"] for block in content] == ["text", "image"]
    png = base64.b64decode(content[1]["source"]["data"])
    assert (png[:4], png[16:24]) == (b"\x89PNG", bytes([0, 0, 0, 30, 0, 0, 0, 20]))
