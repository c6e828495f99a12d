"""git commands that reach beyond a worktree without naming a path: they move branches of others, or drop what all have.

git refuses some of these by itself, in some versions: ``checkout -B`` took a branch from another checkout until 2.44.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

_HEADS = "refs/heads/"
_LEAST = 3  # characters of a long option, dashes included, that git could tell apart


def refuses_move(
    command: str, words: Sequence[str], taken: frozenset[str], is_here: Callable[[str], bool]
) -> str | None:
    """Why ``git command words`` may not run; None if nothing here speaks against it.

    ``taken`` are the full names of the branches that other checkouts have; ``is_here`` says whether a remote is
    this very repository.
    """
    said = _Said(words, taken, is_here)
    if command in _TAKING and _TAKING[command](said):
        return "This would take a branch that another checkout has. Make a branch of its own."
    if command in _MOVING and _MOVING[command](said):
        return "This would move a branch under the feet of the checkout that has it: land the work instead."
    if command in _DROPPING and _DROPPING[command](said):
        return "All checkouts of the repository share this, and it would be gone for each of them."
    return None


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of a command."""

    words: Sequence[str]
    taken: frozenset[str]
    is_here: Callable[[str], bool]

    @property
    def positional(self) -> list[str]:
        return [word for word in self.words if not word.startswith("-")]

    def aims(self, name: str) -> bool:
        """Whether a name that somebody typed is a branch that another checkout has."""
        plain = name.partition("@{")[0]
        return bool({plain, _HEADS + plain, f"refs/{plain}"} & self.taken)

    @property
    def hits(self) -> bool:
        return any(map(self.aims, self.positional))

    def has(self, letters: str, *options: str) -> bool:
        """Whether an option is there: a letter, also in a cluster, or a long one, also shortened."""
        short = [word[1:] for word in self.words if word.startswith("-") and not word.startswith("--")]
        long = [word.partition("=")[0] for word in self.words if word.startswith("--")]
        return any(set(word) & set(letters) for word in short) or any(
            option.startswith(word) for word in long if len(word) >= _LEAST for option in options
        )

    def made(self, letter: str) -> list[str]:
        """Names that follow the option that makes a branch, or makes it anew."""
        pairs = zip(self.words, [*self.words[1:], ""], strict=True)
        forced = [name for word, name in pairs if word == "--force-create" or _is_cluster(word, letter)]
        attached = [word[2:] for word in self.words if word.startswith(f"-{letter}")]
        return [*forced, *attached, *(word.partition("=")[2] for word in self.words if "=" in word)]

    @property
    def destinations(self) -> list[str]:
        """What refspecs move."""
        return [word.partition(":")[2] for word in self.positional]


def _is_cluster(word: str, letter: str) -> bool:
    return word.startswith("-") and not word.startswith("--") and word.endswith(letter)


def _branch(said: _Said) -> bool:
    if said.has("mMdDcC", "--move", "--delete", "--copy"):
        return said.hits
    return said.has("f", "--force") and any(map(said.aims, said.positional[:1]))


def _checkout(said: _Said) -> bool:
    return said.has("", "--ignore-other-worktrees") or any(map(said.aims, [*said.made("B"), *said.made("C")]))


def _worktree(said: _Said) -> bool:
    forced = said.has("f", "--force") or any(map(said.aims, said.made("B")))
    return said.positional[:1] == ["add"] and forced


def _push(said: _Said) -> bool:
    here = any(map(said.is_here, said.positional[:1]))
    return here and any(map(said.aims, said.destinations))


def _reflog(said: _Said) -> bool:
    drops = said.positional[:1] in (["expire"], ["delete"])
    return drops and (said.hits or said.has("", "--all"))


_Rule = Callable[[_Said], bool]
_TAKING: dict[str, _Rule] = {"checkout": _checkout, "switch": _checkout, "worktree": _worktree}
_MOVING: dict[str, _Rule] = {
    "branch": _branch,
    "fetch": lambda said: any(map(said.aims, said.destinations)),
    "pull": lambda said: any(map(said.aims, said.destinations)),
    "push": _push,
    "symbolic-ref": lambda said: said.hits and (len(said.positional) > 1 or said.has("d", "--delete")),
    "update-ref": lambda said: said.hits or "--stdin" in said.words,
    "filter-branch": lambda said: said.hits or said.has("", "--all", "--branches"),
    "filter-repo": lambda said: True,
}
_DROPPING: dict[str, _Rule] = {
    "stash": lambda said: said.positional[:1] == ["clear"],
    "reflog": _reflog,
}
