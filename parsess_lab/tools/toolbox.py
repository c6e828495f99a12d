"""The tools of one session, and what they keep between calls."""

from __future__ import annotations

from collections.abc import Mapping

from parsess_lab.tools.commands import Background
from parsess_lab.tools.edit_file import EditFile
from parsess_lab.tools.find_files import FindFiles
from parsess_lab.tools.plan import UpdatePlan
from parsess_lab.tools.read_file import ReadFile
from parsess_lab.tools.run_command import CommandOutput, RunCommand, StopCommand
from parsess_lab.tools.search import Search
from parsess_lab.tools.tool import Place, Tool
from parsess_lab.tools.write_file import WriteFile


class Toolbox:
    """One per session; close it to end what runs in the background."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._background = Background()
        tools: list[Tool] = [
            ReadFile(),
            WriteFile(),
            EditFile(),
            RunCommand(self._background),
            CommandOutput(self._background),
            StopCommand(self._background),
            Search(),
            FindFiles(),
            UpdatePlan(),
        ]
        self.tools: Mapping[str, Tool] = {tool.name: tool for tool in tools}

    async def close(self) -> None:
        """End all commands in the background."""
        await self._background.close()
