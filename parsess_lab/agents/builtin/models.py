"""The models a server has and what each can do, as the server itself says; less, where it says less."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from parsess_lab.agents.builtin.service import Service

logger = logging.getLogger(__name__)

DEFAULT_MODEL = "claude-sonnet-5-5"
EFFORTS = ("low", "medium", "high", "xhigh", "max")
MAX_OUTPUT = 16_384
KEPT_SECONDS = 3600.0
RETRIED_SECONDS = 60.0
ASK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """``context_size`` is None and ``efforts`` is empty where the server does not say."""

    id: str
    name: str
    context_size: int | None = None
    max_output: int = MAX_OUTPUT
    efforts: tuple[str, ...] = ()
    adaptive_thinking: bool = False
    images: bool = True

    def nearest_effort(self, wanted: str | None) -> str | None:
        """The highest level it has that is not above the wanted one, else its lowest; None: it has none."""
        if wanted not in EFFORTS or not self.efforts:
            return None
        below = [level for level in self.efforts if EFFORTS.index(level) <= EFFORTS.index(wanted)]
        return below[-1] if below else self.efforts[0]


class Models:
    """The list, asked for once an hour. A server that has none is asked again after a minute."""

    def __init__(self, service: Service, clock: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._clock = clock
        self._known: tuple[ModelFacts, ...] = ()
        self._fresh_until = float("-inf")
        self._asking = asyncio.Lock()

    async def all(self) -> Sequence[ModelFacts]:
        """What the server lists; nothing where it has no list. Never raises."""
        async with self._asking:
            if self._clock() >= self._fresh_until:
                listed = await self._ask()
                self._known = listed or self._known
                self._fresh_until = self._clock() + (KEPT_SECONDS if listed else RETRIED_SECONDS)
            return self._known

    async def default(self) -> str:
        """The model of a session that names none: as configured, else ours if listed, else the first."""
        if self._service.model is not None:
            return self._service.model
        listed = [model.id for model in await self.all()]
        return DEFAULT_MODEL if not listed or DEFAULT_MODEL in listed else listed[0]

    async def get(self, model: str) -> ModelFacts:
        """What is known of one, listed or not."""
        listed = {facts.id: facts for facts in await self.all()}
        return listed.get(model) or ModelFacts(model, model)

    async def _ask(self) -> tuple[ModelFacts, ...]:
        try:
            client = await self._service.client()
            if not hasattr(client, "models"):
                return ()
            page = await client.models.list(limit=1000, timeout=ASK_SECONDS)
            return tuple(_facts(model) for model in page.data or () if not _retired(model))
        except Exception as error:
            # Gateways and local servers answer this in every possible way; all of them mean: no list.
            logger.info("No list of models: %s", error)
            return ()


def _retired(model: Any) -> bool:
    return getattr(model, "lifecycle", None) == "retired"


def _facts(model: Any) -> ModelFacts:
    capabilities = getattr(model, "capabilities", None)
    return ModelFacts(
        id=str(model.id),
        name=str(getattr(model, "display_name", None) or model.id),
        context_size=getattr(model, "max_input_tokens", None) or None,
        max_output=getattr(model, "max_tokens", None) or MAX_OUTPUT,
        efforts=tuple(level for level in EFFORTS if _supported(capabilities, "effort", level)),
        adaptive_thinking=_supported(capabilities, "thinking", "types", "adaptive"),
        images=capabilities is None or _supported(capabilities, "image_input"),
    )


def _supported(capabilities: Any, *path: str) -> bool:
    found = capabilities
    for name in path:
        found = getattr(found, name, None)
    return bool(getattr(found, "supported", False))
