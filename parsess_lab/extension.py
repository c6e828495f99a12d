"""Composition root: what the Jupyter server starts, and what it stops."""

from __future__ import annotations

from jupyter_server.extension.application import ExtensionApp


class ParsessLab(ExtensionApp):
    """The server side of Parsess Lab."""

    name = "parsess_lab"
