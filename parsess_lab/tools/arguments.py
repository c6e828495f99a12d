"""A tool's input as one struct: what the model is told about it and how it is checked come from one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from parsess_lab.errors import InvalidRequest
from parsess_lab.events import ToolContent, ToolKind
from parsess_lab.tools.tool import Place


class Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all inputs; each field's ``Meta`` carries the description the model reads."""


A = TypeVar("A", bound=Arguments)


class Described(Generic[A]):
    """What all tools have in common. ``arguments`` is the struct of the input."""

    name: str
    description: str
    kind: ToolKind
    arguments: type[A]

    def __init__(self) -> None:
        self.schema = schema_of(self.arguments)

    def check(self, arguments: Any) -> A:
        """Validate the input; numbers and booleans may come as text.

        Raises:
            InvalidRequest: naming the field that is wrong.
        """
        try:
            return msgspec.convert(arguments, self.arguments, strict=False)
        except msgspec.ValidationError as error:
            raise InvalidRequest(f"{self.name}: {error}.", code="invalid_arguments") from error

    async def preview(self, arguments: Any, place: Place) -> Sequence[ToolContent]:
        """Nothing beyond the title."""
        return ()


def schema_of(arguments: type[Arguments]) -> dict[str, Any]:
    """JSON Schema without references: not every server of the Messages API follows them."""
    schema = msgspec.json.schema(arguments)
    inlined: dict[str, Any] = _inline(schema, schema.get("$defs", {}))
    return {key: value for key, value in inlined.items() if key not in {"$defs", "title", "description"}}


def _inline(node: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inline(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inline(definitions[node["$ref"].rpartition("/")[2]], definitions)
    return {key: _inline(value, definitions) for key, value in node.items() if key != "$defs"}
