"""Keep a plan that the person sees."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from parsess_lab.events import PlanEntry, TextBlock
from parsess_lab.permissions.access import Access
from parsess_lab.tools.arguments import Arguments, Described
from parsess_lab.tools.tool import Place, Reporter, ToolResult


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    content: Annotated[str, Meta(min_length=1, description="One step, in a few words.")]
    status: Literal["pending", "in_progress", "completed"] = "pending"
    priority: Literal["high", "medium", "low"] = "medium"


class PlanArguments(Arguments, frozen=True):
    entries: Annotated[list[Entry], Meta(max_length=100, description="The whole plan; it replaces the last.")]


class UpdatePlan(Described[PlanArguments]):
    """See ``description``."""

    name = "plan"
    kind = "think"
    arguments = PlanArguments
    description = (
        "Show the person your plan as a check-list. Use it for work of several steps, and send the whole "
        "list again whenever a step begins or is done; have one step in progress at a time."
    )

    def parse(self, arguments: object) -> PlanArguments:
        return self.check(arguments)

    def title(self, arguments: PlanArguments, place: Place) -> str:
        done = sum(entry.status == "completed" for entry in arguments.entries)
        return f"Plan: {done} of {len(arguments.entries)} done"

    def access(self, arguments: PlanArguments, place: Place) -> Access:
        return Access("nothing")

    async def run(self, arguments: PlanArguments, place: Place, report: Reporter) -> ToolResult:
        report.plan(
            [
                PlanEntry(content=entry.content, status=entry.status, priority=entry.priority)
                for entry in arguments.entries
            ]
        )
        return ToolResult([TextBlock(text="The plan is shown.")])
