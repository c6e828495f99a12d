"""From the log to a conversation: always one that a model accepts, whatever happened."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsess_lab.agents.loop import history
from parsess_lab.events import (
    AgentFailedEvent,
    AgentMessageChunk,
    AnyEvent,
    ImageBlock,
    ModelMessage,
    RetryScheduled,
    StateUpdate,
    TextBlock,
    UserMessage,
)

Json = dict[str, Any]


def prompt(name: str, *blocks: Any) -> UserMessage:
    return UserMessage(id=name, content=list(blocks) or [TextBlock(text=name)])


def said(role: str, *blocks: Json, of: str = "p1", **more: Any) -> ModelMessage:
    return ModelMessage(message={"role": role, "content": list(blocks), **more}, prompt=of)


def chunk(text: str, message: str = "m1") -> AgentMessageChunk:
    return AgentMessageChunk(message_id=message, content=TextBlock(text=text))


def text(words: str) -> Json:
    return {"type": "text", "text": words}


def use(name: str) -> Json:
    return {"type": "tool_use", "id": name, "name": "read", "input": {}}


def result(name: str, words: str = "done") -> Json:
    return {"type": "tool_result", "tool_use_id": name, "content": [text(words)]}


def sent(*events: AnyEvent) -> list[Json]:
    return history.valid(asyncio.run(history.rebuild(events)))


IDLE = StateUpdate(state="idle", stop_reason="interrupted")
UNDONE = {**result("t1", history.INTERRUPTED), "is_error": True}


def test_a_whole_turn_is_what_was_said_to_the_byte() -> None:
    thinking = {"type": "thinking", "thinking": "hm", "signature": "s"}
    messages = sent(
        prompt("p1"),
        said("user", text("p1")),
        chunk("I look"),
        said("assistant", thinking, text("I look"), use("t1"), stop_reason="tool_use"),
        said("user", result("t1")),
        said("assistant", text("Done."), stop_reason="end_turn"),
    )
    assert messages == [
        {"role": "user", "content": [text("p1")]},
        {"role": "assistant", "content": [thinking, text("I look"), use("t1")]},
        {"role": "user", "content": [result("t1")]},
        {"role": "assistant", "content": [text("Done.")]},
    ]


def test_tool_calls_without_results_are_answered_as_interrupted_once_each() -> None:
    messages = sent(
        said("user", text("p1")),
        said("assistant", use("t1"), use("t2"), stop_reason="tool_use"),
        said("user", result("t2"), of="p1"),
        IDLE,
        said("user", text("p2"), of="p2"),
    )
    assert messages[-1] == {"role": "user", "content": [UNDONE, result("t2"), text("p2")]}


def test_a_turn_cut_after_its_tool_calls_can_go_on() -> None:
    messages = sent(said("user", text("p1")), said("assistant", use("t1"), stop_reason="tool_use"), IDLE)
    assert messages[-1] == {"role": "user", "content": [UNDONE]}


def test_text_that_was_shown_when_the_turn_was_cut_is_kept() -> None:
    messages = sent(prompt("p1"), said("user", text("p1")), chunk("Half of "), chunk("it"), IDLE)
    assert messages[-1] == {"role": "assistant", "content": [text("Half of it")]}


def test_text_that_a_retry_discarded_is_not() -> None:
    discard = RetryScheduled(
        attempt=1, attempts=6, delay=1, reason="timeout", message="", discard_message_id="m1"
    )
    messages = sent(said("user", text("p1")), chunk("Half", "m1"), discard, chunk("Whole", "m2"), IDLE)
    assert messages[-1]["content"] == [text("Whole")]


def test_a_prompt_whose_turn_died_before_it_was_sent_is_not_lost() -> None:
    messages = sent(prompt("p1"), IDLE, prompt("p2"), said("user", text("p2"), of="p2"))
    assert messages == [{"role": "user", "content": [text("p1"), text("p2")]}]


def test_a_prompt_sent_into_a_running_turn_comes_after_the_results() -> None:
    messages = sent(
        said("user", text("p1")),
        said("assistant", use("t1"), stop_reason="tool_use"),
        said("user", result("t1")),
        prompt("s1"),
        prompt("s2"),
        said("user", text("s1"), of="s1"),
        said("user", text("s2"), of="s2"),
    )
    assert messages[-1]["content"] == [result("t1"), text("s1"), text("s2")]


def test_a_refused_exchange_is_left_out() -> None:
    messages = sent(
        said("user", text("good"), of="p1"),
        said("assistant", text("Yes."), of="p1", stop_reason="end_turn"),
        said("user", text("bad"), of="p2"),
        said("assistant", text("I"), of="p2", stop_reason="refusal"),
        said("user", text("better"), of="p3"),
    )
    assert [block["text"] for message in messages for block in message["content"]] == [
        "good",
        "Yes.",
        "better",
    ]


@pytest.mark.parametrize(
    ("reason", "sent_again"), [("Could not process image", False), ("There is no such model", True)]
)
def test_an_image_the_service_refused_does_not_fail_every_later_request(
    reason: str, sent_again: bool
) -> None:
    image = {"type": "image", "source": {"type": "blob", "media_type": "image/png", "blob": "h"}}
    messages = sent(
        said("user", text("look"), image),
        AgentFailedEvent(reason="invalid_request", message="The API did not accept it.", detail=reason),
        said("user", text("again"), of="p2"),
    )
    assert (image in messages[0]["content"]) == sent_again
    assert len(messages[0]["content"]) == 3


def test_images_of_a_prompt_are_named_by_their_blob() -> None:
    messages = sent(prompt("p1", ImageBlock(mime_type="image/png", blob="hash")), IDLE)
    source = {"type": "blob", "media_type": "image/png", "blob": "hash"}
    assert messages[0]["content"] == [{"type": "image", "source": source}]


names = st.sampled_from(["t1", "t2", "t3"])
texts = st.sampled_from(["", "  ", "words"]).map(text)


def messages(role: str, blocks: st.SearchStrategy[Json]) -> st.SearchStrategy[ModelMessage]:
    contents = st.lists(st.one_of(texts, blocks), max_size=4, unique_by=str)
    return contents.map(lambda content: said(role, *content))


logs = st.lists(
    st.one_of(
        messages("user", names.map(result)),
        messages("assistant", names.map(use)),
        st.just(prompt("p9")),
        st.just(chunk("words")),
        st.just(IDLE),
    ),
    max_size=10,
)


@given(logs)
def test_any_log_makes_a_conversation_that_can_be_sent(events: list[AnyEvent]) -> None:
    conversation = sent(*events)
    roles = [message["role"] for message in conversation]
    assert roles == [("user", "assistant")[number % 2] for number in range(len(roles))]
    asked: list[str] = []
    for message in conversation:
        answered = [block["tool_use_id"] for block in message["content"] if block["type"] == "tool_result"]
        assert message["content"]
        assert all(block["type"] != "text" or block["text"].strip() for block in message["content"])
        assert answered == (asked if message["role"] == "user" else [])
        asked = [block["id"] for block in history.uses(message)]
    assert not asked


@given(logs)
def test_mending_twice_changes_nothing(events: list[AnyEvent]) -> None:
    conversation = sent(*events)
    assert history.valid(conversation) == conversation
