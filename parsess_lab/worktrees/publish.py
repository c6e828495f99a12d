"""Sending a branch to its remote with the person's own credentials, and opening a pull request for it.

Never forces. The command-line tools ``gh`` and ``glab`` do the talking, signed in as the person is.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
from pathlib import Path
from typing import Literal

import msgspec

from parsess_lab.errors import Conflict, GitFailed, InvalidRequest
from parsess_lab.git import environment, failure, git, read
from parsess_lab.worktrees.checkout import Checkout, look

Forge = Literal["gh", "glab"]

_PUSH_SECONDS = 120.0
_FORGE_SECONDS = 60.0
_HOST = re.compile(r"(?:(?:https?|ssh|git)://(?:[^@/]*@)?|(?:[^@/:]+@)?(?=[^/:]+:[^/\\]))(?P<host>[^/:]{2,})")
_OWN = (
    "GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "GH_HOST", "GH_CONFIG_DIR",
    "GITLAB_TOKEN", "GITLAB_HOST", "GLAB_CONFIG_DIR",
)  # fmt: skip
"""What the tools sign in with: theirs alone, no other program started here sees it."""


class PullRequest(msgspec.Struct, frozen=True, kw_only=True):
    """As the forge tells it; ``checks`` maps a check's name to its state in the forge's words."""

    url: str
    state: str = ""
    checks: dict[str, str] = {}


async def push(directory: Path, remote: str | None = None) -> str:
    """Push the branch checked out there under its own name; returns the remote.

    Raises InvalidRequest (no branch, no remote), Conflict ``push_rejected`` (the remote has other commits),
    GitFailed with what the remote said.
    """
    checkout = await look(directory)
    if checkout.branch is None:
        raise InvalidRequest("No branch is checked out here, so there is nothing to push under a name.")
    wanted = await _remote(checkout, remote)
    if wanted is None:
        named = f"There is no remote {remote!r}" if remote else "This repository has no remote"
        raise InvalidRequest(
            f"{named}. Add one in the terminal: git remote add origin URL.", code="no_remote"
        )
    ref = f"refs/heads/{checkout.branch}"
    command = ("push", "--porcelain", "--set-upstream", wanted, f"{ref}:{ref}")
    said = await git(*command, cwd=checkout.place, timeout=_PUSH_SECONDS, check=False)
    if b"[rejected]" in said.stdout:
        raise Conflict(
            f"{wanted} has commits on {checkout.branch} that are not here: fetch and merge them first.",
            code="push_rejected",
        )
    if said.returncode != 0:
        raise failure(command, said.returncode, said.stderr)
    return wanted


async def _remote(checkout: Checkout, asked: str | None) -> str | None:
    """The remote ``asked`` for, else the branch's own, else origin, else any."""
    remotes = (await read("remote", cwd=checkout.place)).text.split()
    if asked is not None:
        return asked if asked in remotes else None
    configured = await read("config", f"branch.{checkout.branch}.remote", cwd=checkout.place, check=False)
    return next((name for name in (configured.text, "origin", *remotes) if name in remotes), None)


async def forge(directory: Path) -> Forge | None:
    """The tool that opens pull requests where the branch is pushed to, if it is installed."""
    wanted = await _wanted(directory)
    return wanted if wanted is not None and shutil.which(wanted) else None


async def _wanted(directory: Path) -> Forge | None:
    """The tool for the host of the remote; None without one, or if the remote is a folder on this machine."""
    checkout = await look(directory)
    remote = await _remote(checkout, None)
    if remote is None:
        return None
    address = (await read("remote", "get-url", remote, cwd=checkout.place)).text
    host = _HOST.match(address)
    if host is None:
        return None
    return "glab" if "gitlab" in host["host"] else "gh"


async def open_request(directory: Path, target: str, title: str, body: str = "") -> PullRequest:
    """Open a pull request of the pushed branch onto ``target``. Raises InvalidRequest, GitFailed."""
    if target.startswith("-"):
        raise InvalidRequest(f"{target!r} is no branch.")
    said = ""
    match await _forge(directory):
        case "gh":
            said = await _run(
                directory, "gh", "pr", "create", f"--base={target}", f"--title={title}", f"--body={body}"
            )
        case "glab":
            said = await _run(
                directory, "glab", "mr", "create", "--yes", f"--target-branch={target}", f"--title={title}",
                f"--description={body}",
            )  # fmt: skip
    found = re.search(r"https?://\S+", said)
    if found is None:
        raise GitFailed(f"No address of a pull request came back: {said.strip()[:200]}", code="forge_failed")
    return PullRequest(url=found.group())


async def request_state(directory: Path) -> PullRequest:
    """The pull request of the branch checked out there, with its checks. Raises InvalidRequest, GitFailed."""
    match await _forge(directory):
        case "gh":
            told = json.loads(
                await _run(directory, "gh", "pr", "view", "--json", "url,state,statusCheckRollup")
            )
            checks = {
                str(check.get("name") or check.get("context")): str(
                    check.get("conclusion") or check.get("state") or check.get("status") or "pending"
                ).lower()
                for check in told.get("statusCheckRollup") or []
            }
            return PullRequest(url=told["url"], state=str(told["state"]).lower(), checks=checks)
        case "glab":
            told = json.loads(await _run(directory, "glab", "mr", "view", "--output", "json"))
            pipeline = told.get("head_pipeline") or told.get("pipeline") or {}
            checks = {"pipeline": str(pipeline["status"])} if pipeline else {}
            return PullRequest(url=told["web_url"], state=str(told["state"]), checks=checks)


async def _forge(directory: Path) -> Forge:
    wanted = await _wanted(directory)
    if wanted is None:
        raise InvalidRequest(
            "This repository has no remote on a host that takes pull requests. Add one, and push to it.",
            code="no_remote",
        )
    if shutil.which(wanted) is None:
        raise InvalidRequest(
            f"`{wanted}` is not installed on the server's machine. Install it, or open the request by hand.",
            code="no_forge",
        )
    return wanted


async def _run(directory: Path, *command: str) -> str:
    """Standard output of a forge's tool; it can't ask anything. Raises GitFailed (``forge_failed``)."""
    own = {name: os.environ[name] for name in _OWN if name in os.environ}
    env = {**own, "GH_PROMPT_DISABLED": "1", "NO_PROMPT": "1", "GH_NO_UPDATE_NOTIFIER": "1"}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=directory, env=environment(env), start_new_session=True,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_FORGE_SECONDS):
            out, err = await process.communicate()
    except TimeoutError:
        raise GitFailed(
            f"`{command[0]}` did not answer within {_FORGE_SECONDS:g} seconds.", code="forge_failed"
        ) from None
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode != 0:
        said = err.decode(errors="replace").strip()
        raise GitFailed(f"`{' '.join(command[:3])}` failed: {said[-500:]}", code="forge_failed", stderr=said)
    return out.decode(errors="replace")
