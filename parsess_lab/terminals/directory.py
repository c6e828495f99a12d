"""Where a shell may start."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from parsess_lab.errors import Forbidden, InvalidRequest


def resolve(directory: Path | str, allowed_roots: Sequence[Path]) -> Path:
    """The real path of ``directory``, fit to start a shell in. There is no fallback to another one.

    ``allowed_roots`` are resolved already.

    Raises:
        Forbidden: it is outside the allowed roots; whether it exists there is not told.
        InvalidRequest: it is no absolute path, missing, not a directory, or may not be entered and read.
    """
    if not Path(directory).is_absolute() or "\0" in str(directory):
        raise InvalidRequest(f"{str(directory)!r} is not an absolute path.", code="invalid_directory")
    real = Path(os.path.realpath(directory))
    if not any(real.is_relative_to(root) for root in allowed_roots):
        raise Forbidden(
            f"{directory} is outside the folders this server may work in. Choose one inside them, "
            "or have the administrator add it to `c.ParsessLab.allowed_roots`.",
            code="outside_allowed_roots",
        )
    if not os.path.lexists(real):
        raise InvalidRequest(
            f"{directory} does not exist any more, or never did. Choose another directory.",
            code="directory_missing",
        )
    if not os.path.isdir(real):  # noqa: PTH112 - unlike Path.is_dir it answers when a parent may not be read
        raise InvalidRequest(f"{directory} is not a directory.", code="not_a_directory")
    if not os.access(real, os.R_OK | os.X_OK):
        raise InvalidRequest(
            f"{directory} may not be opened by this user. Change its permissions or choose another.",
            code="directory_not_readable",
        )
    return real
