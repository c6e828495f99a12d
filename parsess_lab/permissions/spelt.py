"""Commands inside commands: what a shell, an interpreter or git is given as text to run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

_SHELLS = frozenset(["sh", "bash", "dash", "zsh", "ksh", "fish", "ash"])
_INTERPRETERS = ("python", "perl", "ruby", "node", "php", "lua", "awk", "gawk", "mawk", "deno", "bun")
_RUNNERS = frozenset(["watch", "parallel", "script", "tmux", "screen", "ssh", "su", "trap", "entr"])
_GIT_RUNS = frozenset(["rebase", "submodule", "bisect", "filter-branch", "difftool", "mergetool", "config"])


def shell_lines(argv: Sequence[str]) -> Iterator[str]:
    """Texts that a shell is to run: after ``-c``, also behind ``env`` and the like, and what ``eval`` joins."""
    for at, word in enumerate(argv):
        name = PurePath(word).name
        if name == "eval" and at == 0:
            yield " ".join(argv[1:])
        elif name in _SHELLS:
            rest = argv[at + 1 :]
            flag = next((number for number, one in enumerate(rest) if _takes_text(one)), None)
            if flag is not None and len(rest) > flag + 1:
                yield rest[flag + 1]


def _takes_text(word: str) -> bool:
    return word.startswith("-") and not word.startswith("--") and "c" in word


def texts(argv: Sequence[str]) -> Iterator[str]:
    """Arguments that are programs in some other language, or lines that are run one way or another."""
    names = [PurePath(word).name for word in argv]
    if any(name in _RUNNERS or name.startswith(_INTERPRETERS) or name == "xargs" for name in names[:4]):
        yield from argv[1:]
    if "git" in names[:4] and (_GIT_RUNS & set(argv) or any(word.startswith("alias.") for word in argv)):
        yield from (word for word in argv[1:] if " " in word or word.startswith("!"))
