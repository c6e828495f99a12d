"""What a tool is: a name, a schema, what it would touch, and the doing of it.

Every failure of a tool is a :class:`ToolResult` with ``failed`` set, in words the model can act on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from parsess_lab.events import Block, Location, PlanEntry, ToolContent, ToolKind
from parsess_lab.permissions.access import Access
from parsess_lab.tools.in_view import InView


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool gives back: ``blocks`` to the model, ``content`` to the page (None: show the blocks)."""

    blocks: Sequence[Block] = ()
    content: Sequence[ToolContent] | None = None
    failed: bool = False
    exit_code: int | None = None
    locations: Sequence[Location] = ()


@dataclass(slots=True)
class Place:
    """Where a session's tools work. One object per session, kept between its turns."""

    home: Path
    directory: Path
    allowed_roots: Sequence[Path]
    session: str = ""
    passing: Sequence[str] = ()
    """Names of further environment variables that commands may see."""
    read: dict[Path, int] = field(default_factory=dict)
    """Files the model has seen, with the mtime_ns it saw: an edit of an unseen or changed file is refused."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """How a running tool speaks before it is done."""

    output: Callable[[str], None]
    """Live output, already decoded; joined and bounded by the receiver."""
    plan: Callable[[Sequence[PlanEntry]], None]
    moved: Callable[[Path], None]
    """The agent's directory changed."""
    keep: Callable[[bytes], str]
    """Store bytes as a blob, get their hash."""
    in_view: InView | None = None
    """The person has begun it in a terminal: it is only waited for."""


class Tool(Protocol):
    """One thing the built-in agent can do."""

    @property
    def name(self) -> str:
        """What the model calls it."""

    @property
    def description(self) -> str:
        """What the model is told of it."""

    @property
    def kind(self) -> ToolKind:
        """What the page shows it as."""

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of the input, as the Messages API wants it."""

    def parse(self, arguments: Any) -> Any:
        """Validate against the schema; the result goes into the other methods.

        Raises:
            InvalidRequest: in words that tell the model which field is wrong.
        """

    def title(self, arguments: Any, place: Place) -> str:
        """One line for the page: verb and object ("Read src/app.py", "Run pytest -q")."""

    def access(self, arguments: Any, place: Place) -> Access:
        """What it would touch, with symlinks resolved. Raises InvalidRequest when that can't be said."""

    async def preview(self, arguments: Any, place: Place) -> Sequence[ToolContent]:
        """What the person sees before allowing it (a diff); empty when the title says it all."""

    async def run(self, arguments: Any, place: Place, report: Reporter) -> ToolResult:
        """Do it. On cancellation leave no process and no half-written file behind, then re-raise."""
