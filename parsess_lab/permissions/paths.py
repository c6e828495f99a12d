"""Where paths lead: inside or outside, and which files inside are more than files."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from parsess_lab.permissions.words import Word

_URL = re.compile(r"(?!file:)[A-Za-z][A-Za-z0-9+.-]*://")
_OPTION_VALUE = re.compile(r"--[a-z][a-z-]*=[^/]*\Z")
_LONGEST = 4096  # no system takes longer paths
_CLUSTER = 10  # letters of a cluster of options after which a value may begin
_WILDCARDS = frozenset("*?[")
_SEPARATORS = re.compile(r"[=:,@]")
_DEVICES = frozenset(["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin"])
_STARTUP = frozenset(
    [".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".profile", ".zshrc", ".zshenv", ".zprofile",
     ".zlogin", ".envrc", ".gitconfig", ".mcp.json", ".npmrc", ".yarnrc", ".yarnrc.yml"]
)  # fmt: skip
_RUN_BY_OTHERS = frozenset(
    [".git", ".ssh", ".claude", ".vscode", ".idea", ".jupyter", ".ipython", ".config", ".husky", ".venv", "venv",
     ".conda", ".pixi"]
)  # fmt: skip


def inside(path: Path, roots: Iterable[Path]) -> bool:
    """Whether a resolved path is one of the roots or below one."""
    return any(path == root or path.is_relative_to(root) for root in roots)


def is_device(path: Path) -> bool:
    """``/dev/null`` and the standard streams, which are no files."""
    return str(path) in _DEVICES


def runs_later(path: Path, home: Path) -> bool:
    """Whether writing this file makes another program run something: git's hooks and settings, start-up files
    of shells and editors, programs on the search path, Python environments. Case is no matter, as on some
    file systems."""
    below = path.relative_to(home) if path.is_relative_to(home) else path
    names = [name.casefold() for name in below.parts]
    if names and (names[-1] in _STARTUP or _RUN_BY_OTHERS & set(names)):
        return True
    search_path = os.environ.get("PATH", "").split(os.pathsep)
    return str(path.parent) in map(os.path.realpath, filter(None, search_path))


def resolve(text: str, directory: Path) -> Path:
    """Absolute, with links followed; what doesn't exist yet is resolved as far as it does."""
    return Path(os.path.realpath(directory / Path(text).expanduser()))


def leads(word: Word, directory: Path) -> Iterator[Path]:
    """All places an argument may mean: itself, and what stands in it behind ``=``, ``:``, ``,``, ``@`` or a
    cluster of one-letter options. Of each both readings of ``..``: by name, as the shell's cd, and by link."""
    for text in _pieces(word, directory):
        path = Path(text).expanduser() if text.startswith("~") else Path(text)
        yield Path(os.path.normpath(directory / path))
        yield Path(os.path.realpath(directory / path))


def _pieces(word: Word, directory: Path) -> set[str]:
    text = word.text
    if _is_url(text, directory):
        return set()
    found = {text.removeprefix("file://")} | set(_SEPARATORS.split(text))
    if text.startswith("-"):
        if not text.startswith("--"):
            found |= {text[start:] for start in range(2, min(len(text), _CLUSTER))}
        found |= {text[text.index("/") :]} if "/" in text else set()
    return {piece for piece in found if piece and len(piece) <= _LONGEST}


def _is_url(text: str, directory: Path) -> bool:
    """An address, and not a path through a folder that is called like a scheme (``x://../..``)."""
    if not _URL.match(text) or ".." in text.split("/"):
        return False
    return not os.path.lexists(directory / text.partition("/")[0])


def glob_escape(word: Word, directory: Path, home: Path, *, options_matter: bool) -> str | None:
    """Why a word with wildcards may mean more than files below ``home``; None when it can't.

    Only the last name may hold wildcards, it can't become an option (where ``options_matter``), and no link
    among the candidates may lead out.
    """
    if _OPTION_VALUE.match(word.text):
        return None
    parent, slash, name = word.text.rpartition("/")
    if set(parent) & _WILDCARDS or name.startswith((".", "-")):
        return "its wildcards can't be followed"
    if options_matter and not slash and name[0] in _WILDCARDS:
        return "its wildcards may turn into an option; ./* can't"
    folder = resolve(f"{parent}/" if slash else ".", directory)
    if not inside(folder, [home]) or not all(inside(link, [home]) for link in _links(folder, name)):
        return "it leads outside the session's directory"
    return None


def _links(folder: Path, pattern: str) -> list[Path]:
    """Where the links lead that the pattern may mean; brackets, which bash reads its own way, mean all."""
    try:
        with os.scandir(folder) as entries:
            links = [entry for entry in entries if entry.is_symlink()]
        meant = [link for link in links if "[" in pattern or fnmatch.fnmatchcase(link.name, pattern)]
        return [resolve(link.path, folder) for link in meant]
    except OSError:
        return []
