"""Joins what streams in small pieces, so that the log grows at a bounded rate.

The first piece after a pause is written at once; those that follow within ``seconds`` are written together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec.structs import replace

from parsess_lab.errors import ParsessError
from parsess_lab.events import AgentMessageChunk, AgentThoughtChunk, AnyEvent, TextBlock, ToolCallUpdate

# What arrives in a browser has to be younger than 20 ms; a log grows by at most a hundred lines a second.
JOIN_SECONDS = 0.01
_JOINED_CHARACTERS = 64_000

Key = tuple[type, str]


class Joiner:
    """Holds pieces back for a moment. ``write`` appends the joined events to the log, all or none.

    Whoever writes anything else must :meth:`flush` first, for the order.
    """

    def __init__(self, write: Callable[[list[AnyEvent]], object], seconds: float = JOIN_SECONDS) -> None:
        self._write = write
        self._seconds = seconds
        self._pieces: dict[Key, list[AnyEvent]] = {}
        self._characters = 0
        self._last = float("-inf")
        self._timer: asyncio.TimerHandle | None = None

    def add(self, event: AnyEvent) -> bool:
        """Take a piece that can be joined; False: it can't, write it yourself.

        Raises:
            StorageFailed: pieces can't be written.
        """
        key = key_of(event)
        if key is None:
            return False
        self._pieces.setdefault(key, []).append(event)
        self._characters += len(_text(event))
        loop = asyncio.get_running_loop()
        due = self._last + self._seconds
        if loop.time() >= due or self._characters > _JOINED_CHARACTERS:
            self.flush()
        elif self._timer is None:
            self._timer = loop.call_at(due, self._on_time)
        return True

    def flush(self) -> None:
        """Write what is held back.

        Raises:
            StorageFailed: it can't be written; it is still held.
        """
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._pieces:
            self._write([_join(pieces) for pieces in self._pieces.values()])
            self._pieces.clear()
            self._characters = 0
            self._last = asyncio.get_running_loop().time()

    def _on_time(self) -> None:
        try:
            self.flush()
        except ParsessError:
            # The pieces are still held; whoever adds or writes next gets the error.
            self._last = float("-inf")


def key_of(event: AnyEvent) -> Key | None:
    """What joins with what; None for what doesn't join."""
    match event:
        case AgentMessageChunk(message_id=message, content=TextBlock()):
            return AgentMessageChunk, message
        case AgentThoughtChunk(message_id=message, content=TextBlock()):
            return AgentThoughtChunk, message
        case ToolCallUpdate(tool_call_id=call, append_output=str(output)):
            alone = event == ToolCallUpdate(tool_call_id=call, append_output=output)
            return (ToolCallUpdate, call) if alone else None
        case _:
            return None


def _text(event: AnyEvent) -> str:
    match event:
        case AgentMessageChunk(content=TextBlock(text)) | AgentThoughtChunk(content=TextBlock(text)):
            return text
        case ToolCallUpdate(append_output=str(output)):
            return output
        case _:
            return ""


def _join(pieces: list[AnyEvent]) -> AnyEvent:
    first, text = pieces[0], "".join(map(_text, pieces))
    if len(pieces) == 1:
        return first
    if isinstance(first, ToolCallUpdate):
        return replace(first, append_output=text)
    return replace(first, content=TextBlock(text=text))
