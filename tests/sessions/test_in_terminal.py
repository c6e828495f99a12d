"""Questions answered by running their command in a terminal: real shells, and the tour's loop and tools."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from parsess_lab.agents.tour import TourAgent
from parsess_lab.errors import Conflict, InvalidRequest, NotFound
from parsess_lab.events import OutputContent, QuestionAnswered, StateUpdate, TextBlock, ToolCallUpdate
from parsess_lab.sessions import Session, Sessions
from parsess_lab.terminals import Terminals
from parsess_lab.tools.commands import Background
from parsess_lab.tools.run_command import RunCommand
from parsess_lab.tools.tool import Place, Reporter
from tests.sessions.conftest import events, state, text, until
from tests.terminals.conftest import home_of_a_person
from tests.terminals.waiting import need

RUN = "run_in_terminal"
SHELLS = ["bash", "zsh", "fish"]


@dataclass
class Desk:
    """A session with its terminals, as a person sits at it."""

    session: Session
    sessions: Sessions
    terminals: Terminals
    root: Path

    async def asked(self, command: str) -> str:
        """Have the agent want ``command``; the id of its question."""
        await self.session.prompt(f"p{self.session.log.last_seq}", text(f"run {command}"))
        await state(self.session, "waiting")
        return self.session.facts.questions[0].id

    async def terminal(self, *, new: bool = False) -> str:
        """A terminal of the session whose shell is at its prompt."""
        name = (await self.terminals.open(self.root, self.session.id, new=new)).name
        await until(lambda: self.terminals.get(name).idle, 10)
        return name

    def type(self, name: str, keys: str) -> None:
        self.terminals.find(name).type(keys)

    def running(self, name: str) -> str | None:
        running = self.terminals.get(name).running
        return running and running.command

    async def done(self) -> ToolCallUpdate:
        """The end of the last tool call."""
        await until(lambda: not self.session.running, 10)
        ends = [event for event in events(self.session) if isinstance(event, ToolCallUpdate) and event.status]
        return ends[-1]

    def said(self) -> str:
        """What the agent was told of the last call."""
        messages = [event.message for event in events(self.session) if hasattr(event, "message")]
        results = [block for one in messages for block in one["content"] if block["type"] == "tool_result"]
        words: str = results[-1]["content"][0]["text"]
        return words


Sit = Callable[..., Awaitable[Desk]]


@pytest.fixture
def sit(tmp_path: Path, root: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Sit]:
    made: list[Desk] = []

    async def sit(shell: str = "bash") -> Desk:
        need(shell)
        home = home_of_a_person(tmp_path / "home", "")
        own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "HISTFILE": str(home / "history")}
        terminals = Terminals([root.resolve()], shell=[shell], environment=own)  # noqa: S604 - a name
        sessions = Sessions(
            tmp_path / "log",
            {"tour": TourAgent(pace=0)},
            allowed_roots=[root],
            default_agent="tour",
            terminals=terminals,
        )
        session = await sessions.get((await sessions.create(root)).id)
        made.append(Desk(session, sessions, terminals, root.resolve()))
        return made[-1]

    yield sit
    for desk in made:
        jp_asyncio_loop.run_until_complete(desk.sessions.close())
        jp_asyncio_loop.run_until_complete(desk.terminals.close_all())


def living(*command: str) -> bool:
    lines = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            lines.append(process.cmdline())
    return list(command) in lines


@pytest.mark.parametrize("shell", SHELLS)
async def test_what_was_asked_runs_in_view_and_the_agent_gets_what_comes_of_it(sit: Sit, shell: str) -> None:
    desk = await sit(shell)
    (desk.root / "payments" / "rm").write_text("")
    name = await desk.terminal()
    desk.type(name, "cd payments; true rm\r")
    await until(lambda: desk.terminals.get(name).current_directory == str(desk.root / "payments"), 10)
    # Words that an interactive shell, or another one than bash, would read otherwise.
    line = r'for i in 1 "2!"; do echo "$i: !rm \$PWD"; done; pwd; set -e; (exit 3); echo never'
    await desk.session.answer(await desk.asked(line), RUN, terminal=name)
    end = await desk.done()
    expected = f"1: !rm $PWD\n2!: !rm $PWD\n{desk.root}"
    assert (end.status, end.exit_code) == ("failed", 3)
    assert end.content == [OutputContent(text=expected, total_bytes=len(expected))]
    assert desk.said().splitlines()[1:] == [*expected.splitlines(), "[exit code 3]"]
    assert "The person ran this in their terminal" in desk.said()
    record = desk.terminals.commands(name)[-1]
    assert (record.command, record.for_agent, record.exit_code) == (line, True, 3)
    answer = next(event for event in events(desk.session) if isinstance(event, QuestionAnswered))
    assert (answer.option, answer.option_kind, answer.terminal) == (RUN, RUN, name)
    assert desk.terminals.get(name).name == name, "the person's shell lives on"


async def test_plain_commands_are_typed_as_they_stand_and_the_agent_goes_where_the_shell_goes(
    sit: Sit,
) -> None:
    desk = await sit()
    await desk.session.answer(await desk.asked("cd payments && touch made"), RUN)
    assert (await desk.done()).exit_code == 0
    (model,) = desk.terminals.list()
    assert (model.session, model.current_directory) == (desk.session.id, str(desk.root / "payments"))
    assert "cd payments && touch made" in desk.terminals.find(model.name).history.text()
    assert desk.session.facts.directory == str(desk.root / "payments")
    await desk.session.answer(await desk.asked("touch here"), RUN)
    await desk.done()
    assert (desk.root / "payments" / "here").exists()


async def test_a_busy_shell_refuses_and_the_question_stays_for_another_answer(sit: Sit) -> None:
    desk = await sit()
    busy = await desk.terminal()
    desk.type(busy, "sleep 1011\r")
    await until(lambda: desk.running(busy))
    typed = await desk.terminal(new=True)
    desk.type(typed, "half a li")
    question = await desk.asked("touch made")
    for name, runs in ((busy, "sleep 1011"), (typed, None), (None, "sleep 1011")):
        with pytest.raises(Conflict) as caught:
            await desk.session.answer(question, RUN, terminal=name)
        assert (caught.value.code, caught.value.details) == ("shell_busy", {"running": runs})
    assert desk.session.facts.state == "waiting"
    free = await desk.terminal(new=True)
    await desk.session.answer(question, RUN)
    assert (await desk.done()).exit_code == 0
    assert desk.terminals.commands(free)[-1].command == "touch made"
    assert desk.running(busy) == "sleep 1011"


async def test_what_the_person_wants_there_is_refused_where_it_is_not_theirs_to_have(sit: Sit) -> None:
    desk = await sit()
    elsewhere = await desk.terminals.open(desk.root, "another session")
    question = await desk.asked("touch made")
    for name in (elsewhere.name, "nosuch"):
        with pytest.raises(NotFound):
            await desk.session.answer(question, RUN, terminal=name)
    await desk.session.answer(question, "reject_once")
    assert (await desk.done()).status == "failed"
    control = await desk.asked("touch \x1b[31mred")
    with pytest.raises(InvalidRequest, match="control characters"):
        await desk.session.answer(control, RUN)
    assert desk.session.facts.state == "waiting"


async def test_a_shell_that_tells_nothing_is_not_offered(sit: Sit) -> None:
    desk = await sit("dash")
    question = await desk.asked("touch made")
    assert RUN not in [option.id for option in desk.session.facts.questions[0].options]
    with pytest.raises(InvalidRequest) as caught:
        await desk.session.answer(question, RUN)
    assert caught.value.code == "unknown_option"


async def test_a_shell_that_another_one_took_the_place_of_is_refused(sit: Sit) -> None:
    desk = await sit()
    name = await desk.terminal()
    desk.type(name, "exec dash\r")
    await until(lambda: desk.running(name))
    question = await desk.asked("touch made")
    with pytest.raises(Conflict) as caught:
        await desk.session.answer(question, RUN, terminal=name)
    assert caught.value.code == "shell_busy"
    assert not (desk.root / "made").exists()


async def test_of_two_browsers_one_begins_it_and_the_other_is_told(sit: Sit) -> None:
    desk = await sit()
    name = await desk.terminal()
    question = await desk.asked("sh -c 'echo once; read x'")
    answers = [desk.session.answer(question, option, terminal=name) for option in (RUN, RUN, "allow_once")]
    first, *others = await asyncio.gather(*answers, return_exceptions=True)
    assert isinstance(first, QuestionAnswered)
    assert [isinstance(other, Conflict) and other.code for other in others] == ["beginning", "beginning"]
    with pytest.raises(Conflict) as caught:
        await desk.session.answer(question, "reject_once")
    assert caught.value.code == "answered_already"
    assert desk.session.facts.state == "running"
    await until(lambda: "once\r\n" in desk.terminals.find(name).history.text(), 10)
    desk.type(name, "\r")
    assert (await desk.done()).content == [OutputContent(text="once", total_bytes=4)]


@pytest.mark.parametrize("shell", SHELLS)
async def test_the_person_s_ctrl_c_is_told_with_what_was_printed(sit: Sit, shell: str) -> None:
    desk = await sit(shell)
    name = await desk.terminal()
    await desk.session.answer(await desk.asked("touch made; echo begun; sleep 1012"), RUN, terminal=name)
    await until(lambda: living("sleep", "1012"), 10)
    await until(lambda: "begun\r\n" in desk.terminals.find(name).history.text(), 10)
    desk.type(name, "\x03")
    end = await desk.done()
    assert end.exit_code == 130
    assert "begun\n" in desk.said()
    assert "[exit code 130]" in desk.said()


@pytest.mark.parametrize("how", ["closed", "killed"])
async def test_a_terminal_that_ends_under_it_is_told(sit: Sit, how: str) -> None:
    desk = await sit()
    name = await desk.terminal()
    await desk.session.answer(await desk.asked("touch made; echo begun; sleep 1013"), RUN, terminal=name)
    await until(lambda: living("sleep", "1013"), 10)
    await until(lambda: "begun\r\n" in desk.terminals.find(name).history.text(), 10)
    if how == "closed":
        await desk.terminals.close(name)
    else:
        psutil.Process(desk.terminals.get(name).pid).kill()
    end = await desk.done()
    assert end.status == "failed"
    # The hang-up may end the command first, and its shell then still tells how.
    assert end.exit_code in ({None, 129} if how == "closed" else {None})
    assert "begun" in desk.said()
    lost = "[the terminal was closed, or its shell ended, before the command had"
    assert (lost in desk.said()) == (end.exit_code is None)
    assert desk.session.facts.stop_reason == "end_turn"


async def test_a_stopped_turn_leaves_nothing_of_it(sit: Sit) -> None:
    desk = await sit()
    name = await desk.terminal()
    line = "trap '' INT TERM HUP; setsid sleep 1014 & sleep 1015 & echo begun; wait; sleep 1016"
    await desk.session.answer(await desk.asked(line), RUN, terminal=name)
    await until(lambda: living("sleep", "1014") and living("sleep", "1015"), 10)
    assert await desk.session.cancel()
    assert [event for event in events(desk.session) if isinstance(event, StateUpdate)][-1] == StateUpdate(
        state="idle", stop_reason="cancelled"
    )
    await until(lambda: desk.terminals.get(name).idle, 10)
    await until(lambda: not any(living("sleep", number) for number in ("1014", "1015", "1016")), 10)
    assert desk.session.facts.tools == ()


async def test_a_server_that_stops_takes_it_along_and_the_session_says_so(sit: Sit) -> None:
    desk = await sit()
    await desk.session.answer(await desk.asked("touch made; sleep 1017"), RUN)
    await until(lambda: living("sleep", "1017"), 10)
    await desk.sessions.close()
    await until(lambda: not living("sleep", "1017"), 10)
    tail = events(desk.session)
    assert [event.status for event in tail if isinstance(event, ToolCallUpdate)][-1] == "cancelled"
    assert StateUpdate(state="idle", stop_reason="interrupted") in tail


async def test_a_turn_stopped_while_it_is_begun_leaves_nothing_either(sit: Sit) -> None:
    desk = await sit()
    name = await desk.terminal()
    question = await desk.asked("echo 'never closed")
    beginning = asyncio.create_task(desk.session.answer(question, RUN, terminal=name))
    await until(lambda: not desk.terminals.get(name).idle)
    await desk.session.cancel()
    with pytest.raises(Conflict) as caught:
        await beginning
    assert caught.value.code == "answered_already"
    await until(lambda: desk.terminals.get(name).idle, 10)
    assert desk.session.facts.questions == ()


async def test_who_wants_it_run_in_the_moment_in_which_the_turn_is_stopped_is_told(sit: Sit) -> None:
    desk = await sit()
    question = await desk.asked("touch made")
    async with asyncio.timeout(10):
        wanted, _ = await asyncio.gather(
            desk.session.answer(question, RUN), desk.session.cancel(), return_exceptions=True
        )
    assert isinstance(wanted, Conflict)
    assert wanted.code == "answered_already"
    assert not (desk.root / "made").exists()


async def test_a_long_output_is_cut_in_the_middle_and_kept_whole(sit: Sit) -> None:
    desk = await sit()
    await desk.session.answer(await desk.asked("seq 20000 | tee made"), RUN)
    (shown,) = (await desk.done()).content or []
    assert isinstance(shown, OutputContent)
    assert shown.blob is not None
    assert desk.session.log.blobs.read(shown.blob).decode().splitlines()[9999] == "10000"
    assert "characters left out" in desk.said()
    assert len(desk.said()) < 31_000


async def test_secrets_on_the_screen_stay_there(sit: Sit) -> None:
    desk = await sit()
    await desk.session.answer(await desk.asked("echo ghp_" + "a1B2" * 9 + " > t; cat t"), RUN)
    await desk.done()
    assert "[masked: GitHub token]" in desk.said()
    assert "masked]" in desk.said().splitlines()[-1]


async def test_a_command_for_the_background_goes_on_in_the_terminal(sit: Sit) -> None:
    """The tour has no words for it, so its tool is asked itself."""
    desk = await sit()
    name = await desk.terminal()
    place = Place(desk.root, desk.root, [desk.root])
    errand = await desk.terminals.begin(desk.session.id, desk.root, "sh -c 'echo up; read x'", name)
    blobs: list[bytes] = []
    report = Reporter(
        output=print, plan=print, moved=print, keep=lambda data: str(blobs.append(data)), in_view=errand
    )
    tool = RunCommand(Background())
    result = await tool.run(tool.parse({"command": "x", "background": True}), place, report)
    (block,) = result.blocks
    assert isinstance(block, TextBlock)
    assert "it goes on there" in block.text
    assert "up" in block.text
    assert (result.failed, result.exit_code) == (False, None)
    assert desk.running(name)
