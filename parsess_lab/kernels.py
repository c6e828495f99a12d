"""Notebooks in a worktree run its own Python, under the kernel name they have everywhere.

No kernel spec is added: its name would be written into every notebook, and land with it on machines that have none
such. Instead the server's ordinary Python kernel is launched with another interpreter where its directory is in a
worktree that was made here and that has an environment (:mod:`parsess_lab.environments`). It is looked for at each
start and restart, so that nothing has to be kept in step. All other kernels and directories are as Jupyter has them:
a kernel chosen by name, the main checkout, plain directories.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from parsess_lab.environments import Environment, look
from parsess_lab.worktrees import boundary
from parsess_lab.worktrees.record import read_marker

_NAME = "parsess-lab-provisioner"
_LOCAL = "local-provisioner"
_PROBE_SECONDS = 30
_PROBE = "import importlib.util, sys; sys.exit(importlib.util.find_spec('ipykernel') is None)"


class WorktreeProvisioner(LocalProvisioner):
    """Launches kernels as Jupyter does, but for the interpreter."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Raises RuntimeError, in words that JupyterLab shows, where the environment can't run notebooks."""
        prepared = await super().pre_launch(**kwargs)
        if _is_the_servers(prepared["cmd"]):
            own = await _own(Path(prepared.get("cwd") or Path.cwd()))
            if own is not None:
                prepared["env"] = own.applied(prepared["env"])
                await _check(own, prepared["env"])
                prepared["cmd"] = [str(own.python), *prepared["cmd"][1:]]
        return prepared


def provide(server: Any) -> None:
    """Launch this server's local kernels so. What an administrator launches otherwise stays as it is."""
    factory = KernelProvisionerFactory.instance(parent=server)
    target = f"{WorktreeProvisioner.__module__}:{WorktreeProvisioner.__name__}"
    factory.provisioners[_NAME] = EntryPoint(_NAME, target, factory.GROUP_NAME)
    if factory.default_provisioner_name == _LOCAL:
        factory.default_provisioner_name = _NAME


def _is_the_servers(command: list[str]) -> bool:
    """The kernel that runs in whatever Python the server has, which nobody has chosen."""
    same = Path(command[0]).parent == Path(sys.executable).parent
    return same and any("ipykernel" in word for word in command)


async def _own(directory: Path) -> Environment | None:
    around = await asyncio.to_thread(boundary, directory)
    if around is None or await asyncio.to_thread(read_marker, around.git_dir) is None:
        return None
    found = await look(directory)
    return found if found is not None and found.refused is None else None


async def _check(own: Environment, variables: dict[str, str]) -> None:
    """Another Python instead would run another checkout's code, or none of it, without a word.

    JupyterLab shows the message as it is, in lines that it does not break.
    """
    if not await asyncio.to_thread(_runs_notebooks, own, variables):
        raise RuntimeError(
            f"Notebooks of this worktree run in its own environment, and that has no ipykernel:\n{own.prefix}\n"
            f"Type this in the session's terminal, then start the kernel again:\n{own.installing('ipykernel')}"
        )


def _runs_notebooks(own: Environment, variables: dict[str, str]) -> bool:
    """Also False for a Python that can't be run, or that does not answer."""
    nothing = subprocess.DEVNULL
    try:
        done = subprocess.run(
            [own.python, "-c", _PROBE],
            cwd="/",
            env=variables,
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
