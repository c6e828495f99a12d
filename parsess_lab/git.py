"""git as a subprocess: never interactive, bounded, cancellable with everything it started.

Every command runs in a process group of its own, with the variables that could redirect git taken out of
its environment. A server that is killed leaves the running command alone: git then finishes by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

from parsess_lab.errors import GitFailed
from parsess_lab.processes import child_environment
from parsess_lab.remedies import remedy

OLDEST = (2, 38)
"""``git merge-tree --write-tree``, which foresees conflicts, came with this version."""

TIMEOUT = 60.0  # seconds
LIMIT = 64 * 2**20  # bytes of output
_STDERR_LIMIT = 64 * 2**10  # bytes; the rest is read and dropped
_GRACE = 2.0  # seconds between asking a command to end (git removes its lock files) and ending it
_CHUNK = 2**16

_QUIET = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    "gc.auto=0",
    "-c",
    "maintenance.auto=false",
    "-c",
    "advice.detachedHead=false",
)
_SHORT = 5  # lines of what git said that are told whole
_LOUD = ("fatal:", "error:", "remote:", "ssh:", "ERROR:")
_ASIDE = re.compile(r"hint:|Preparing worktree|Updating files:|Filtering content:|To \S+$|HEAD is now at")
_KEPT = re.compile(
    r"GIT_(SSH|SSH_COMMAND|SSH_VARIANT|PROXY_COMMAND|SSL_CAINFO|EXEC_PATH|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)"
    r"|(AUTHOR|COMMITTER)_(NAME|EMAIL))"
)
_NEVER_ASKS = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_EDITOR": "true",
    "GIT_SEQUENCE_EDITOR": "true",
    "GIT_PAGER": "cat",
    "SSH_ASKPASS_REQUIRE": "never",
    "LANGUAGE": "C",
}


@dataclass(frozen=True, slots=True)
class GitResult:
    """What a command left: bytes as git wrote them, ``stderr`` bounded."""

    stdout: bytes
    stderr: bytes
    returncode: int

    @property
    def text(self) -> str:
        """Output without the last newline, undecodable bytes kept as surrogates."""
        return os.fsdecode(self.stdout).rstrip("\n")

    def fields(self) -> list[bytes]:
        """Output of a command that ran with ``-z``."""
        return [field for field in self.stdout.split(b"\0") if field]


async def git(  # noqa: PLR0913 - the keywords subprocess.run has
    *args: str | Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    input: bytes | None = None,
    timeout: float = TIMEOUT,  # noqa: ASYNC109 - the command is ended, not only left
    check: bool = True,
    limit: int = LIMIT,
) -> GitResult:
    """Run ``git args`` in ``cwd``; ``env`` comes on top of a safe environment.

    Raises GitFailed on a non-zero exit code unless ``check`` is false, and always when it can't be started,
    is not done after ``timeout`` seconds or writes more than ``limit`` bytes.
    """
    command = tuple(os.fspath(arg) for arg in args)
    process = await _begin(_start(command, cwd, env, has_input=input is not None))
    try:
        async with asyncio.timeout(timeout):
            stdout, stderr = await _exchange(process, command, input, limit)
            code = await process.wait()
    except TimeoutError:
        raise GitFailed(
            f"`git {_shown(command)}` was not done after {timeout:g} seconds and was ended.",
            arguments=command,
            code="git_timeout",
        ) from None
    finally:
        await _end(process)
    if check and code != 0:
        raise failure(command, code, stderr)
    return GitResult(stdout, stderr, code)


async def read(  # noqa: PLR0913
    *args: str | Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    input: bytes | None = None,
    timeout: float = TIMEOUT,  # noqa: ASYNC109
    check: bool = True,
    limit: int = LIMIT,
) -> GitResult:
    """``git`` for a command that only looks: takes no lock that the person's own git could trip over."""
    return await git(
        "--no-optional-locks", *args, cwd=cwd, env=env, input=input, timeout=timeout, check=check, limit=limit
    )


def failure(command: tuple[str, ...], code: int, stderr: bytes) -> GitFailed:
    """The error for a command that ended with ``code``."""
    said = stderr.decode(errors="replace").strip()
    lines = [line.strip() for line in said.splitlines() if line.strip() and not _ASIDE.match(line)]
    loud = [line for line in lines if line.startswith(_LOUD)]
    told = (lines if len(lines) <= _SHORT else loud or lines)[-_SHORT:]
    reason = "; ".join(line.removeprefix("fatal: ").removeprefix("error: ") for line in told)
    reason = reason or f"it ended with code {code}"
    words = ". ".join(filter(None, (f"`git {_shown(command)}` failed: {reason.rstrip('.')}", remedy(said))))
    return GitFailed(words, arguments=command, returncode=code, stderr=said)


async def version(cwd: Path) -> tuple[int, ...]:
    """The version of git on this machine, (2, 39, 5) for instance. Raises GitFailed without a git."""
    said = (await read("version", cwd=cwd, timeout=10)).text
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    if found is None:
        raise GitFailed(f"`git version` says {said!r}, which has no number in it.", code="git_missing")
    return tuple(int(part) for part in found.groups(default="0"))


async def require_version(cwd: Path, oldest: tuple[int, int] = OLDEST) -> None:
    """Raises GitFailed (``git_too_old``) with what to do if git is older than ``oldest``."""
    found = await version(cwd)
    if found[:2] < oldest:
        raise GitFailed(
            f"git {'.'.join(map(str, found))} is too old for worktree sessions: install git "
            f"{oldest[0]}.{oldest[1]} or newer, or start the session in the directory itself.",
            code="git_too_old",
        )


async def common_dir(cwd: Path) -> Path:
    """The directory that all worktrees of the repository around ``cwd`` share, resolved."""
    said = await read("rev-parse", "--path-format=absolute", "--git-common-dir", cwd=cwd)
    return Path(said.text).resolve()  # noqa: ASYNC240 - one lookup


async def git_dir(cwd: Path) -> Path:
    """The git directory of the checkout around ``cwd`` alone, resolved."""
    said = await read("rev-parse", "--absolute-git-dir", cwd=cwd)
    return Path(said.text).resolve()  # noqa: ASYNC240 - one lookup


_locks: WeakValueDictionary[tuple[asyncio.AbstractEventLoop, Path, str], asyncio.Lock] = WeakValueDictionary()


def lock(repository: Path, what: str = "metadata") -> asyncio.Lock:
    """The one lock for ``what`` of the repository whose common directory is ``repository``.

    Concurrent ``worktree add`` were seen to fail; whoever adds, removes or moves worktrees holds this.
    """
    key = (asyncio.get_running_loop(), repository, what)
    found = _locks.get(key)
    if found is None:
        found = _locks[key] = asyncio.Lock()
    return found


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What git runs with: nothing that points it at another repository or lets it ask a person."""
    kept = {name: value for name, value in os.environ.items() if _KEPT.fullmatch(name)}
    return child_environment(extra={**kept, **_NEVER_ASKS, **(extra or {})})


async def _begin(start: Coroutine[None, None, asyncio.subprocess.Process]) -> asyncio.subprocess.Process:
    """asyncio would kill a process whose start is cancelled, and git would leave its lock files behind."""
    starting = asyncio.ensure_future(start)
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        await _end(await starting)
        raise


async def _start(
    command: tuple[str, ...], cwd: Path, env: Mapping[str, str] | None, *, has_input: bool
) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            "git",
            *_QUIET,
            *command,
            cwd=cwd,
            env=environment(env),
            stdin=asyncio.subprocess.PIPE if has_input else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        if error.filename == "git":
            raise GitFailed(
                "git was not found on this machine: install it.", arguments=command, code="git_missing"
            ) from None
        raise GitFailed(f"{cwd} is not a directory.", arguments=command) from None
    except (OSError, ValueError) as error:
        raise GitFailed(f"git could not be started in {cwd}: {error}", arguments=command) from error


class _TooMuch(Exception):
    pass


async def _exchange(
    process: asyncio.subprocess.Process, command: tuple[str, ...], data: bytes | None, limit: int
) -> tuple[bytes, bytes]:
    assert process.stdout is not None  # noqa: S101 - asked for in _start
    assert process.stderr is not None  # noqa: S101
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_feed(process, data))
            out = tasks.create_task(_collect(process.stdout, limit))
            err = tasks.create_task(_collect(process.stderr, _STDERR_LIMIT, drop=True))
    except* _TooMuch:
        raise GitFailed(
            f"`git {_shown(command)}` wrote more than {limit // 2**20} MiB and was ended.",
            arguments=command,
            code="git_too_much",
        ) from None
    return out.result(), err.result()


async def _feed(process: asyncio.subprocess.Process, data: bytes | None) -> None:
    if data is None or process.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(data)
        await process.stdin.drain()
        process.stdin.close()
        await process.stdin.wait_closed()


async def _collect(stream: asyncio.StreamReader, limit: int, *, drop: bool = False) -> bytes:
    kept = bytearray()
    while chunk := await stream.read(_CHUNK):
        if len(kept) <= limit:
            kept += chunk
        if len(kept) > limit and not drop:
            raise _TooMuch
    return bytes(kept)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Leave nothing of the command behind: its hooks and filters are in its group."""
    if process.returncode is not None and _at_end(process):
        return
    _signal(process.pid, signal.SIGTERM)
    rest = asyncio.gather(_drain(process.stdout), _drain(process.stderr), process.wait())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GRACE):
            await asyncio.shield(rest)
    _signal(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GRACE):
            await rest


def _at_end(process: asyncio.subprocess.Process) -> bool:
    return all(stream is None or stream.at_eof() for stream in (process.stdout, process.stderr))


async def _drain(stream: asyncio.StreamReader | None) -> None:
    """Read to the end: a transport with unread output never closes."""
    while stream is not None and await stream.read(_CHUNK):
        pass


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _shown(command: tuple[str, ...]) -> str:
    """What was done, without how: ``push`` of ``-c a=b push --porcelain origin``."""
    words = iter(command)
    for word in words:
        if word == "-c":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return " ".join(command)
