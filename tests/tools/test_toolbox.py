"""The tools as the model and the page see them."""

import json

import pytest

from parsess_lab.errors import InvalidRequest
from parsess_lab.events import PlanEntry
from parsess_lab.permissions.access import Access

from .conftest import Bench


def test_every_schema_is_plain_and_described(bench: Bench) -> None:
    for name, tool in bench.toolbox.tools.items():
        assert tool.name == name
        assert tool.description
        schema = json.dumps(tool.schema)
        assert "$ref" not in schema
        assert "$defs" not in schema
        assert tool.schema["type"] == "object"
        assert tool.schema["additionalProperties"] is False


async def test_the_plan_is_reported(bench: Bench) -> None:
    entries = [{"content": "look", "status": "completed"}, {"content": "do", "priority": "high"}]
    await bench("plan", entries=entries)
    assert bench.plans == [
        [PlanEntry(content="look", status="completed"), PlanEntry(content="do", priority="high")]
    ]
    tool = bench.toolbox.tools["plan"]
    call = tool.parse({"entries": entries})
    assert tool.access(call, bench.place) == Access("nothing")
    assert tool.title(call, bench.place) == "Plan: 1 of 2 done"
    with pytest.raises(InvalidRequest, match="status"):
        tool.parse({"entries": [{"content": "x", "status": "soon"}]})


async def test_numbers_and_flags_may_come_as_text(bench: Bench) -> None:
    (bench.home / "a.txt").write_text("one\ntwo\n")
    result = await bench("read_file", path="a.txt", offset="2")
    assert result.locations[0].line == 2
