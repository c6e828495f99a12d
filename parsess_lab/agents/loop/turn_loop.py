"""Ask the model, run its tools, repeat: until it has nothing more to do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from parsess_lab.agents.agent import Turn
from parsess_lab.agents.loop import content, history
from parsess_lab.agents.loop.call import Workbench
from parsess_lab.agents.loop.calls import Calls
from parsess_lab.agents.loop.content import Blobs, Content
from parsess_lab.agents.loop.model import Message, Model, Request
from parsess_lab.agents.loop.reply import Reply, Use, receive
from parsess_lab.errors import AgentFailed
from parsess_lab.events import ModelMessage, Notice, StopReason, ToolCallUpdate
from parsess_lab.tools.toolbox import Toolbox

MAX_STEPS = 200
MAX_CUT_OFF = 3
"""Messages in a row that may hit the output limit in the middle of a tool call."""

CUT_OFF = (
    "Your message reached the output limit before this call was complete, so it was not run. "
    "Send it again in smaller pieces."
)
OVERFLOW = (
    "The conversation no longer fits into the model's context window. Choose a model with a larger one, "
    "or start a new session in the same directory."
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one turn may do. ``max_steps`` counts messages of the model."""

    max_steps: int = MAX_STEPS
    allow_bypass: bool = False


class TurnLoop:
    """One turn. ``preface`` goes before the prompt in what the model reads."""

    def __init__(
        self, turn: Turn, model: Model, toolbox: Toolbox, limits: Limits, preface: Sequence[Content] = ()
    ) -> None:
        self._turn = turn
        self._model = model
        self._bench = Workbench(turn, toolbox, limits.allow_bypass)
        self._max_steps = limits.max_steps
        self._preface = list(preface)
        self._blobs = Blobs(turn.blob)
        self._messages: list[Message] = []
        self._cut_off = 0

    async def run(self) -> StopReason:
        """Go through the turn. What was emitted stays, however it ends.

        Raises:
            AgentFailed: the model could not be asked.
            StorageFailed: the log can't be written.
        """
        self._bench.toolbox.place.directory = self._turn.directory
        self._messages = await history.rebuild(self._turn.history())
        self._say(self._prompt(), self._turn.prompt.id)
        for _ in range(self._max_steps):
            stop = await self._step()
            if stop is not None:
                return stop
        self._notice(f"Stopped after {self._max_steps} steps. Send a prompt to go on.")
        return "max_turn_requests"

    def _prompt(self) -> Message:
        message = history.user_message(self._turn.prompt)
        moved = self._turn.directory != self._turn.home
        where = [content.text(f"[Working directory: {self._turn.directory}]")] if moved else []
        return {**message, "content": [*self._preface, *where, *message["content"]]}

    async def _step(self) -> StopReason | None:
        # In a thread: a long conversation takes longer to go through than others should wait.
        conversation = await asyncio.to_thread(history.valid, list(self._messages))
        request = Request(await self._blobs.expand(conversation), self._bench.toolbox.tools)
        reply = await receive(self._turn, self._model, request)
        stop_reason = reply.finished.stop_reason
        self._say({**reply.finished.message, "stop_reason": stop_reason}, self._turn.prompt.id)
        if stop_reason != "max_tokens":
            self._cut_off = 0
        match stop_reason:
            case "tool_use" | "end_turn" | "stop_sequence":
                return await self._go_on(reply)
            case "pause_turn":
                return None
            case "max_tokens":
                return self._after_cut_off(reply)
            case _:
                return self._give_up(reply)

    async def _go_on(self, reply: Reply) -> StopReason | None:
        if reply.uses:
            await self._run_calls(reply.uses)
        steered = self._steer()
        return None if reply.uses or steered else "end_turn"

    async def _run_calls(self, uses: Sequence[Use]) -> None:
        calls = Calls(self._bench, uses)
        try:
            await calls.run()
        finally:
            self._say({"role": "user", "content": calls.results()}, self._turn.prompt.id)

    def _steer(self) -> bool:
        prompts = self._turn.steering()
        for prompt in prompts:
            self._say(history.user_message(prompt), prompt.id)
        return bool(prompts)

    def _after_cut_off(self, reply: Reply) -> StopReason | None:
        self._cut_off += 1
        self._skip(reply.uses, CUT_OFF)
        return None if reply.uses and self._cut_off < MAX_CUT_OFF else "max_tokens"

    def _skip(self, uses: Sequence[Use], reason: str) -> None:
        for use in uses:
            self._turn.emit(ToolCallUpdate(tool_call_id=use.call, status="failed", raw_input=use.input))
        if uses:
            results = [history.tool_result(use.id, [content.text(reason)], failed=True) for use in uses]
            self._say({"role": "user", "content": results}, self._turn.prompt.id)

    def _give_up(self, reply: Reply) -> StopReason:
        finished = reply.finished
        self._skip(reply.uses, "Not run: the message ended before its calls could be.")
        if finished.stop_reason == "model_context_window_exceeded":
            raise AgentFailed(OVERFLOW, reason="context_overflow")
        if finished.stop_reason == "refusal":
            why = f" ({finished.detail})" if finished.detail else ""
            self._notice(
                f"The model declined to answer{why}. It won't see this exchange again: ask in another way."
            )
            return "refusal"
        self._notice(f"The model stopped for a reason unknown here: {finished.stop_reason}.")
        return "end_turn"

    def _say(self, message: Message, prompt: str) -> None:
        self._messages.append(message)
        self._turn.emit(ModelMessage(message=message, prompt=prompt))

    def _notice(self, words: str) -> None:
        self._turn.emit(Notice(text=words, level="warning"))
