"""What is known of single programs: which lines only read, and which words make a harmless program another.

The list of readers is short on purpose: what isn't on it is asked once and then has a rule. A program is on
it when its documented options can neither write, nor run, nor follow links out, or when those that can are
left out here. Long options count by any prefix, as GNU and git take abbreviations.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_FREE = frozenset(
    ["ls", "cat", "head", "tail", "wc", "nl", "tac", "cut", "tr", "cmp", "comm", "stat", "du", "basename",
     "dirname", "pwd", "whoami", "nproc", "uname", "true", "false", ":", "echo", "seq", "sleep", "which",
     "type"]
)  # fmt: skip
"""No option of theirs writes a file or runs a program."""

_FIND_TESTS = frozenset(
    ["-name", "-iname", "-path", "-ipath", "-wholename", "-regex", "-iregex", "-type", "-maxdepth",
     "-mindepth", "-size", "-mtime", "-mmin", "-newer", "-perm", "-empty", "-not", "-o", "-or", "-a",
     "-and", "-prune", "-print", "-print0", "-xdev", "-mount", "-depth", "-ls", "-P"]
)  # fmt: skip
_FIND_ACTIONS = ("-exec", "-ok", "-delete", "-fprint", "-fls", "-files0-from", "-L", "-H", "-follow")
_SED_PRINT = re.compile(r"(?:\d+|\$)(?:,(?:\d+|\$))?p(?:;(?:\d+|\$)(?:,(?:\d+|\$))?p)*")
_LETTERS = {
    "sort": "bdfghiMnRrVuzcs",
    "grep": "abcEFGHhIiLlnoPqrsvwxzyeABCm0123456789",
    "diff": "abBcdEeiNpqsuwyTt",
}
_GREP_VALUES = re.compile(r"-[bcEFGHhIiLlnoPqrsvwxyz]*[eABCm]")
_LONG_READERS = {
    "sort": ["--reverse", "--numeric-sort", "--unique", "--key", "--field-separator", "--version-sort"],
    "grep": ["--include", "--exclude", "--exclude-dir", "--count", "--line-number", "--ignore-case",
             "--color", "--recursive", "--only-matching", "--extended-regexp", "--fixed-strings",
             "--context", "--max-count", "--files-with-matches", "--word-regexp", "--invert-match",
             "--no-filename", "--with-filename"],
    "diff": ["--brief", "--unified", "--ignore-all-space", "--side-by-side", "--color"],
}  # fmt: skip

_GIT_READERS = frozenset(
    ["status", "diff", "log", "show", "rev-parse", "blame", "ls-files", "ls-tree", "describe", "merge-base",
     "rev-list", "shortlog", "for-each-ref", "grep", "diff-tree", "name-rev", "count-objects"]
)  # fmt: skip
_GIT_LISTS = {
    "branch": {"-a", "-r", "-v", "-vv", "-av", "-avv", "--all", "--remotes", "--list", "--show-current",
               "--verbose"},
    "remote": {"-v", "--verbose"},
    "stash": {"list"},
    "tag": {"-l", "--list"},
    "worktree": {"list", "--porcelain"},
}  # fmt: skip
_GIT_DANGERS = (
    "--output", "--ext-diff", "--textconv", "--open-files-in-pager", "--upload-pack", "--receive-pack",
    "--exec", "--config", "--config-env", "--template", "--extcmd", "--tool", "--upload-archive",
    "--strategy", "--gpg-sign", "--show-signature", "--edit-description", "--filters", "--separate-git-dir",
)  # fmt: skip
_VERSIONS = frozenset(["git", "python", "python3", "node"])

_DANGERS = {
    "sort": ("--output", "--compress-program", "--files0-from", "--temporary-directory"),
    "rg": ("--pre", "--hostname-bin", "--search-zip", "--follow"),
    "tar": ("--to-command", "--checkpoint-action", "--use-compress-program", "--info-script",
            "--new-volume-script", "--rsh-command", "--rmt-command", "--absolute-names"),
    "cargo": ("--config",),
    "ctest": ("--build-and-test", "--build-makeprogram", "--test-command", "--script"),
    "mypy": ("--python-executable",),
    "pylint": ("--init-hook", "--load-plugins"),
}  # fmt: skip
# bash itself runs what stands in the brackets of `printf -v 'a[$(…)]'`.
_DANGEROUS_LETTERS = {
    "sort": "oT", "rg": "zLf", "tar": "IFP", "cargo": "Z", "ctest": "S", "printf": "v", "wait": "p", "jobs": "x",
}  # fmt: skip
_GO_DANGERS = ("exec", "toolexec", "vettool", "overlay", "modfile", "C")
_MAKE_OPTIONS = re.compile(r"-[jkBnsiqw]+\d*|--(?:jobs=\d+|keep-going|silent|quiet|dry-run|always-make)")
_GIT_GLOBALS = frozenset(["--no-pager", "-P", "--version", "--no-optional-locks", "--literal-pathspecs"])
_PACKAGE_RUNNERS = frozenset(["npm", "pnpm", "yarn"])
_PACKAGE_OPTIONS = frozenset(
    ["-s", "--silent", "--if-present", "--ignore-scripts", "--no-audit", "--no-fund"]
)


def options_are_harmless(program: str) -> bool:
    """Whether no option can make it write or run something, so that file names may even become options."""
    return program in _FREE


def only_reads(argv: Sequence[str]) -> bool:
    """Whether this command provably changes nothing and runs nothing else, whatever its arguments hold.

    That its paths stay inside is for the caller to check.
    """
    program, arguments = argv[0], list(argv[1:])
    if program in _FREE:
        return True
    if len(arguments) == 1 and arguments[0] == "--version" and program in _VERSIONS:
        return True
    known = {
        "cd": lambda: len(arguments) == 1 and not arguments[0].startswith(("-", "+")),
        "find": lambda: all(word in _FIND_TESTS for word in arguments if word.startswith("-")),
        "sed": lambda: arguments[:1] == ["-n"] and _is_print(arguments[1:2]) and _no_options(arguments[2:]),
        "date": lambda: not arguments or (len(arguments) == 1 and arguments[0].startswith("+")),
        "uniq": lambda: set(arguments) <= {"-c", "-d", "-u", "-i"},
        "rg": lambda: not endangers(argv),
        "git": lambda: _git_only_reads(arguments),
        **{name: lambda: _known_options(program, arguments) for name in _LETTERS},
    }
    return program in known and known[program]()


def _is_print(script: Sequence[str]) -> bool:
    return len(script) == 1 and _SED_PRINT.fullmatch(script[0]) is not None


def _no_options(words: Sequence[str]) -> bool:
    return not any(word.startswith("-") for word in words)


def _known_options(program: str, arguments: Sequence[str]) -> bool:
    for word in arguments:
        if word == "--":
            return True
        if word.startswith("--"):
            if word.partition("=")[0] not in _LONG_READERS[program]:
                return False
        elif word.startswith("-") and not _known_letters(program, word):
            return False
    return True


def _known_letters(program: str, word: str) -> bool:
    if program == "grep" and _GREP_VALUES.match(word):
        return True
    return set(word[1:]) <= set(_LETTERS[program]) | set("k0123456789,t")


def _git_only_reads(arguments: Sequence[str]) -> bool:
    if not arguments:
        return False
    subcommand, *rest = arguments
    if subcommand in _GIT_LISTS:
        return set(rest) <= _GIT_LISTS[subcommand] and (
            subcommand not in {"stash", "worktree"} or "list" in rest
        )
    return subcommand in _GIT_READERS and not endangers(["git", *arguments])


def endangers(argv: Sequence[str]) -> str | None:
    """The word that makes a known program write or run something else: ``run(program *)`` isn't enough."""
    program, arguments = argv[0], list(argv[1:])
    known = {
        "git": _git_danger,
        "find": _find_danger,
        "go": _go_danger,
        "make": _make_danger,
        **dict.fromkeys(_PACKAGE_RUNNERS, _package_danger),
    }
    if program in known:
        return known[program](arguments)
    letters = set(_DANGEROUS_LETTERS.get(program, ""))
    for word in arguments:
        if _abbreviates(word, _DANGERS.get(program, ())):
            return word
        if word.startswith("-") and not word.startswith("--") and letters & set(word):
            return word
    return None


def _find_danger(arguments: Sequence[str]) -> str | None:
    return next((word for word in arguments if word.startswith(_FIND_ACTIONS)), None)


def _package_danger(arguments: Sequence[str]) -> str | None:
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return next((word for word in before if word.startswith("-") and word not in _PACKAGE_OPTIONS), None)


def _go_danger(arguments: Sequence[str]) -> str | None:
    """Go takes its flags with one dash or two."""
    options = [word for word in arguments if word.startswith("-")]
    return next((word for word in options if word.lstrip("-").partition("=")[0] in _GO_DANGERS), None)


def _make_danger(arguments: Sequence[str]) -> str | None:
    """A rule for one target is not one for others; and variables may hold ``$(shell …)``."""
    others = [word for word in arguments if not _MAKE_OPTIONS.fullmatch(word)]
    odd = next((word for word in others if word.startswith("-") or set(word) & set("=$")), None)
    return odd or next(iter(others[1:]), None)


def _git_danger(arguments: Sequence[str]) -> str | None:
    subcommand = arguments[0] if arguments else ""
    if subcommand.startswith("-") and subcommand not in _GIT_GLOBALS:
        return subcommand
    for word in arguments[1:]:
        if _abbreviates(word, _GIT_DANGERS):
            return word
        if subcommand == "grep" and word.startswith("-") and "O" in word and not word.startswith("--"):
            return word
        if subcommand in {"clone", "rebase", "fetch", "pull", "difftool"} and re.match(
            r"-[a-z]*[cuxsS]", word
        ):
            return word
    return None


def _abbreviates(word: str, options: Sequence[str]) -> bool:
    name = word.partition("=")[0]
    return name.startswith("--") and name != "--" and any(option.startswith(name) for option in options)


def untrusted_repository(directory: Path, home: Path) -> bool:
    """Whether git, started here, would obey settings that lie among the files (a bare repository inside the
    checkout), which whoever writes files could have made."""
    for folder in (directory, *directory.parents):
        if (folder / ".git").exists():
            return False
        if (folder / "HEAD").exists() and (folder / "objects").exists():
            return True
        if folder == home:
            return False
    return False
