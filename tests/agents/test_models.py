"""Which models and efforts there are to choose from, and what they cost."""

from __future__ import annotations

from collections.abc import Callable

from parsess_lab.agents.builtin import BuiltinAgent, Options
from parsess_lab.agents.builtin.models import Models
from parsess_lab.agents.builtin.prices import cost
from parsess_lab.agents.builtin.service import Service
from parsess_lab.events import (
    UsageUpdate,
)
from tests.fakes.messages_api import MessagesApi
from tests.fakes.turn import FakeTurn, Log

Make = Callable[..., BuiltinAgent]


async def test_models_and_efforts_are_what_the_server_says(api: MessagesApi, builtin: BuiltinAgent) -> None:
    model, effort = (await builtin.info()).capabilities.options
    assert (model.id, model.category, model.current_value) == ("model", "model", "claude-sonnet-5-5")
    assert [choice.value for choice in model.options] == ["claude-sonnet-5-5", "plain"]
    assert (effort.id, effort.category) == ("effort", "thought_level")
    assert [choice.value for choice in effort.options] == ["low", "medium", "high"]
    await builtin.info()
    assert api.models_asked == 1


async def test_a_server_without_a_list_offers_the_configured_model_and_no_effort(
    api: MessagesApi, make_builtin: Make, log: Log
) -> None:
    api.models = None
    agent = make_builtin(environ={"ANTHROPIC_MODEL": "mine"})
    (model,) = (await agent.info()).capabilities.options
    assert [choice.value for choice in model.options] == ["mine"]
    await agent.run_turn(FakeTurn(log, "hello", effort="high"))
    assert api.requests[0]["model"] == "mine"
    assert api.requests[0]["max_tokens"] == 16_384
    assert not {"output_config", "thinking"} & set(api.requests[0])
    assert log.all(UsageUpdate)[0].size is None
    assert log.all(UsageUpdate)[0].cost_usd is None


async def test_a_local_server_lists_models_of_which_nothing_else_is_known(
    api: MessagesApi, make_builtin: Make, log: Log
) -> None:
    api.models = [{"id": "qwen", "object": "model", "owned_by": "me"}]
    agent = make_builtin()
    (model,) = (await agent.info()).capabilities.options
    assert (model.current_value, [choice.name for choice in model.options]) == ("qwen", ["qwen"])
    assert await agent.run_turn(FakeTurn(log, "hello")) == "end_turn"


async def test_the_list_of_models_is_kept_for_an_hour_and_no_list_for_a_minute(api: MessagesApi) -> None:
    clock = [0.0]
    service = Service(Options(environ={}, base_url=api.url))
    models = Models(service, clock=lambda: clock[0])
    listed, api.models = api.models, None
    for clock[0], asked in ((0, 1), (59, 1), (61, 2)):
        assert not await models.all()
        assert api.models_asked == asked
    api.models = listed
    for clock[0], asked in ((122, 3), (3700, 3), (3723, 4)):
        assert len(await models.all()) == 2
        assert api.models_asked == asked
    api.models, clock[0] = None, 9000
    assert len(await models.all()) == 2, "what was known stays known"
    await service.close()


def test_prices_are_known_by_family() -> None:
    tokens = {"input": 1_000_000, "output": 0, "cache_read": 0, "cache_write": 0}
    assert cost("eu.anthropic.claude-opus-5-5-20261001-v1:0", **tokens) == 4.0
    assert cost("claude-opus-5", **tokens) is None
