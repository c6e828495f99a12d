"""Where a shell may start."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from parsess_lab.errors import Forbidden, InvalidRequest, NotFound


def resolve(directory: Path | str, allowed_roots: Sequence[Path]) -> Path:
    """The real path of ``directory``, fit to start a shell in. There is no fallback to another one.

    ``allowed_roots`` are resolved already. Blocks on the disk: call it in a thread.

    Raises:
        InvalidRequest: it is no absolute path, or no directory.
        Forbidden: outside the allowed roots (whether it exists there is not told), or it may not be entered.
        NotFound: it is missing.
    """
    path = Path(directory)
    if not path.is_absolute() or "\0" in str(directory):
        raise InvalidRequest(f"{str(directory)!r} is no absolute path.", code="not_absolute")
    real = Path(os.path.realpath(path))
    if not any(real.is_relative_to(root) for root in allowed_roots):
        roots = ", ".join(map(str, allowed_roots)) or "none"
        raise Forbidden(
            f"{path} is outside the directories where terminals may start here: {roots}.",
            code="outside_allowed_roots",
        )
    # Unlike Path's methods these answer when a parent may not be read.
    if not os.path.lexists(real):
        raise NotFound(
            f"There is no directory {path}. Create it, or choose another.", code="directory_missing"
        )
    if not os.path.isdir(real):  # noqa: PTH112
        raise InvalidRequest(f"{path} is no directory. Choose another.", code="not_a_directory")
    if not os.access(real, os.R_OK | os.X_OK):
        raise Forbidden(f"{path} may not be opened by the user that runs this server.", code="not_readable")
    return real
