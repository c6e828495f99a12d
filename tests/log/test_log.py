"""Append, read after N, follow: the same events, however they are asked for."""

from __future__ import annotations

import asyncio
import os
import random
from contextlib import aclosing

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parsess_lab.errors import Conflict, InvalidRequest
from parsess_lab.events import AgentMessageChunk, AnyEvent, Notice, Stored, TextBlock, ToolCallUpdate, encode
from parsess_lab.log import AnyStored, Behind, Log, Owner
from tests.log.conftest import new, notice

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
several = st.lists(st.integers(0, 3), max_size=30)


def chunk(text: str, message: str = "m") -> AnyEvent:
    return AgentMessageChunk(message, TextBlock(text))


async def test_a_log_begins_with_a_header_and_goes_on_with_events(log: Log, seen: list[AnyStored]) -> None:
    stored = log.append_all([notice(1), notice(2)])
    await log.flush()
    header, *lines = (log.folder / "log.jsonl").read_bytes().splitlines()
    decoded = msgspec.json.decode(header)
    assert (decoded["format"], decoded["session"], decoded["directory"]) == (1, "s", "/work")
    assert lines == [encode(one) for one in stored]
    assert [one.seq for one in stored] == [1, 2]
    assert list(log.read()) == seen == stored


async def test_reading_after_any_number_is_the_tail(log: Log) -> None:
    stored = [log.append(notice(number)) for number in range(1000)]
    for after in (0, 1, 255, 256, 257, 511, 512, 999, 1000, 1001):
        assert list(log.read(after)) == stored[after:]
    again = Log.open(log.folder, lambda _: None)
    assert list(again.read(700)) == stored[700:]


async def test_long_logs_are_read_in_batches(log: Log) -> None:
    stored = [log.append(Notice("x" * 10_000)) for _ in range(100)]
    batches = log.follow_batches()
    first = await anext(batches)
    assert 10 < len(first) < 50
    assert list(log.read()) == stored
    following = log.follow(20)
    assert [await anext(following) for _ in range(80)] == stored[20:]
    await batches.aclose()
    await following.aclose()


async def test_following_is_reading_at_every_prefix(log: Log) -> None:
    stored: list[AnyStored] = []
    followers = []
    for number in range(30):
        followers.append((number, log.follow(number)))
        stored.append(log.append(notice(number)))
    for after, follower in followers:
        async with aclosing(follower), asyncio.timeout(5):
            assert [await anext(follower) for _ in stored[after:]] == stored[after:]


async def test_following_what_is_being_written_is_reading_it(log: Log) -> None:
    chance = random.Random(1)  # noqa: S311
    following = asyncio.create_task(_all(log))
    for number in range(0, 1000, 5):
        log.append_all([notice(number + more) for more in range(chance.randint(1, 4))])
        for _ in range(chance.randint(0, 3)):
            await asyncio.sleep(0)
    stored = list(log.read())
    await log.close()
    assert await following == stored


async def test_followers_end_with_the_log(log: Log) -> None:
    log.append(notice(1))
    following = asyncio.create_task(_all(log))
    await asyncio.sleep(0)
    last = log.append(notice(2))
    await log.close()
    assert (await following)[-1] == last
    with pytest.raises(Conflict):
        log.append(notice(3))


async def test_who_can_not_keep_up_is_let_go_and_can_come_back(log: Log) -> None:
    follower = log.follow_batches(0, limit=10)
    log.append(notice(0))
    batch = await anext(follower)
    waiting = asyncio.ensure_future(anext(follower))
    await asyncio.sleep(0)
    for number in range(20):
        log.append(notice(number))
    with pytest.raises(Behind):
        await waiting
    assert [stored.seq for stored in log.read(batch[-1].seq)] == list(range(2, 22))


async def test_a_cursor_beyond_the_log_is_refused(log: Log) -> None:
    log.append(notice(1))
    with pytest.raises(InvalidRequest) as refusal:
        await anext(log.follow(2))
    assert refusal.value.code == "cursor_ahead"


def test_events_of_a_later_version_are_kept_and_passed_on(log: Log, me: Owner) -> None:
    log.append(notice(1))
    path = log.folder / "log.jsonl"
    later = b'{"seq":2,"at":"2030-01-01T00:00:00.000Z","event":{"kind":"hologram","depth":[3]}}'
    with path.open("ab") as file:
        file.write(later + b"\n")
    again = Log.open(log.folder, lambda _: None)
    assert again.own(me) is None
    assert encode(next(again.read(1))) == later
    assert again.append(notice(3)).seq == 3


async def test_many_callers_share_one_sync(log: Log) -> None:
    async def durable(number: int) -> int:
        log.append(notice(number))
        size = log.size
        await log.flush()
        assert log.synced >= size
        return log.synced

    ends = await asyncio.gather(*(durable(number) for number in range(200)))
    assert len(set(ends)) < 10
    assert max(ends) == log.size


async def test_pieces_of_text_are_joined_in_order(log: Log) -> None:
    for number in range(300):
        log.stream(chunk(f"{number} "))
        log.stream(ToolCallUpdate("t", append_output=f"{number}\n"))
        if number % 100 == 50:
            log.append(notice(number))
        if number % 10 == 0:
            await asyncio.sleep(0.001)
    log.append(notice(0))
    events = [stored.event for stored in log.read() if isinstance(stored, Stored)]
    text = "".join(event.content.text for event in events if isinstance(event, AgentMessageChunk))  # type: ignore[union-attr]
    output = "".join(event.append_output or "" for event in events if isinstance(event, ToolCallUpdate))
    assert text.split() == output.split() == [str(number) for number in range(300)]
    assert len(events) < 100
    before = events[: events.index(notice(50))]
    assert "".join(event.content.text for event in before if isinstance(event, AgentMessageChunk)).endswith(
        "50 "
    )  # type: ignore[union-attr]


async def test_a_piece_is_not_held_back_for_long(log: Log) -> None:
    follower = log.follow()
    for text in ("one", "two", "three"):
        log.stream(chunk(text))
    async with asyncio.timeout(1):
        first = await anext(follower)
        second = await anext(follower)
    assert [first.event, second.event] == [chunk("one"), chunk("twothree")]
    await follower.aclose()


async def test_what_is_not_the_same_message_is_not_joined(log: Log) -> None:
    log.stream(chunk("a", "m1"))
    log.stream(chunk("b", "m1"))
    log.stream(chunk("c", "m2"))
    log.stream(chunk("d", "m2"))
    log.stream(ToolCallUpdate("t", status="completed", append_output="x"))
    assert [stored.event for stored in log.read() if isinstance(stored, Stored)] == [
        chunk("a", "m1"),
        chunk("b", "m1"),
        chunk("cd", "m2"),
        ToolCallUpdate("t", status="completed", append_output="x"),
    ]


@given(cut=st.integers(1, 400), events=st.integers(1, 6))
@quick
def test_a_torn_end_is_cut_off_and_the_rest_goes_on(
    cut: int, events: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, me = tmp_path_factory.mktemp("sessions") / "s", Owner.this()
    stored = new(folder, me).append_all([notice(number) for number in range(events)])
    path = folder / "log.jsonl"
    header = path.read_bytes().index(b"\n") + 1
    os.truncate(path, max(path.stat().st_size - cut, header))

    again = Log.open(folder, lambda _: None)
    assert again.own(me) is None
    after = list(again.read())
    whole = [one for one in after if one in stored]
    assert whole == stored[: len(whole)]
    kept = sum(len(encode(one)) + 1 for one in whole) + header
    assert path.read_bytes()[:kept].endswith(b"\n")
    assert again.append(notice(99)).seq == again.last_seq == len(after) + 1
    assert list(Log.open(folder, lambda _: None).read()) == list(again.read())


@given(places=st.sets(st.integers(0, 9), max_size=5), rubbish=st.binary(min_size=1, max_size=40))
@quick
def test_damage_anywhere_costs_only_the_damaged_lines(
    places: set[int], rubbish: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rubbish = rubbish.replace(b"\n", b"?")
    folder, me = tmp_path_factory.mktemp("sessions") / "s", Owner.this()
    stored = new(folder, me).append_all([notice(number) for number in range(10)])
    path = folder / "log.jsonl"
    header, *lines = path.read_bytes().splitlines(keepends=True)
    damaged = [rubbish + b"\n" if place in places else line for place, line in enumerate(lines)]
    path.write_bytes(header + b"".join(damaged))

    again = Log.open(folder, lambda _: None)
    assert again.own(me) is None
    good = [one for place, one in enumerate(stored) if place not in places]
    assert [one for one in again.read() if one in stored] == good
    assert len(again.damages) == len(places)
    assert path.read_bytes().startswith(header + b"".join(damaged))
    new_numbers = [one.seq for one in again.read() if one not in stored]
    assert all(number > 10 for number in new_numbers)


@given(start=several, rest=several)
@quick
def test_another_server_sees_the_same(
    start: list[int], rest: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("sessions") / "s"
    log = new(folder, Owner.this())
    for number in start:
        log.append_all([notice(number)] * number)
    seen: list[AnyStored] = []
    other = Log.open(folder, seen.append)
    for number in rest:
        log.append_all([notice(number)] * number)
        other.refresh()
        assert list(other.read()) == list(log.read()) == seen
    assert other.own(Owner.this()) is not None


def test_a_half_written_line_of_another_server_is_left_alone(log: Log) -> None:
    log.append(notice(1))
    path = log.folder / "log.jsonl"
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(b'{"seq":2,"at"')
    other = Log.open(log.folder, lambda _: None)
    assert [stored.seq for stored in other.read()] == [1]
    assert path.read_bytes() == whole + b'{"seq":2,"at"'
    assert other.torn


async def _all(log: Log) -> list[AnyStored]:
    return [stored async for stored in log.follow()]
