"""Parsess Lab: several coding agents at work side by side in JupyterLab."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

__version__ = version("parsess-lab")


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "parsess-lab"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from parsess_lab.extension import ParsessLab

    return [{"module": "parsess_lab", "app": ParsessLab}]
