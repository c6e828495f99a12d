"""Starts a shell so that it marks its prompt, its commands and their output; its user's files stay untouched.

The scripts beside are read by the shell itself. Each mark carries a key that only this shell knows, so that a
prompt or a program with marks of its own is not taken for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from parsess_lab.environments import Environment

_SCRIPTS = Path(__file__).parent / "integration"
_LOGIN = frozenset({"-l", "--login", "-i", "--interactive"})


@dataclass(frozen=True)
class Marking:
    """Arguments of a shell, and what it needs in its environment."""

    command: list[str]
    environment: dict[str, str]

    @property
    def taught(self) -> bool:
        """It will mark its prompt."""
        return bool(self.environment)


def marking(
    shell: Sequence[str], key: str, environment: Mapping[str, str], own: Environment | None = None
) -> Marking:
    """``shell`` with marks, if it's one of those that can be taught and has no arguments that forbid it.

    Args:
        shell: an argument list.
        key: what the marks carry.
        environment: what the shell gets anyway.
        own: what it has been given of a Python environment is given again after the person's startup files,
            which often set the search path anew.
    """
    teach = _TEACH.get(Path(shell[0]).name)
    taught = teach(list(shell), environment) if teach is not None else None
    if taught is None:
        return Marking(list(shell), {})
    again = {"PARSESS_ENVIRONMENT": own.assignment} if own is not None and own.refused is None else {}
    return Marking(taught.command, {"PARSESS_MARK_KEY": key, **again, **taught.environment})


def quoted(shell: str, text: str) -> str:
    """``text`` as one word for this shell (its program's name)."""
    if shell == "fish":
        text = text.replace("\\", "\\\\")
    return "'" + text.replace("'", "'\\''") + "'"


def _bash(shell: list[str], _: Mapping[str, str]) -> Marking | None:
    startup = [argument.removeprefix("--") for argument in shell[1:] if argument in {"--norc", "--noprofile"}]
    rest = [argument for argument in shell[1:] if argument.removeprefix("--") not in startup]
    if not _LOGIN.issuperset(rest):
        return None
    environment = {"ENV": str(_SCRIPTS / "bash.sh"), "PARSESS_STARTUP": " ".join(startup)}
    return Marking([shell[0], "--posix", *rest], environment)


def _zsh(shell: list[str], environment: Mapping[str, str]) -> Marking | None:
    if not _LOGIN.issuperset(shell[1:]):
        return None
    own = environment.get("ZDOTDIR")
    return Marking(shell, {"ZDOTDIR": str(_SCRIPTS / "zsh"), **({"PARSESS_ZDOTDIR": own} if own else {})})


def _fish(shell: list[str], _: Mapping[str, str]) -> Marking | None:
    if not _LOGIN.issuperset(shell[1:]):
        return None
    return Marking([*shell, "--init-command", f"source {quoted('fish', str(_SCRIPTS / 'fish.fish'))}"], {})


_TEACH: dict[str, Callable[[list[str], Mapping[str, str]], Marking | None]] = {
    "bash": _bash,
    "zsh": _zsh,
    "fish": _fish,
}
