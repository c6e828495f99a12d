"""All that crosses to the page as one JSON Schema: ``python -m parsess_lab.api.schema``.

The TypeScript types are generated from it (``make gen``), and ``make check`` fails when they are stale.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec

from parsess_lab.agents.agent import AgentInfo
from parsess_lab.api.agents import Directory
from parsess_lab.events import Stored
from parsess_lab.sessions.summary import Summary
from parsess_lab.tools.files import FileMatch


class Protocol(msgspec.Struct):
    """Everything, under one roof, so that one schema holds all definitions."""

    stored: Stored
    summary: Summary
    agent: AgentInfo
    directory: Directory
    file: FileMatch


def schema() -> dict[str, Any]:
    """The JSON Schema of :class:`Protocol`."""
    return msgspec.json.schema(Protocol)


if __name__ == "__main__":
    json.dump(schema(), sys.stdout, indent=2)
