"""Which agents exist."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from parsess_lab.agents.agent import Agent, AgentInfo
from parsess_lab.agents.builtin import BuiltinAgent, Options
from parsess_lab.agents.tour import TourAgent
from parsess_lab.errors import InvalidRequest


class Catalogue(Mapping[str, Agent]):
    """The agents by id. Sharing one catalogue is sharing connections and processes: have one per server."""

    def __init__(self, options: Options | None = None) -> None:
        options = options or Options()
        self._agents: dict[str, Agent] = {
            "builtin": BuiltinAgent(options),
            "tour": TourAgent(allow_bypass=options.allow_bypass, passing=options.passing),
        }

    def __getitem__(self, agent: str) -> Agent:
        return self._agents[agent]

    def __iter__(self) -> Iterator[str]:
        return iter(self._agents)

    def __len__(self) -> int:
        return len(self._agents)

    def named(self, agent: str) -> Agent:
        """The agent of this id.

        Raises:
            InvalidRequest: there is none.
        """
        if agent not in self._agents:
            known = ", ".join(self._agents)
            raise InvalidRequest(
                f"There is no agent {agent!r}. Choose one of: {known}.", code="unknown_agent"
            )
        return self._agents[agent]

    async def infos(self) -> list[AgentInfo]:
        """What each is and offers, in the order of the ids."""
        return list(await asyncio.gather(*(agent.info() for agent in self._agents.values())))

    async def default(self) -> str:
        """The agent of a session that names none: the first that is available."""
        return next((info.id for info in await self.infos() if info.available), "tour")

    async def close(self) -> None:
        """Release what all of them hold."""
        await asyncio.gather(*(agent.close() for agent in self._agents.values()))
