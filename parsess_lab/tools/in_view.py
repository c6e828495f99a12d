"""A command that the person had run in a terminal of theirs, in view, in place of the tool's running it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

_RAN = "[The person ran this in their terminal, in your place. Do not run it again.]"
_LOST = "[the terminal was closed, or its shell ended, before the command had; its exit code is unknown]"
_UNKNOWN = "[it has ended; its exit code is unknown]"
_GOES_ON = (
    "[it goes on there, with the output so far above; you have no handle for it: ask the person for more of its "
    "output, or to end it]"
)


class Seen(Protocol):
    """What there is to see of it. ``output`` is plain text in which ``masked`` secrets are replaced."""

    @property
    def output(self) -> str | None: ...

    @property
    def exit_code(self) -> int | None:
        """None: it runs, or nobody can say."""

    @property
    def ended(self) -> str | None:
        """When; None: it runs."""

    @property
    def masked(self) -> int: ...


class InView(Protocol):
    """It has begun. Whoever holds it waits for its end or stops it."""

    @property
    def terminal(self) -> str:
        """Name of the terminal."""

    @property
    def lost(self) -> bool:
        """The terminal has ended."""

    @property
    def moved_to(self) -> Path | None:
        """Where the shell is now; None: there is none any more."""

    async def wait(self) -> Seen:
        """Until it has ended, however long: a person is looking at it."""

    async def so_far(self) -> Seen:
        """As it is now."""

    async def stop(self) -> None:
        """Interrupt it, and end what doesn't obey, with all it started. Twice is as good as once."""


def told(in_view: InView, seen: Seen, shown: str) -> str:
    """What the agent reads of it; ``shown`` is the output, trimmed."""
    lines = [_RAN, shown.rstrip("\n") or "[no output]", _ending(in_view, seen), _masked(seen.masked)]
    return "\n".join(filter(None, lines))


def _ending(in_view: InView, seen: Seen) -> str:
    if seen.ended is None:
        return _GOES_ON
    if seen.exit_code is not None:
        return f"[exit code {seen.exit_code}]"
    return _LOST if in_view.lost else _UNKNOWN


def _masked(count: int) -> str:
    if count == 0:
        return ""
    return f"[{count} {'secret is' if count == 1 else 'secrets are'} masked]"
