"""What a new session's log begins with, and what it is called."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from parsess_lab.agents.agent import AgentInfo
from parsess_lab.events import (
    AnyEvent,
    AvailableCommandsUpdate,
    ConfigOptionUpdate,
    CurrentModeUpdate,
    SessionInfoUpdate,
    StateUpdate,
)
from parsess_lab.sessions.settings import EFFORT, MODEL, check_mode, choose


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person chose in the form; None: the agent's own default."""

    name: str
    mode: str = "ask"
    model: str | None = None
    effort: str | None = None


def beginning(choice: Choice, info: AgentInfo, *, allow_bypass: bool) -> list[AnyEvent]:
    """The first events, in order. Raises InvalidRequest or Forbidden for what is not offered here."""
    mode = check_mode(choice.mode, info, allow_bypass=allow_bypass)
    options = choose(info.capabilities.options, MODEL, choice.model)
    options = choose(options, EFFORT, choice.effort)
    commands = info.capabilities.commands
    events: list[AnyEvent] = [SessionInfoUpdate(title=choice.name), CurrentModeUpdate(current_mode_id=mode)]
    if options:
        events.append(ConfigOptionUpdate(config_options=options))
    if commands:
        events.append(AvailableCommandsUpdate(available_commands=commands))
    return [*events, StateUpdate(state="idle")]


def name_for(directory: Path, taken: Collection[str]) -> str:
    """The directory's own name, with a number if another session has it."""
    return numbered("".join(filter(str.isprintable, directory.name)).strip() or "session", taken)


def numbered(name: str, taken: Collection[str]) -> str:
    """``name``, or the first of "name 2", "name 3"… that is not taken."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name} {number}", number + 1
    return candidate
