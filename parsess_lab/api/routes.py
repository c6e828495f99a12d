"""The URL table, all under ``<base_url>/parsess/``."""

from __future__ import annotations

from typing import Any

from jupyter_server.utils import url_path_join

from parsess_lab.api import agents, sessions, sockets, terminals


def handlers(base_url: str) -> list[tuple[str, Any]]:
    """Every route of the extension with its handler."""
    table = [*sessions.ROUTES, *sockets.ROUTES, *agents.ROUTES, *terminals.ROUTES]
    return [(url_path_join(base_url, "parsess", pattern), handler) for pattern, handler in table]
