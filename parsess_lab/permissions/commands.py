"""What a shell line may do unasked: each of its parts, where it works, and what it opens."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from parsess_lab.permissions import paths, programs
from parsess_lab.permissions.access import Boundary
from parsess_lab.permissions.rules import RunRule, parse_rules
from parsess_lab.permissions.shell import Part, Redirect, Word, parse

_ANY_ARGUMENT = frozenset(["echo", ":", "true", "false"])
"""Whatever their arguments turn out to be, these only print them."""
_SHELL_STATE = frozenset(
    ["alias", "unalias", "bind", "builtin", "command", "complete", "declare", "dirs", "enable", "eval",
     "exec", "export", "getopts", "hash", "let", "local", "mapfile", "popd", "pushd", "read", "readarray",
     "readonly", "set", "shopt", "source", "trap", "typeset", "umask", "unset", ".", "test", "["]
)  # fmt: skip
"""They change what the commands after them mean, or run what their arguments spell."""


@dataclass(slots=True)
class Finding:
    """One part. It may run when ``reads_only`` or ``rule`` says so and nothing ``hinders``."""

    part: Part
    reads_only: bool = False
    rule: str | None = None
    hinders: list[str] = field(default_factory=list)
    """Reasons why it is asked whatever the rules say."""
    writes: list[Path] = field(default_factory=list)
    """Files that its redirections would write, resolved."""
    leaves: list[Path] = field(default_factory=list)
    """Where it certainly goes or writes outside the session's directory: ``cd`` and redirections."""
    strays: list[Path] = field(default_factory=list)
    """Where its arguments may lead outside the session's directory."""
    where: tuple[Path, ...] = ()
    """Every directory that the shell may be in when it runs."""
    opened: list[Path] = field(default_factory=list)
    """Files outside the session's directory that its redirections would write."""

    @property
    def argv(self) -> tuple[str, ...]:
        return tuple(word.text for word in self.part.words)


def examine(command: str, boundary: Boundary) -> list[Finding]:
    """Look at every part of a line in the order bash reaches it.

    Raises:
        Unclear: it can't be said for certain what would run.
    """
    rules = [rule for rule in parse_rules(boundary.rules) if isinstance(rule, RunRule)]
    where = [Path(os.path.realpath(boundary.directory))]
    findings = []
    for part in parse(command):
        finding = Finding(part, where=tuple(where))
        _look_at_directory(finding, where, boundary)
        _look_at_words(finding, where, boundary)
        _look_at_redirects(finding, where, boundary)
        _look_at_program(finding, where, boundary, rules)
        findings.append(finding)
    return findings


def _look_at_directory(finding: Finding, where: list[Path], boundary: Boundary) -> None:
    """``where`` is every directory the shell may be in: a ``cd`` adds one, as it may have failed or been in a
    subshell."""
    if not all(paths.inside(directory, [boundary.home]) for directory in where):
        finding.hinders.append("it works outside the session's directory")
    if finding.argv[:1] != ("cd",):
        return
    words = finding.part.words[1:]
    if len(words) != 1 or words[0].dynamic or words[0].glob or words[0].text.startswith(("-", "+")):
        finding.hinders.append("it isn't known where its cd leads")
        return
    for directory in list(where):
        target = directory / Path(words[0].text).expanduser() if words[0].home else directory / words[0].text
        physical = paths.resolve(str(target), directory)
        if str(physical) != os.path.normpath(target):
            finding.hinders.append("its cd follows a link")
        if not paths.inside(physical, [boundary.home]):
            finding.hinders.append(f"its cd leads outside the session's directory, to {physical}")
            finding.leaves.append(physical)
        if physical not in where:
            where.append(physical)


def _look_at_words(finding: Finding, where: Sequence[Path], boundary: Boundary) -> None:
    for word in finding.part.words[1:]:
        if finding.argv[0] in _ANY_ARGUMENT and not word.glob:
            continue
        if word.dynamic:
            finding.hinders.append(f"what “{word.text}” stands for isn't known before it runs")
        for directory in where:
            _look_at_word(finding, word, directory, boundary)


def _look_at_word(finding: Finding, word: Word, directory: Path, boundary: Boundary) -> None:
    if (reason := _glob_escape(finding, word, directory, boundary)) is not None:
        finding.hinders.append(reason)
    strays = [
        path
        for path in paths.leads(word, directory)
        if not paths.inside(path, [boundary.home]) and not paths.is_device(path)
    ]
    if strays:
        finding.strays += strays
        finding.hinders.append(f"“{word.text}” leads outside the session's directory")


def _glob_escape(finding: Finding, word: Word, directory: Path, boundary: Boundary) -> str | None:
    if not word.glob:
        return None
    options_matter = not programs.options_are_harmless(finding.argv[0])
    reason = paths.glob_escape(word, directory, boundary.home, options_matter=options_matter)
    return f"“{word.text}”: {reason}" if reason else None


def _look_at_redirects(finding: Finding, where: Sequence[Path], boundary: Boundary) -> None:
    for redirect in finding.part.redirects:
        if redirect.target.dynamic or redirect.target.glob:
            finding.hinders.append("it isn't known which file it opens")
            continue
        for directory in where:
            _look_at_target(finding, redirect, directory, boundary)


def _look_at_target(finding: Finding, redirect: Redirect, directory: Path, boundary: Boundary) -> None:
    word = redirect.target
    target = str(Path(word.text).expanduser()) if word.home else word.text
    path = Path(os.path.realpath(directory / target))
    if paths.is_device(Path(os.path.normpath(directory / target))):
        return
    if not paths.inside(path, [boundary.home]):
        finding.hinders.append(f"it {'writes' if redirect.writes else 'reads'} {path}, outside the directory")
        finding.leaves.append(path)
        finding.opened += [path] if redirect.writes else []
    elif redirect.writes:
        finding.writes.append(path)


def _look_at_program(
    finding: Finding, where: Sequence[Path], boundary: Boundary, rules: Sequence[RunRule]
) -> None:
    argv = finding.argv
    if not argv:
        finding.reads_only = True
        return
    if argv[0] == "git" and any(
        programs.untrusted_repository(directory, boundary.home) for directory in where
    ):
        finding.hinders.append("a git repository among the files could run programs of its own")
    if argv[0] in _SHELL_STATE:
        finding.hinders.append(f"{argv[0]} changes what the shell does next")
    if "/" in argv[0]:
        _look_at_program_path(finding, where, boundary)
    finding.reads_only = programs.only_reads(argv)
    finding.rule = next((rule.text for rule in rules if _allows(rule, argv)), None)


def _look_at_program_path(finding: Finding, where: Sequence[Path], boundary: Boundary) -> None:
    """A rule for ``./run.sh`` means that of the session's directory."""
    if any(directory != boundary.home for directory in where) and not finding.argv[0].startswith("/"):
        finding.hinders.append(f"{finding.argv[0]} isn't that of the session's directory")
    for directory in where:
        path = paths.resolve(finding.argv[0], directory)
        if not paths.inside(path, [boundary.home]):
            finding.hinders.append(f"the program {path} is outside the session's directory")
            return


def _allows(rule: RunRule, argv: Sequence[str]) -> bool:
    return rule.matches(argv) and not (rule.open_ended and programs.endangers(argv))
