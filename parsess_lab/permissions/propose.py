"""Which rules an *always* would save: wide enough to be of use, never wider than one program's purpose."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from parsess_lab.permissions import paths, programs
from parsess_lab.permissions.access import Access, Boundary
from parsess_lab.permissions.commands import Finding, examine
from parsess_lab.permissions.rules import run_rule
from parsess_lab.permissions.shell import Unclear

_WITH_SUBCOMMAND = frozenset(
    ["git", "npm", "pnpm", "yarn", "pip", "pip3", "uv", "poetry", "cargo", "go", "gh", "make", "just",
     "dotnet", "mvn", "gradle", "bundle", "conda", "jupyter", "hatch", "terraform", "helm", "docker",
     "kubectl"]
)  # fmt: skip
_WITH_TASK = frozenset(
    [("npm", "run"), ("pnpm", "run"), ("yarn", "run"), ("hatch", "run"), ("docker", "compose"), ("git",
     "stash"),
     ("git", "worktree"), ("git", "remote"), ("gh", "pr"), ("gh", "issue")]
)  # fmt: skip
_WHOLE_PROGRAM = frozenset(
    ["pytest", "ruff", "mypy", "tsc", "eslint", "prettier", "jest", "vitest", "black", "isort", "flake8",
     "pylint", "grep", "rg", "find", "diff", "mkdir", "touch", "jq", "file", "which", "ctest", "rustfmt",
     "gofmt"]
)  # fmt: skip
_RUNS_ANYTHING = frozenset(
    [("git", "config"), ("git", "bisect"), ("git", "submodule"), ("git", "filter-branch"), ("git",
     "difftool"),
     ("git", "mergetool"), ("docker", "run"), ("docker", "exec"), ("kubectl", "exec"), ("uv", "run"),
      ("poetry", "run"),
     ("cargo", "run"), ("go", "run"), ("go", "generate"), ("conda", "run"), ("npm", "exec"), ("pnpm", "exec"),
     ("pnpm", "dlx"), ("yarn", "dlx"), ("yarn", "exec"), ("bundle", "exec"), ("gh", "alias"), ("gh", "api"),
     ("npm", "config"), ("go", "env"), ("git", "clean"), ("git", "reset"), ("uv", "tool")]
)  # fmt: skip
"""Here the words after decide what happens; only the exact line is offered."""

_NOTHING = frozenset(
    ["sudo", "su", "doas", "env", "xargs", "parallel", "sh", "bash", "zsh", "dash", "ksh", "fish", "nohup",
     "setsid", "timeout", "nice", "stdbuf", "watch", "ssh", "busybox", "at", "crontab", "tee",
     "*"]
)  # fmt: skip
"""What they do is decided by their input or by the command they wrap: no line of theirs is safe for ever."""
_INTERPRETERS = frozenset(["python", "python3", "node", "perl", "ruby", "php", "deno", "bun"])


def propose(access: Access, boundary: Boundary) -> list[str]:
    """The rules that would allow this from now on; empty when none should be offered."""
    if access.kind == "execute":
        return _for_command(access.command, boundary)
    if access.kind in {"read", "write"}:
        return _for_paths(access, boundary)
    return []


def _for_paths(access: Access, boundary: Boundary) -> list[str]:
    found = []
    for path in access.paths:
        inside = paths.inside(path, [boundary.home])
        if access.kind == "write" and (not inside or paths.runs_later(path, boundary.home)):
            return []
        found.append(f"{access.kind}({_pattern(path, boundary.home if inside else None)})")
    return list(dict.fromkeys(found))


def _pattern(path: Path, home: Path | None) -> str:
    shown = path.relative_to(home) if home is not None else path
    if shown.parent in {Path(), Path("/"), Path.home()}:
        return str(shown)
    return f"{shown.parent}/**"


def _for_command(command: str, boundary: Boundary) -> list[str]:
    try:
        findings = examine(command, boundary)
    except Unclear:
        return []
    found: list[str] = []
    for finding in findings:
        if finding.hinders or any(paths.runs_later(path, boundary.home) for path in finding.writes):
            return []
        if _has_no_rule(finding):
            return []
        found += _for_part(finding)
        found += [rule for path in finding.writes for rule in _for_paths(Access("write", [path]), boundary)]
    return list(dict.fromkeys(found))


def _has_no_rule(finding: Finding) -> bool:
    argv = finding.argv
    if finding.reads_only or finding.rule is not None:
        return False
    return argv[0] in _NOTHING or (argv[0] in _INTERPRETERS and argv[1:2] in {(), ("-",)})


def _for_part(finding: Finding) -> list[str]:
    if finding.reads_only or finding.rule is not None:
        return []
    argv = finding.argv
    depth = _depth(argv)
    if depth == 0 or programs.endangers(argv):
        return [run_rule(argv, open_ended=False)]
    return [run_rule(argv[:depth], open_ended=True)]


def _depth(argv: Sequence[str]) -> int:
    """How many first words name the purpose; 0: the whole line does."""
    if argv[0] in _WHOLE_PROGRAM:
        return 1
    if argv[0] in {"python", "python3"} and argv[1:2] == ("-m",) and argv[2:3]:
        return 3 if _is_word(argv[2]) and argv[2] in _WHOLE_PROGRAM | {"unittest", "build"} else 0
    if argv[0] not in _WITH_SUBCOMMAND or not all(map(_is_word, argv[1:2] or [""])):
        return 0
    if tuple(argv[:2]) in _RUNS_ANYTHING:
        return 0
    if tuple(argv[:2]) in _WITH_TASK:
        return 3 if all(map(_is_word, argv[2:3] or [""])) else 0
    return 2


def _is_word(text: str) -> bool:
    """A name, no option, path or assignment."""
    return text.replace("-", "").replace("_", "").replace(":", "").isalnum() and not text.startswith("-")
