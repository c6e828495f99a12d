"""What a request goes without after the server has refused it: caching, effort, thinking, old signatures.

Servers that speak the Messages API differ in what they take; a refusal (400) names what it did not like.
The request goes out again at once without that.
"""

from __future__ import annotations

from typing import Any

_NAMED: dict[str, tuple[str, ...]] = {
    "cache_control": ("cache_control",),
    "output_config": ("output_config", "effort"),
    "thinking": ("thinking",),
}
_THINKING = frozenset({"thinking", "redacted_thinking"})


class Refusals:
    """The fields that one model of one server has refused: all later requests to it go without."""

    def __init__(self) -> None:
        self.fields: set[str] = set()


class Concessions:
    """What the requests of one turn go without."""

    def __init__(self, refusals: Refusals) -> None:
        self._refused = refusals.fields
        self._without_thinking = False

    def make(self, error: Exception) -> bool:
        """Whether the error names something that a new request can go without."""
        import anthropic

        if not isinstance(error, anthropic.BadRequestError | anthropic.UnprocessableEntityError):
            return False
        said = str(error)
        if "signature" in said and not self._without_thinking:
            # Thinking of another model or server carries signatures that this one can't check.
            self._without_thinking = True
            return True
        named = [name for name, words in _NAMED.items() if any(word in said for word in words)]
        new = set(named) - self._refused
        self._refused |= new
        return bool(new)

    def apply(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body without what was refused."""
        kept = {key: value for key, value in body.items() if key not in self._refused}
        if self._without_thinking:
            kept["messages"] = [_plain(message) for message in body["messages"]]
        return kept


def _plain(message: dict[str, Any]) -> dict[str, Any]:
    blocks = [block for block in message["content"] if block.get("type") not in _THINKING]
    return {**message, "content": blocks or [{"type": "text", "text": "(thinking)"}]}
