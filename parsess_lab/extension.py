"""Composition root: what the Jupyter server starts, and what it stops. Traits are its configuration."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Float, Int, List, Unicode

from parsess_lab import kernels, processes
from parsess_lab.agents.builtin import Options
from parsess_lab.agents.catalogue import Catalogue
from parsess_lab.api.base import SETTING, Services
from parsess_lab.api.routes import handlers
from parsess_lab.sessions import Occupants, Reports, Sessions, Setups
from parsess_lab.terminals import Terminals
from parsess_lab.worktrees import Worktrees
from parsess_lab.worktrees.names import BRANCH_PATTERN, LOCATION

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

_ACTIVITY_SECONDS = 30
_ACTIVITY = "parsess_lab_last_activity"
"""The server and the hub's culler count any setting of this ending as activity."""


class ParsessLab(ExtensionApp):
    """Agent sessions and their terminals on a Jupyter server. Configured as ``c.ParsessLab.…``."""

    name = SETTING
    description = "Coding agents side by side, each with its own directory, conversation and terminal."

    default_agent = Unicode(
        "",
        help="Id of the agent of new sessions: builtin or tour. Empty: builtin where a model is configured.",
    ).tag(config=True)
    default_model = Unicode(
        "", help="Model of the built-in agent; empty: ANTHROPIC_MODEL, or its own default."
    ).tag(config=True)
    stall_timeout = Float(
        0.0,
        min=0,
        help="Seconds for which a model service may be silent before the request is made again. "
        "0: 120, or 600 for a server of your own.",
    ).tag(config=True)
    allowed_roots = List(
        Unicode(),
        help="Directories that sessions, tools and terminals may be in. Empty: the server's root.",
    ).tag(config=True)
    log_dir = Unicode(
        "", help="Where sessions are kept. Empty: parsess_lab in Jupyter's data directory."
    ).tag(config=True)
    rules = List(Unicode(), help="What every session may do unasked, such as `run(git diff *)`.").tag(
        config=True
    )
    allow_bypass = Bool(False, help="Offer the mode in which nothing is asked.").tag(config=True)
    max_running_turns = Int(16, min=1, help="Turns that may run at the same time; more of them wait.").tag(
        config=True
    )
    pass_environment = List(
        Unicode(), help="Names of further environment variables that agents' commands and terminals may see."
    ).tag(config=True)
    shell_command = List(Unicode(), help="The terminals' shell with arguments. Empty: $SHELL.").tag(
        config=True
    )
    keep_alive_hours = Float(
        12.0,
        min=0,
        help="Hours since its last event for which a running turn keeps the server from being culled.",
    ).tag(config=True)

    worktree_location = Unicode(
        LOCATION,
        help="Folder of a new worktree; may use {parent}, {repository}, {root} and {name}. Where it is not open to "
        "the person, the worktree goes inside the repository instead.",
    ).tag(config=True)
    branch_pattern = Unicode(
        BRANCH_PATTERN, help="Branch of a new worktree; may use {name}, {id}, {user} and {date}."
    ).tag(config=True)
    setup_command = Unicode(
        "",
        help="Command that prepares each new worktree. Empty: what .parsess/settings.json proposes, once agreed to.",
    ).tag(config=True)
    wait_for_setup = Bool(False, help="Let the first prompt wait for the setup command.").tag(config=True)
    snapshots_kept = Int(
        200, min=0, help="Snapshots that each session keeps of its files, to rewind to. 0: none are taken."
    ).tag(config=True)
    removed_worktree_days = Float(
        30.0, min=0, help="Days for which a removed worktree can be brought back."
    ).tag(config=True)
    removed_worktree_bytes = Int(
        2 * 2**30,
        min=0,
        help="Bytes of files that git does not have which are kept of a removed worktree at most.",
    ).tag(config=True)

    _services: Services | None = None
    _reports: Reports | None = None
    _running = 0
    _watching: asyncio.Task[None] | None = None

    def initialize_settings(self) -> None:
        """Build what the routes call."""
        root = Path(os.path.realpath(self._server.root_dir))
        roots = tuple(Path(os.path.realpath(Path(one).expanduser())) for one in self.allowed_roots) or (root,)
        agents = Catalogue(
            Options(
                model=self.default_model or None,
                stall_timeout=self.stall_timeout or None,
                allow_bypass=self.allow_bypass,
                passing=tuple(self.pass_environment),
            )
        )
        worktrees = self._worktrees(roots)
        terminals = Terminals(roots, shell=list(self.shell_command) or None, passing=self.pass_environment)
        setups = Setups(worktrees, self.setup_command, wait=self.wait_for_setup, on_end=terminals.activate)
        sessions = self._sessions(agents, roots, worktrees, setups, terminals)
        self._reports = Reports(sessions, terminals)
        self._services = Services(
            sessions=sessions,
            agents=agents,
            terminals=terminals,
            worktrees=worktrees,
            setups=setups,
            occupants=Occupants(sessions, terminals, setups),
            root=root,
            allowed_roots=roots,
        )
        self.settings[SETTING] = self._services
        kernels.provide(self._server)

    def initialize_handlers(self) -> None:
        """Register the routes."""
        self.handlers.extend(handlers())

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Once the loop runs: recover what a dead server left, and report activity."""
        swept = await asyncio.to_thread(processes.sweep)
        if swept:
            self.log.info("Ended %d processes that a dead server had left behind", swept)
        if self._services is not None:
            await self._services.sessions.recover()
            self._watching = asyncio.create_task(self._report_activity(self._services))

    async def stop_extension(self) -> None:
        """End turns, commands and shells, each within a bounded time."""
        if self._watching is not None:
            self._watching.cancel()
        if self._reports is not None:
            await self._reports.close()
        if self._services is not None:
            await self._services.sessions.close()
            await asyncio.gather(self._services.agents.close(), self._services.terminals.close_all())

    def current_activity(self) -> dict[str, Any] | None:
        """What keeps the server from shutting itself down for idleness."""
        return {"running_turns": self._running} if self._running else None

    @property
    def _server(self) -> ServerApp:
        if self.serverapp is None:
            raise RuntimeError("The extension is used only within a Jupyter server")
        return self.serverapp

    @property
    def _folder(self) -> Path:
        return Path(self.log_dir or Path(jupyter_data_dir()) / "parsess_lab").expanduser()

    def _worktrees(self, roots: tuple[Path, ...]) -> Worktrees:
        return Worktrees(
            self._folder / "worktrees",
            roots,
            location=self.worktree_location,
            branch_pattern=self.branch_pattern,
            in_use=self._in_use,
            keep=timedelta(days=self.removed_worktree_days),
            snapshot_limit=self.removed_worktree_bytes,
        )

    async def _in_use(self, directory: Path) -> list[str]:
        return await self._services.occupants.who(directory) if self._services is not None else []

    def _sessions(
        self,
        agents: Catalogue,
        roots: tuple[Path, ...],
        worktrees: Worktrees,
        setups: Setups,
        terminals: Terminals,
    ) -> Sessions:
        return Sessions(
            self._folder,
            agents=agents,
            allowed_roots=roots,
            default_agent=self.default_agent or None,
            rules=tuple(self.rules),
            allow_bypass=self.allow_bypass,
            max_running_turns=self.max_running_turns,
            worktrees=worktrees,
            setups=setups,
            snapshots=self.snapshots_kept,
            terminals=terminals if self._server.terminals_enabled else None,
        )

    async def _report_activity(self, services: Services) -> None:
        while True:
            oldest = datetime.now(UTC) - timedelta(hours=self.keep_alive_hours)
            summaries = await services.sessions.list()
            running = [one for one in summaries if one.state == "running"]
            self._running = sum(datetime.fromisoformat(one.last_event_at) > oldest for one in running)
            if self._running:
                self.settings[_ACTIVITY] = datetime.now(UTC)
            await asyncio.sleep(_ACTIVITY_SECONDS)
