"""Where a shell may start."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from parsess_lab.errors import Forbidden, InvalidRequest, NotFound


def real_path(directory: Path | str) -> Path:
    """Where ``directory`` leads, whether it is there or not. Blocks on the disk: call it in a thread.

    Raises:
        InvalidRequest: it is no absolute path.
    """
    if not Path(directory).is_absolute() or "\0" in str(directory):
        raise InvalidRequest(f"{str(directory)!r} is no absolute path.", code="not_absolute")
    return Path(os.path.realpath(directory))


def check(directory: Path | str, real: Path, allowed_roots: Sequence[Path]) -> None:
    """Refuse a directory in which no shell may start; there is no fallback to another one. Blocks too.

    Args:
        directory: as the person wrote it.
        real: where it leads.
        allowed_roots: resolved already.

    Raises:
        Forbidden: outside the allowed roots (whether it exists there is not told), or it may not be entered.
        NotFound: it is missing.
        InvalidRequest: it is no directory.
    """
    if not any(real.is_relative_to(root) for root in allowed_roots):
        roots = ", ".join(map(str, allowed_roots)) or "none"
        raise Forbidden(
            f"{directory} is outside the directories where terminals may start here: {roots}.",
            code="outside_allowed_roots",
        )
    # Unlike Path's methods these answer when a parent may not be read.
    if not os.path.lexists(real):
        raise NotFound(
            f"There is no directory {directory}. Create it, or choose another.", code="directory_missing"
        )
    if not os.path.isdir(real):  # noqa: PTH112
        raise InvalidRequest(f"{directory} is no directory. Choose another.", code="not_a_directory")
    if not os.access(real, os.R_OK | os.X_OK):
        raise Forbidden(
            f"{directory} may not be opened by the user that runs this server.", code="not_readable"
        )
