"""The URL table. The extension puts the server's base URL before it."""

from __future__ import annotations

from typing import Any

from parsess_lab.api import agents, changes, landing, sessions, sockets, terminal_socket, terminals, worktrees


def handlers() -> list[tuple[str, Any]]:
    """Every route of the extension with its handler."""
    rooms = (sessions, sockets, agents, terminals, terminal_socket, worktrees, changes, landing)
    table = [route for room in rooms for route in room.ROUTES]
    return [(f"/parsess/{pattern}", handler) for pattern, handler in table]
