"""The URL table. The extension puts the server's base URL before it."""

from __future__ import annotations

from typing import Any

from parsess_lab.api import agents, sessions, sockets, terminals


def handlers() -> list[tuple[str, Any]]:
    """Every route of the extension with its handler."""
    table = [*sessions.ROUTES, *sockets.ROUTES, *agents.ROUTES, *terminals.ROUTES]
    return [(f"/parsess/{pattern}", handler) for pattern, handler in table]
