"""Where a session in a worktree may not write, nor point git at. Looks only at paths and words; runs nothing.

Decided by the innermost checkout a path lies in: a worktree inside the main checkout is still open to its
session, the main checkout around it is not. git's shared directory is written by git alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from parsess_lab.worktrees.moves import refuses_move

_REDIRECTING = {
    "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_EXEC_PATH",
}  # fmt: skip
_WITH_VALUE = {
    "-C",
    "-c",
    "--git-dir",
    "--work-tree",
    "--namespace",
    "--exec-path",
    "--super-prefix",
    "--config-env",
}
_UNSAFE_CONFIG = re.compile(
    r"(core\.(worktree|hookspath|bare|gitdir|fsmonitor)|include\.path|includeif\..*|extensions\..*|alias\..*)",
    re.I,
)
_WORKTREE_CHANGES = frozenset({"remove", "move", "repair", "prune", "lock", "unlock"})


@dataclass(frozen=True, slots=True)
class Boundary:
    """What belongs to a session in a worktree, and what around it does not. All paths resolved."""

    worktree: Path
    git_dir: Path
    common_dir: Path
    main: Path | None
    """The main checkout; None for a bare repository."""
    siblings: tuple[Path, ...]
    taken: frozenset[str] = frozenset()
    """Full names of the branches that the others have checked out."""

    def refuses_write(self, path: Path) -> str | None:
        """Why ``path`` may not be written, or None if nothing here speaks against it. Follows links."""
        real = Path(os.path.realpath(path))
        if real == self.worktree / ".git" or path == self.worktree / ".git":
            return f"{path} is how git finds this worktree: writing it would point git somewhere else."
        if real.is_relative_to(self.common_dir):
            return f"{path} is in git's own directory, which all worktrees share: only git commands may change it."
        owner = self._owner(real)
        if owner is None or owner == self.worktree:
            return None
        what = "the main checkout" if owner == self.main else "another worktree"
        return (
            f"{path} is in {what} ({owner}). This session works in {self.worktree}: "
            "change the file there, and land it when it is done."
        )

    def refuses_removal(self, path: Path) -> str | None:
        """Why ``path`` may not be deleted or moved as a whole: a checkout of somebody else lies in it."""
        real = Path(os.path.realpath(path))
        roots = [*([self.main] if self.main else []), *self.siblings, self.common_dir]
        inside = next((root for root in roots if root != real and root.is_relative_to(real)), None)
        if inside is None or real == self.worktree:
            return None
        return (
            f"{path} holds {inside}, which is not this session's. Name what is to go, inside {self.worktree}."
        )

    def refuses_command(
        self, argv: Sequence[str], cwd: Path, env: Mapping[str, str] | None = None
    ) -> str | None:
        """Why a command may not run: one that takes git out of this worktree. None for all others.

        ``env`` is what the command sets for itself (``GIT_DIR=… git …``). ``argv`` is one simple command.
        """
        names = [name for name in (env or {}) if name in _REDIRECTING]
        names += [
            word.partition("=")[0] for word in argv if word.partition("=")[0] in _REDIRECTING and "=" in word
        ]
        if names:
            return f"{names[0]} would point git at another repository or checkout. {self._instead()}"
        words = _git_words(argv)
        if words is None:
            return None
        return self._refuses_git(words, Path(os.path.realpath(cwd)))

    def _refuses_git(self, words: Sequence[str], cwd: Path) -> str | None:
        place, rest = cwd, list(words)
        while rest and rest[0].startswith("-"):
            option, value, rest = _option(rest)
            if option == "-C":
                place = Path(os.path.realpath(place / value))
            elif option in ("--git-dir", "--work-tree"):
                if not self._is_own(Path(os.path.realpath(place / value))):
                    return f"`git {option}={value}` points git out of this worktree. {self._instead()}"
            elif option == "--exec-path" and value:
                return f"`git --exec-path={value}` runs other programs than git's own. {self._instead()}"
            elif option in ("-c", "--config-env") and _UNSAFE_CONFIG.fullmatch(value.partition("=")[0]):
                return f"`git {option} {value}` changes where git works or what it runs. {self._instead()}"
        if self._is_foreign(place):
            return f"git would run in {place}, which is not this worktree. {self._instead()}"
        return self._refuses_subcommand(rest, place)

    def _refuses_subcommand(self, words: Sequence[str], place: Path) -> str | None:
        if not words:
            return None
        command, rest = words[0], words[1:]
        if command == "worktree" and rest and rest[0] in _WORKTREE_CHANGES:
            return f"`git worktree {rest[0]}` changes worktrees of other sessions: do it from the pane."
        if command == "config" and any(_UNSAFE_CONFIG.fullmatch(word.partition("=")[0]) for word in rest):
            reading = {"--get", "--get-all", "--list", "-l", "get", "list"} & set(rest)
            return None if reading else "This setting is shared with the main checkout and all worktrees."
        moved = refuses_move(command, rest, self.taken, lambda remote: self._is_here(place, remote))
        return moved or self._refuses_aim(command, rest, place)

    def _is_here(self, place: Path, remote: str) -> bool:
        real = Path(os.path.realpath(place / remote.removeprefix("file://")))
        return real in (self.worktree, self.main, *self.siblings) or real.is_relative_to(self.common_dir)

    def _refuses_aim(self, command: str, words: Sequence[str], place: Path) -> str | None:
        """Commands that write files where they are told to."""
        if command not in (
            "worktree",
            "clone",
            "init",
            "archive",
            "bundle",
            "format-patch",
            "mv",
            "checkout-index",
        ):
            return None
        for word in words:
            aim = word.partition("=")[2] if word.startswith("--") else word
            if aim and not aim.startswith("-") and (os.sep in aim or aim == ".."):
                why = self.refuses_write(place / aim)
                if why is not None:
                    return why
        return None

    def _owner(self, real: Path) -> Path | None:
        roots = [self.worktree, *([self.main] if self.main else []), *self.siblings]
        return max(
            (root for root in roots if real.is_relative_to(root)),
            key=lambda root: len(root.parts),
            default=None,
        )

    def _is_own(self, real: Path) -> bool:
        return (
            real in (self.git_dir, self.worktree, self.worktree / ".git")
            or self._owner(real) == self.worktree
        )

    def _is_foreign(self, real: Path) -> bool:
        owner = self._owner(real)
        return (owner is not None and owner != self.worktree) or real.is_relative_to(self.common_dir)

    def _instead(self) -> str:
        return (
            f"Run git in {self.worktree}: all branches are there too (`git log main`, `git show main:file`), "
            "and landing brings the work over."
        )


def boundary(directory: Path) -> Boundary | None:
    """The boundary for a session in ``directory``; None outside a linked worktree. A few small reads."""
    worktree = _worktree_of(Path(os.path.realpath(directory)))
    if worktree is None:
        return None
    git_dir = _pointed(worktree / ".git")
    if git_dir is None or not (git_dir / "commondir").is_file():
        return None
    common = Path(os.path.realpath(git_dir / (git_dir / "commondir").read_text().strip()))
    main = common.parent if common.name == ".git" else None
    others = [entry for entry in _linked(common) if entry[1] != git_dir]
    taken = {_head(place) for _, place in others} | {_head(common)}
    return Boundary(
        worktree, git_dir, common, main, tuple(path for path, _ in others), frozenset(taken - {""})
    )


def _worktree_of(directory: Path) -> Path | None:
    return next((place for place in (directory, *directory.parents) if os.path.lexists(place / ".git")), None)


def _pointed(file: Path) -> Path | None:
    """Where a ``.git`` file points; None for a directory or something else."""
    try:
        text = file.read_text()
    except (OSError, UnicodeDecodeError):
        return None
    if not text.startswith("gitdir: "):
        return None
    return Path(os.path.realpath(file.parent / text.removeprefix("gitdir: ").strip()))


def _linked(common: Path) -> list[tuple[Path, Path]]:
    """All worktrees but the main one, each with its git directory."""
    found = []
    for entry in sorted((common / "worktrees").glob("*/gitdir")):
        try:
            found.append((Path(os.path.realpath(Path(entry.read_text().strip()).parent)), entry.parent))
        except (OSError, UnicodeDecodeError):
            continue
    return found


def _head(git_dir: Path) -> str:
    """The branch checked out, in full; empty when detached."""
    try:
        text = (git_dir / "HEAD").read_text()
    except (OSError, UnicodeDecodeError):
        return ""
    return text.removeprefix("ref: ").strip() if text.startswith("ref: ") else ""


_PREFIXES = frozenset(
    ["env", "command", "exec", "nice", "nohup", "time", "sudo", "timeout", "stdbuf", "setsid", "xargs"]
)


def _git_words(argv: Sequence[str]) -> list[str] | None:
    """What follows ``git`` in a simple command, behind ``env``, ``timeout 5`` and the like."""
    words = list(argv)
    while words:
        name = Path(words[0]).name
        if name == "git":
            return words[1:]
        passing = (
            name in _PREFIXES or words[0].startswith("-") or re.fullmatch(r"\d+[smh]?|\w+=.*", words[0], re.S)
        )
        if not passing:
            return None
        words = words[1:]
    return None


def _option(words: Sequence[str]) -> tuple[str, str, list[str]]:
    """The first option with its value, and what follows."""
    name, equals, value = words[0].partition("=")
    if equals and name.startswith("--"):
        return name, value, list(words[1:])
    if words[0] in _WITH_VALUE:
        return words[0], words[1] if len(words) > 1 else "", list(words[2:])
    return words[0], "", list(words[1:])
