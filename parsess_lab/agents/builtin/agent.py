"""The built-in agent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from parsess_lab.agents.agent import AgentInfo, Capabilities, Turn
from parsess_lab.agents.builtin.briefing import Briefing, brief
from parsess_lab.agents.builtin.concessions import Concessions, Refusals
from parsess_lab.agents.builtin.messages_api import MessagesModel
from parsess_lab.agents.builtin.models import EFFORTS, ModelFacts, Models
from parsess_lab.agents.builtin.options import Options
from parsess_lab.agents.builtin.service import Service
from parsess_lab.agents.loop import Limits, TurnLoop, content
from parsess_lab.agents.loop.toolboxes import Toolboxes
from parsess_lab.events import Choice, ConfigOption, ModelMessage, Notice, StopReason

MODES = ("ask", "accept_edits", "plan", "auto")
PLAN_MODE = (
    "[Plan mode: read and search as you need, change nothing and run nothing that may. "
    "End with a plan that the person can agree to.]"
)


class BuiltinAgent:
    """A coding agent over the Messages API. One object serves all sessions, over one connection pool."""

    def __init__(self, options: Options | None = None) -> None:
        self._options = options or Options()
        self._service = Service(self._options)
        self._models = Models(self._service)
        self._toolboxes = Toolboxes(self._options.passing)
        self._briefings: dict[str, Briefing] = {}
        self._refusals: dict[str, Refusals] = {}

    async def info(self) -> AgentInfo:
        """What it offers: only the models and efforts that the server names."""
        why_not = self._service.why_not()
        if why_not is not None:
            return AgentInfo(id="builtin", name="Built-in", available=False, why_not=why_not)
        models = await self._models.all()
        default = await self._models.default()
        return AgentInfo(
            id="builtin",
            name="Built-in",
            available=True,
            capabilities=Capabilities(
                modes=[*MODES, "bypass"] if self._options.allow_bypass else list(MODES),
                options=[_model_option(models, default), *_effort_options(models)],
                images=any(model.images for model in models) or not models,
            ),
        )

    async def run_turn(self, turn: Turn) -> StopReason:
        """Answer the prompt.

        Raises:
            AgentFailed: not configured, refused, or failed after all attempts.
        """
        client = await self._service.client()
        settings = turn.settings
        facts = await self._models.get(settings.model or await self._models.default())
        model = MessagesModel(
            client=client,
            facts=facts,
            system=(await self._briefing(turn)).system,
            effort=settings.effort,
            concessions=Concessions(self._refusals.setdefault(facts.id, Refusals())),
            retries=self._options.retries,
        )
        limits = Limits(self._options.max_steps, self._options.allow_bypass)
        preface = [content.text(PLAN_MODE)] if settings.mode == "plan" else []
        return await TurnLoop(turn, model, self._toolboxes.of(turn), limits, preface).run()

    async def _briefing(self, turn: Turn) -> Briefing:
        known = self._briefings.get(turn.session)
        if known is not None:
            return known
        briefing = await asyncio.to_thread(brief, turn.home, self._options.user)
        self._briefings[turn.session] = briefing
        if not any(isinstance(event, ModelMessage) for event in turn.history()):
            _tell(turn, briefing)
        return briefing

    async def end_session(self, session: str) -> None:
        """End background commands, forget what was read."""
        self._briefings.pop(session, None)
        await self._toolboxes.end(session)

    async def close(self) -> None:
        """End background commands of all sessions, and the connections."""
        await self._toolboxes.close()
        await self._service.close()


def _tell(turn: Turn, briefing: Briefing) -> None:
    for memory in briefing.read:
        near = memory.path.is_relative_to(turn.home)
        name = memory.path.relative_to(turn.home) if near else memory.path
        cut = ", the beginning of it" if memory.cut else ""
        turn.emit(Notice(text=f"Read {name}{cut}"))


def _model_option(models: Sequence[ModelFacts], default: str) -> ConfigOption:
    listed = [Choice(value=model.id, name=model.name, description=_about(model)) for model in models]
    if default not in {model.id for model in models}:
        listed.insert(0, Choice(value=default, name=default))
    return ConfigOption(id="model", name="Model", category="model", current_value=default, options=listed)


def _about(model: ModelFacts) -> str | None:
    parts = []
    if model.context_size:
        parts.append(f"{model.context_size // 1000:,}k tokens of context")
    if model.efforts:
        parts.append(f"effort {', '.join(model.efforts)}")
    return "; ".join(parts) or None


def _effort_options(models: Sequence[ModelFacts]) -> list[ConfigOption]:
    """All levels that some model has; a model without the chosen one gets the nearest below it."""
    levels = [level for level in EFFORTS if any(level in model.efforts for model in models)]
    if not levels:
        return []
    choices = [Choice(value=level, name=level) for level in levels]
    return [ConfigOption(id="effort", name="Effort", category="thought_level", options=choices)]
