"""What a person can do about what git said: git's own words tell what is wrong, not always what to do."""

from __future__ import annotations

import re

_REMEDIES: tuple[tuple[str, str], ...] = (
    (
        r"Please tell me who you are|unable to auto-detect email|empty ident name",
        "Tell git who you are: git config --global user.name and user.email.",
    ),
    (
        r"index\.lock': File exists|Another git process seems to be running",
        "Another git is at work there. Wait for it; if it was killed, delete the lock file that is named.",
    ),
    (
        r"detected dubious ownership",
        "The repository belongs to another user. If you trust it: git config --global --add safe.directory PATH.",
    ),
    (r"No space left on device|Disk quota exceeded", "Make room on the disk, then try again."),
    (
        r"could not read (?:Username|Password)|Authentication failed|terminal prompts disabled|Permission denied \(",
        "Sign in to the remote in a terminal first: nothing can be asked from here.",
    ),
    (
        r"Could not resolve host|Connection (?:refused|timed out)|unable to access|Could not read from remote",
        "Check the remote's address and the network.",
    ),
    (r"Read-only file system|Permission denied|insufficient permission", "Make the folder writable, then try again."),
    (r"gpg failed to sign|failed to write commit object", "Check the signing key, or switch commit.gpgSign off."),
    (r"git-lfs: (?:command )?not found|git-lfs'? is not a git command", "Install git-lfs on the server's machine."),
    (r"object file .* is empty|loose object .* is corrupt|bad object", "The repository is damaged: run git fsck."),
)  # fmt: skip


def remedy(said: str) -> str | None:
    """One sentence on what to do; None if git's words have to do. ``said`` is what git wrote to stderr."""
    return next((advice for pattern, advice in _REMEDIES if re.search(pattern, said)), None)
