"""What the loop needs of a model: a conversation in, a stream of small pieces out.

Messages have the shape of the Messages API (role and content blocks): it carries tool calls, results,
thinking and signatures without loss, and is what the log keeps.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from parsess_lab.tools.tool import Tool

Message = dict[str, Any]
"""``{"role": "user" | "assistant", "content": [block…]}``; in the log an answer also has ``stop_reason``."""

BAD_JSON = "input_is_not_json"
"""The one key of a tool call's input that the model wrote in broken JSON; its value is what it wrote."""


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    """A piece of the thinking."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolUseStarted:
    """The model has begun to write a tool call; its input follows."""

    name: str


@dataclass(frozen=True, slots=True)
class ToolInputDelta:
    """``characters`` more of the input of the tool call begun last."""

    characters: int


@dataclass(frozen=True, slots=True)
class Retrying:
    """The attempt failed: all since the last start is void. The next one begins after ``delay`` seconds."""

    attempt: int
    attempts: int
    delay: float
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What one request used, in tokens. ``context_size`` and ``cost_usd`` are None where unknown."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    context_size: int | None = None
    cost_usd: float | None = None
    model: str | None = None

    @property
    def context_used(self) -> int:
        """Tokens that the conversation now fills."""
        return self.input + self.cache_read + self.cache_write + self.output


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole message, last of the stream. ``detail`` says more about the stop reason, if the model did."""

    message: Message
    stop_reason: str
    usage: Usage | None = None
    detail: str = ""


Delta = TextDelta | ThinkingDelta | ToolUseStarted | ToolInputDelta | Retrying | Finished


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: a valid conversation that ends with the user, and the tools on offer."""

    messages: Sequence[Message]
    tools: Mapping[str, Tool]


class Model(Protocol):
    """Something that goes on with a conversation."""

    def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Yield deltas, then exactly one :class:`Finished`. Closing the generator ends the request at once.

        Raises:
            AgentFailed: it can't be done, or not after all the attempts.
        """
