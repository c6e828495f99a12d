"""Each thing that can go wrong with the model service, from the wire to what the person sees."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from parsess_lab.agents.builtin import BuiltinAgent, Retries
from parsess_lab.errors import AgentFailed
from parsess_lab.events import Notice, RetryScheduled, UsageUpdate
from tests.fakes.messages_api import MessagesApi
from tests.fakes.turn import FakeTurn, Log

Make = Callable[..., BuiltinAgent]
HALF: dict[str, Any] = {"content": [{"thinking": "hm hm"}, {"text": "half of the answer"}]}


async def failing(agent: BuiltinAgent, log: Log) -> AgentFailed:
    with pytest.raises(AgentFailed) as failure:
        await agent.run_turn(FakeTurn(log, "hello"))
    return failure.value


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"status": 429}, "rate_limited"),
        ({"status": 500}, "overloaded"),
        ({"status": 503}, "overloaded"),
        ({"status": 504}, "timeout"),
        ({"status": 529}, "overloaded"),
    ],
)
async def test_a_busy_server_is_asked_again(
    fault: Any, reason: str, api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    api.script(fault, fault, "Here I am.")
    assert await builtin.run_turn(FakeTurn(log, "hello")) == "end_turn"
    assert [(retry.attempt, retry.reason) for retry in log.all(RetryScheduled)] == [(1, reason), (2, reason)]
    assert log.said() == "Here I am."
    assert api.requests[0] == api.requests[2]


async def test_retry_after_is_honoured(api: MessagesApi, builtin: BuiltinAgent, log: Log) -> None:
    api.script({"status": 429, "retry_after": 0.07}, "Here I am.")
    await builtin.run_turn(FakeTurn(log, "hello"))
    assert [retry.delay for retry in log.all(RetryScheduled)] == [0.07]


async def test_a_server_that_asks_for_hours_is_not_waited_for(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    api.script({"status": 429, "retry_after": 7200})
    failure = await failing(builtin, log)
    assert (failure.reason, failure.retryable) == ("rate_limited", True)
    assert not log.all(RetryScheduled)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"cut": "drop"}, "connection"),
        ({"cut": "truncate"}, "connection"),
        ({"cut": "corrupt"}, "protocol"),
        ({"cut": "stall"}, "timeout"),
        ({"cut": "error", "type": "overloaded_error"}, "overloaded"),
        ({"cut": "error", "type": "rate_limit_error"}, "rate_limited"),
        ({"cut": "error", "type": "api_error"}, "overloaded"),
        ({"cut": "error", "type": "never_heard_of_it"}, "overloaded"),
    ],
)
async def test_a_stream_that_breaks_is_begun_again_and_its_text_discarded(
    fault: dict[str, Any], reason: str, api: MessagesApi, make_builtin: Make, log: Log
) -> None:
    agent = make_builtin(stall_timeout=0.3)
    for after in (1, 3, 7):
        log.events.clear()
        api.script({**HALF, "fault": {**fault, "after": after}}, HALF)
        assert await agent.run_turn(FakeTurn(log, "hello")) == "end_turn"
        assert [retry.reason for retry in log.all(RetryScheduled)] == [reason]
        assert log.said() == "half of the answer"


async def test_tool_calls_of_a_broken_stream_are_not_run(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    call = {"content": [{"tool": "write_file", "input": {"path": "a", "content": "b"}}]}
    api.script({**call, "fault": {"cut": "truncate", "after": 4}}, "Never mind.")
    await builtin.run_turn(FakeTurn(log, "hello"))
    assert [call.status for call in log.calls()] == ["cancelled"]
    assert not (log.home / "a").exists()


async def test_attempts_are_bounded(api: MessagesApi, make_builtin: Make, log: Log) -> None:
    api.script(*[{"status": 529}] * 4)
    failure = await failing(make_builtin(retries=Retries(attempts=3, first=0.001)), log)
    assert (failure.reason, failure.retryable) == ("overloaded", True)
    assert "send again" in failure.message
    assert len(api.requests) == 3
    assert [(retry.attempt, retry.attempts) for retry in log.all(RetryScheduled)] == [(1, 3), (2, 3)]


async def test_waiting_for_the_next_attempt_can_be_cancelled(
    api: MessagesApi, make_builtin: Make, log: Log
) -> None:
    api.script({"status": 529})
    task = asyncio.create_task(make_builtin(retries=Retries(first=3600)).run_turn(FakeTurn(log, "hello")))
    await log.until(lambda: bool(log.all(RetryScheduled)))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 1)


async def test_cancelling_a_stream_closes_its_connection(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    api.script({**HALF, "fault": {"cut": "stall", "after": 8}})
    task = asyncio.create_task(builtin.run_turn(FakeTurn(log, "hello")))
    await log.until(lambda: log.said().startswith("half"))
    assert not api.idle.is_set()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 1)
    await asyncio.wait_for(api.idle.wait(), 5)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 400, "message": "messages: bad"}, ("invalid_request", "messages: bad")),
        ({"status": 400, "message": "prompt is too long: 9 > 8"}, ("context_overflow", "larger context")),
        (
            {"status": 400, "message": "the request exceeds the available context size"},
            ("context_overflow", "new session"),
        ),
        ({"status": 400, "message": "Your credit balance is too low"}, ("billing", "vendor")),
        ({"status": 401}, ("authentication", "ANTHROPIC_API_KEY")),
        ({"status": 402}, ("billing", "vendor")),
        ({"status": 403}, ("authentication", "credentials")),
        ({"status": 404, "message": "model: nope"}, ("invalid_request", "another model")),
        ({"status": 413}, ("context_overflow", "new session")),
        ({"html": "<html>A proxy</html>"}, ("protocol", "ANTHROPIC_BASE_URL")),
    ],
)
async def test_what_no_retry_mends_fails_at_once_and_says_what_to_do(
    fault: Any, expected: tuple[str, str], api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    reason, advice = expected
    api.script(fault)
    failure = await failing(builtin, log)
    assert (failure.reason, failure.retryable) == (reason, False)
    assert advice in failure.message
    assert len(api.requests) == 1
    assert await builtin.run_turn(FakeTurn(log, "again")) == "end_turn"


async def test_an_error_in_the_stream_that_no_retry_mends(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    api.script({**HALF, "fault": {"cut": "error", "type": "invalid_request_error"}})
    assert (await failing(builtin, log)).reason == "invalid_request"


async def test_a_server_that_is_not_there(make_builtin: Make, log: Log) -> None:
    agent = make_builtin(base_url="http://127.0.0.1:9", retries=Retries(attempts=2, first=0.001))
    failure = await failing(agent, log)
    assert (failure.reason, failure.retryable) == ("connection", True)


async def test_no_key(make_builtin: Make, log: Log) -> None:
    agent = make_builtin(api_key=None, base_url=None)
    info = await agent.info()
    assert (info.available, "ANTHROPIC_API_KEY" in (info.why_not or "")) == (False, True)
    assert (await failing(agent, log)).reason == "authentication"


async def test_a_refusal_runs_nothing_and_is_forgotten(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    refused = {
        "content": [{"text": "I"}, {"tool": "write_file", "input": {"path": "a", "content": "b"}}],
        "stop_reason": "refusal",
        "stop_details": {"type": "refusal", "category": "cyber"},
    }
    api.script(refused, "Gladly.")
    assert await builtin.run_turn(FakeTurn(log, "something bad", mode="accept_edits")) == "refusal"
    assert "cyber" in log.all(Notice)[-1].text
    assert not (log.home / "a").exists()
    await builtin.run_turn(FakeTurn(log, "something good"))
    assert api.requests[-1]["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "something good"}]}
    ]


CUT_CALL = {
    "content": [
        {"tool": "write_file", "input": {"path": "whole", "content": "b"}, "id": "t1"},
        {"tool": "write_file", "partial": '{"path": "half', "id": "t2"},
    ],
    "stop_reason": "max_tokens",
}


async def test_calls_of_a_message_cut_at_the_output_limit_are_not_run(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    api.script(CUT_CALL, "In smaller pieces, then.")
    assert await builtin.run_turn(FakeTurn(log, "hello", mode="accept_edits")) == "end_turn"
    assert not list(log.home.iterdir())
    assert [call.status for call in log.calls()] == ["failed", "failed"]
    results = api.requests[-1]["messages"][-1]["content"]
    assert [(block["tool_use_id"], block["is_error"]) for block in results] == [("t1", True), ("t2", True)]
    assert "output limit" in results[0]["content"][0]["text"]


async def test_a_model_that_always_hits_the_output_limit_is_stopped(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    api.script(*[CUT_CALL] * 9)
    assert await builtin.run_turn(FakeTurn(log, "hello")) == "max_tokens"
    assert len(api.requests) == 3


async def test_text_cut_at_the_output_limit_ends_the_turn(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    api.script(
        {"content": [{"text": "a"}, {"thinking": "h", "signature": ""}], "stop_reason": "max_tokens"}, "b"
    )
    assert await builtin.run_turn(FakeTurn(log, "hello")) == "max_tokens"
    await builtin.run_turn(FakeTurn(log, "go on"))
    assert api.requests[-1]["messages"][1]["content"] == [{"type": "text", "text": "a"}]


async def test_a_full_context_window(api: MessagesApi, builtin: BuiltinAgent, log: Log) -> None:
    api.script({"content": [{"text": "a"}], "stop_reason": "model_context_window_exceeded"})
    assert (await failing(builtin, log)).reason == "context_overflow"


async def test_a_paused_turn_goes_on_with_what_was_said(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    api.script({"content": [{"text": "One"}], "stop_reason": "pause_turn"}, "Two")
    assert await builtin.run_turn(FakeTurn(log, "hello")) == "end_turn"
    assert api.requests[-1]["messages"][-1] == {
        "role": "assistant",
        "content": [{"type": "text", "text": "One"}],
    }


async def test_a_stop_reason_of_a_later_version_ends_the_turn(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    call = {"tool": "write_file", "input": {"path": "a", "content": "b"}}
    api.script({"content": [call], "stop_reason": "moon_phase"})
    assert await builtin.run_turn(FakeTurn(log, "hello", mode="accept_edits")) == "end_turn"
    assert "moon_phase" in log.all(Notice)[-1].text
    assert not (log.home / "a").exists()


@pytest.mark.parametrize("field", ["cache_control", "thinking", "output_config"])
async def test_a_field_the_server_does_not_know_is_left_out_from_then_on(
    field: str, api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    api.script({"status": 400, "message": f"{field}: Extra inputs are not permitted"}, "Fine.", "Still fine.")
    await builtin.run_turn(FakeTurn(log, "hello", effort="high"))
    await builtin.run_turn(FakeTurn(log, "again", effort="high"))
    assert [field in request for request in api.requests] == [True, False, False]
    assert not log.all(RetryScheduled)


async def test_signatures_of_another_model_are_left_out_of_that_turn(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    refusal = {"status": 400, "message": "messages.1.content.0: Invalid `signature` in `thinking` block"}
    api.script(HALF, refusal, "Fine.", "Still fine.")
    for prompt in ("one", "two", "three"):
        await builtin.run_turn(FakeTurn(log, prompt))
    kinds = [[block["type"] for block in request["messages"][1]["content"]] for request in api.requests[1:]]
    assert kinds == [["thinking", "text"], ["text"], ["thinking", "text"]]
    assert all("thinking" in request for request in api.requests)


async def test_what_a_failed_attempt_used_is_not_counted(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    api.script({**HALF, "fault": {"cut": "drop", "after": 5}}, HALF)
    await builtin.run_turn(FakeTurn(log, "hello"))
    assert len(log.all(UsageUpdate)) == 1
