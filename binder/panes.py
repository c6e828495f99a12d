"""Open JupyterLab's default layout with two sessions side by side: `python binder/panes.py ROOT REPOSITORY [LOG_DIR]`.

Sessions that exist already, and a layout that somebody has arranged, are left as they are.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir
from jupyterlab.commands import get_workspaces_dir
from jupyterlab_server.workspaces_handler import WorkspacesManager

from parsess_lab.agents.catalogue import Catalogue
from parsess_lab.sessions import Sessions

NAMES = ("explore", "build")
WORKSPACE = "default"
DEFAULT_LOG_DIR = Path(jupyter_data_dir()) / "parsess_lab"


async def sessions(root: Path, repository: Path, log_dir: Path) -> list[str]:
    """The ids of the two sessions, made if they aren't there."""
    agents = Catalogue()
    kept = Sessions(log_dir, agents, allowed_roots=[root])
    try:
        known = {one.name: one.id for one in await kept.list() if one.directory == str(repository)}
        return [known.get(name) or (await kept.create(repository, name=name)).id for name in NAMES]
    finally:
        await kept.close()
        await agents.close()


def layout(left: str, right: str) -> dict[str, object]:
    """A workspace of JupyterLab with both panes in its main area."""
    panes = [f"parsess-lab:session-{id}" for id in (left, right)]
    areas = [{"type": "tab-area", "currentIndex": 0, "widgets": [pane]} for pane in panes]
    dock = {"type": "split-area", "orientation": "horizontal", "sizes": [0.5, 0.5], "children": areas}
    data: dict[str, object] = {"layout-restorer:data": {"main": {"dock": dock, "current": panes[0]}}}
    data |= {pane: {"data": {"id": id}} for pane, id in zip(panes, (left, right), strict=True)}
    return {"data": data, "metadata": {"id": WORKSPACE}}


def main(root: Path, repository: Path, log_dir: Path = DEFAULT_LOG_DIR) -> None:
    """Make what is missing."""
    left, right = asyncio.run(sessions(root, repository, log_dir))
    workspaces = WorkspacesManager(get_workspaces_dir())
    if not any(one["metadata"]["id"] == WORKSPACE for one in workspaces.list_workspaces()):
        workspaces.save(WORKSPACE, json.dumps(layout(left, right)))


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:4]))
