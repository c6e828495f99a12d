"""Where a session may be: the directory is the boundary of its permissions, so it is never guessed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from parsess_lab.errors import Forbidden, InvalidRequest, NotFound


def admit(directory: str | Path, allowed_roots: Sequence[Path]) -> Path:
    """The real path of a directory in which a session may work. Blocks on the disk: call it in a thread.

    Raises:
        InvalidRequest: not an absolute path, or ``not_a_directory``.
        Forbidden: ``outside_allowed_roots``, also through a link; ``not_readable``.
        NotFound: ``directory_missing``.
    """
    path = Path(directory)
    if not path.is_absolute() or "\0" in str(directory):
        raise InvalidRequest(f"{directory!s} is no absolute path.", code="not_absolute")
    real = Path(os.path.realpath(path))
    if not any(real.is_relative_to(root) for root in allowed_roots):
        raise Forbidden(_outside(path, real, allowed_roots), code="outside_allowed_roots")
    if not real.exists():
        raise NotFound(
            f"There is no directory {path}. Create it, or choose another.", code="directory_missing"
        )
    if not real.is_dir():
        raise InvalidRequest(f"{path} is a file. Choose a directory.", code="not_a_directory")
    if not os.access(real, os.R_OK | os.X_OK):
        raise Forbidden(f"{path} can't be read by this server.", code="not_readable")
    return real


def _outside(path: Path, real: Path, allowed_roots: Sequence[Path]) -> str:
    roots = ", ".join(map(str, allowed_roots)) or "none"
    led = f" (it leads to {real})" if real != path else ""
    return f"{path}{led} is outside the directories that sessions may use here: {roots}."
