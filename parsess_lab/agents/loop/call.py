"""One tool call: understood, allowed, run, and told to the page and to the model."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from parsess_lab.agents.agent import Turn
from parsess_lab.agents.loop import content, history
from parsess_lab.agents.loop.content import Content
from parsess_lab.agents.loop.model import BAD_JSON
from parsess_lab.agents.loop.reply import Use, new_id
from parsess_lab.errors import InvalidRequest, ParsessError, StorageFailed
from parsess_lab.events import (
    Block,
    BlockContent,
    DirectoryChanged,
    ImageBlock,
    Plan,
    PlanEntry,
    QuestionAnswered,
    QuestionAsked,
    ResourceBlock,
    TextBlock,
    ToolCallUpdate,
    ToolContent,
)
from parsess_lab.permissions.access import Access, Ask, Boundary, Decision, Deny
from parsess_lab.permissions.decide import decide
from parsess_lab.tools.in_view import InView
from parsess_lab.tools.tool import Reporter, Tool, ToolResult
from parsess_lab.tools.toolbox import Toolbox

logger = logging.getLogger(__name__)


class Refused(Exception):
    """The call isn't run; the message tells the model why."""


@dataclass(slots=True)
class Workbench:
    """What the calls of a turn share. Questions come one at a time: an answer may settle the next one too."""

    turn: Turn
    toolbox: Toolbox
    allow_bypass: bool = False
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def decide(self, access: Access) -> Decision:
        """By the mode and the rules as they are now."""
        turn = self.turn
        return decide(
            access,
            Boundary(
                home=turn.home,
                directory=self.toolbox.place.directory,
                allowed_roots=turn.allowed_roots,
                mode=turn.settings.mode,
                rules=turn.rules,
                allow_bypass=self.allow_bypass,
                fence=turn.fence,
            ),
        )


class Call:
    """``access`` is what it will touch as far as can be said before it runs; ``result`` is for the model."""

    def __init__(self, bench: Workbench, use: Use) -> None:
        self._bench = bench
        self._turn = bench.turn
        self._place = bench.toolbox.place
        self._use = use
        self._arguments: Any = None
        self._problem: str | None = None
        self._finished = False
        self._in_view: InView | None = None
        self.access: Access | None = None
        self.result: Content = history.tool_result(use.id, [content.text(history.INTERRUPTED)], failed=True)

    def prepare(self) -> None:
        """Validate the input and show what is wanted. Never fails: what is wrong becomes the result."""
        title = None
        try:
            tool = self._tool()
            if isinstance(self._use.input, dict) and BAD_JSON in self._use.input:
                raise InvalidRequest("The input was not valid JSON. Send the call again.")
            self._arguments = tool.parse(self._use.input)
            title = tool.title(self._arguments, self._place)
            self.access = tool.access(self._arguments, self._place)
        except InvalidRequest as error:
            self._problem = error.message
        except Exception as error:
            self._problem = self._surprise(error)
        self._update(title=title, raw_input=self._use.input)

    async def run(self) -> None:
        """Ask if need be, run, report."""
        try:
            if self._problem is not None:
                raise Refused(self._problem)
            tool = self._tool()
            # An earlier call of the message may have moved the directory or swapped a link since.
            self.access = tool.access(self._arguments, self._place)
            await self._permit(tool, self.access)
            self._update(status="in_progress")
            self._finish(await self._run(tool))
        except Refused as refusal:
            self._finish(_failure(str(refusal)))
        except StorageFailed:
            raise
        except ParsessError as error:
            self._finish(_failure(error.message))
        except Exception as error:
            self._finish(_failure(self._surprise(error)))
        finally:
            if self._in_view is not None and not self._finished:
                await self._in_view.stop()

    def close(self) -> None:
        """The turn ends: what has no result by now was cancelled."""
        if not self._finished:
            self._update(status="cancelled")

    def _tool(self) -> Tool:
        tools = self._bench.toolbox.tools
        if self._use.name not in tools:
            raise InvalidRequest(
                f"There is no tool {self._use.name!r}. The tools are: {', '.join(sorted(tools))}."
            )
        return tools[self._use.name]

    async def _permit(self, tool: Tool, access: Access) -> None:
        decision = self._bench.decide(access)
        if isinstance(decision, Ask):
            async with self._bench.asking:
                decision = self._bench.decide(access)
                if isinstance(decision, Ask):
                    return await self._ask(tool, access, decision)
        if isinstance(decision, Deny):
            raise Refused(decision.reason)
        return None

    async def _ask(self, tool: Tool, access: Access, ask: Ask) -> None:
        preview = await tool.preview(self._arguments, self._place)
        if preview:
            self._update(content=list(preview))
        answer = await self._turn.ask(
            QuestionAsked(
                id=new_id("question"),
                title=tool.title(self._arguments, self._place),
                options=list(ask.options),
                tool_call=self._use.call,
                command=access.command or None,
                directory=str(self._place.directory),
                reason=ask.reason,
            )
        )
        self._in_view = answer.in_view
        if self._in_view is None and not _allowed(answer.given):
            raise Refused(_refusal(answer.given))

    async def _run(self, tool: Tool) -> ToolResult:
        report = Reporter(
            output=lambda words: self._update(append_output=words),
            plan=self._show_plan,
            moved=self._move,
            keep=self._turn.keep,
            in_view=self._in_view,
        )
        return await tool.run(self._arguments, self._place, report)

    def _show_plan(self, entries: Sequence[PlanEntry]) -> None:
        self._turn.emit(Plan(entries=list(entries)))

    def _move(self, directory: Path) -> None:
        self._place.directory = directory
        self._turn.emit(DirectoryChanged(directory=str(directory)))

    def _finish(self, result: ToolResult) -> None:
        self._finished = True
        blocks = [self._kept(block) for block in result.blocks]
        self.result = history.tool_result(self._use.id, content.from_blocks(blocks), failed=result.failed)
        self._update(
            status="failed" if result.failed else "completed",
            content=self._shown(result.content, blocks),
            locations=list(result.locations) or None,
            exit_code=result.exit_code,
        )

    def _shown(self, shown: Sequence[ToolContent] | None, blocks: Iterable[Block]) -> list[ToolContent]:
        if shown is None:
            return [BlockContent(content=block) for block in blocks]
        return [
            BlockContent(content=self._kept(item.content)) if isinstance(item, BlockContent) else item
            for item in shown
        ]

    def _kept(self, block: Block) -> Block:
        """Bytes go to a blob: the log has only its hash."""
        if isinstance(block, ImageBlock | ResourceBlock) and block.data is not None:
            blob = self._turn.keep(base64.b64decode(block.data))
            return msgspec.structs.replace(block, data=None, blob=blob)
        return block

    def _update(self, **changes: Any) -> None:
        self._turn.emit(ToolCallUpdate(tool_call_id=self._use.call, **changes))

    def _surprise(self, error: Exception) -> str:
        logger.error("Tool %s failed in a way it should not", self._use.name, exc_info=error)
        return f"The tool itself failed ({type(error).__name__}: {error}). Try another way."


def _failure(reason: str) -> ToolResult:
    return ToolResult(blocks=[TextBlock(text=reason)], failed=True)


def _allowed(answer: QuestionAnswered) -> bool:
    return answer.option_kind is not None and answer.option_kind.startswith("allow")


def _refusal(answer: QuestionAnswered) -> str:
    if answer.reason:
        return f"The person refused this, and says: {answer.reason}"
    return "The person refused this. Don't get the same done another way: say what you wanted, or do without."
