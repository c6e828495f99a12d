"""Mode, model and effort: only what the agent itself offers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast, get_args

from msgspec.structs import replace

from parsess_lab.agents.agent import Agent, AgentInfo, Settings
from parsess_lab.errors import Conflict, Forbidden, InvalidRequest
from parsess_lab.events import (
    AnyEvent,
    ConfigOption,
    ConfigOptionUpdate,
    CurrentModeUpdate,
    Mode,
    SessionInfoUpdate,
)
from parsess_lab.sessions.facts import Facts

MODEL, EFFORT = "model", "thought_level"
_INFO_SECONDS = 15.0
_NAME = 200  # characters


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants changed; None: left as it is."""

    name: str | None = None
    mode: str | None = None
    model: str | None = None
    effort: str | None = None
    archived: bool | None = None

    @property
    def asks_agent(self) -> bool:
        """What is possible, the agent must say."""
        return (self.mode, self.model, self.effort) != (None, None, None)


async def info_of(agent: Agent) -> AgentInfo:
    """What the agent offers, within a bounded time.

    Raises:
        Conflict: it doesn't say (``agent_unavailable``).
    """
    try:
        async with asyncio.timeout(_INFO_SECONDS):
            return await agent.info()
    except TimeoutError as error:
        raise Conflict(
            "The agent does not say what it offers. Try again.", code="agent_unavailable"
        ) from error


def check_available(info: AgentInfo) -> None:
    """Raises Conflict, with what to do, for an agent that can't be used now."""
    if not info.available:
        raise Conflict(info.why_not or f"{info.name} can't be used here.", code="agent_unavailable")


def check_mode(mode: str, info: AgentInfo, *, allow_bypass: bool) -> Mode:
    """The mode, if the agent has it and the administrator allows it.

    Raises:
        InvalidRequest: ``unknown_mode``.
        Forbidden: ``bypass_not_allowed``.
    """
    possible = info.capabilities.modes or list(get_args(Mode))
    if mode not in possible:
        raise InvalidRequest(_none_of(mode, "mode", possible), code="unknown_mode")
    if mode == "bypass" and not allow_bypass:
        message = "The mode bypass is switched off here (c.ParsessLab.allow_bypass)."
        raise Forbidden(message, code="bypass_not_allowed")
    return cast("Mode", mode)


def choose(options: Sequence[ConfigOption], category: str, value: str | None) -> list[ConfigOption]:
    """The settings with one of them changed; None leaves it as it is. No choices listed: any value will do.

    Raises:
        InvalidRequest: ``unknown_model`` or ``unknown_effort``, with what is possible.
    """
    if value is None:
        return list(options)
    word = "model" if category == MODEL else "effort"
    option = next((option for option in options if option.category == category), None)
    if option is None:
        raise InvalidRequest(f"This agent offers no choice of {word}.", code=f"unknown_{word}")
    possible = [choice.value for choice in option.options]
    if possible and value not in possible:
        raise InvalidRequest(_none_of(value, word, possible), code=f"unknown_{word}")
    return [replace(one, current_value=value) if one is option else one for one in options]


def offered(info: AgentInfo, facts: Facts) -> list[ConfigOption]:
    """What the agent offers now, set as the session is set."""
    present = {option.id: option.current_value for option in facts.options}
    return [
        replace(option, current_value=present.get(option.id) or option.current_value)
        for option in info.capabilities.options
    ]


def changes(facts: Facts, info: AgentInfo | None, wanted: Wanted, *, allow_bypass: bool) -> list[AnyEvent]:
    """The events that set the session as wanted; nothing for what is so already.

    ``info`` is what the agent offers, if it was asked. Raises as the checks here do.
    """
    events: list[AnyEvent] = []
    if wanted.name is not None and check_name(wanted.name) != facts.name:
        events.append(SessionInfoUpdate(title=check_name(wanted.name)))
    if info is not None:
        events += _agent_changes(facts, info, wanted, allow_bypass=allow_bypass)
    if wanted.archived is not None and wanted.archived != facts.archived:
        events.append(SessionInfoUpdate(archived=wanted.archived))
    return events


def _agent_changes(facts: Facts, info: AgentInfo, wanted: Wanted, *, allow_bypass: bool) -> list[AnyEvent]:
    events: list[AnyEvent] = []
    if wanted.mode is not None and wanted.mode != facts.mode:
        mode = check_mode(wanted.mode, info, allow_bypass=allow_bypass)
        events.append(CurrentModeUpdate(current_mode_id=mode))
    options = choose(offered(info, facts), MODEL, wanted.model)
    options = choose(options, EFFORT, wanted.effort)
    if (wanted.model or wanted.effort) and tuple(options) != facts.options:
        events.append(ConfigOptionUpdate(config_options=options))
    return events


def settings(facts: Facts) -> Settings:
    """What the session is set to."""
    return Settings(mode=cast("Mode", facts.mode), model=facts.option(MODEL), effort=facts.option(EFFORT))


def check_name(name: str) -> str:
    """The name without blanks around it. Raises InvalidRequest for one that can't be shown."""
    name = name.strip()
    if not name or len(name) > _NAME or not name.isprintable():
        raise InvalidRequest(f"A name is one line of 1 to {_NAME} characters.", code="bad_name")
    return name


def _none_of(value: str, word: str, possible: Sequence[str]) -> str:
    return f"There is no {word} {value} here. Possible: {', '.join(possible)}."
