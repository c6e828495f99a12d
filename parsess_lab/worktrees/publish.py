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
from parsess_lab.worktrees.checkout import look

Forge = Literal["gh", "glab"]

_PUSH_SECONDS = 120.0
_FORGE_SECONDS = 60.0


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
    remotes = (await read("remote", cwd=checkout.place)).text.split()
    configured = await read("config", f"branch.{checkout.branch}.remote", cwd=checkout.place, check=False)
    wanted = remote or configured.text or ("origin" if "origin" in remotes else next(iter(remotes), ""))
    if wanted not in remotes:
        raise InvalidRequest(
            f"There is no remote {wanted!r} to push to." if wanted else "There is no remote to push to."
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


async def forge(directory: Path) -> Forge | None:
    """The tool that opens pull requests for this repository's remote, if it is installed."""
    said = await read("remote", "get-url", "origin", cwd=directory, check=False)
    wanted: Forge = "glab" if "gitlab" in said.text else "gh"
    return wanted if said.returncode == 0 and shutil.which(wanted) else None


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
    found = await forge(directory)
    if found is None:
        raise InvalidRequest(
            "Neither `gh` nor `glab` is installed for this repository's remote: open it by hand."
        )
    return found


async def _run(directory: Path, *command: str) -> str:
    """Standard output of a forge's tool; it can't ask anything. Raises GitFailed (``forge_failed``)."""
    env = {"GH_PROMPT_DISABLED": "1", "NO_PROMPT": "1", "GH_NO_UPDATE_NOTIFIER": "1"}
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
