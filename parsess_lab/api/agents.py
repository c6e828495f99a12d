"""What can be started, and where."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import tornado.web
from jupyter_server.auth.decorator import authorized

from parsess_lab.api.base import RESOURCE, Handler
from parsess_lab.worktrees import directories, repository


class Git(msgspec.Struct):
    """The repository a directory is in. ``changes`` counts uncommitted paths; None: git can't say."""

    branch: str | None
    changes: int | None


class Directory(msgspec.Struct):
    """A directory a session could work in; ``name`` is relative to the server's root where it can be."""

    path: str
    name: str
    git: Git | None


class AgentsHandler(Handler):
    """The agents."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """All that are known, with what each offers or why it isn't available."""
        self.answer(await self.parsess.agents.infos())


class DirectoriesHandler(Handler):
    """The directory picker."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """Directories that match ``?query=``, repositories first."""
        query = self.get_query_argument("query", "")
        found = await asyncio.to_thread(directories.find, self.parsess.allowed_roots, query, 20)
        self.answer(await asyncio.gather(*(self._describe(path) for path in found)))

    async def _describe(self, path: Path) -> Directory:
        root = self.parsess.root
        name = str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
        if not (path / ".git").exists():
            return Directory(str(path), name, None)
        branch = await asyncio.to_thread(repository.branch, path)
        return Directory(str(path), name, Git(branch, await repository.changes(path)))


ROUTES: list[tuple[str, type[Handler]]] = [
    (r"agents", AgentsHandler),
    (r"directories", DirectoriesHandler),
]
