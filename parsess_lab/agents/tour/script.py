"""What the tour does with a prompt: a list of steps, each a few words and some tool calls."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SMALL = 100_000
"""Bytes: what is larger isn't read for show."""


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A tool call of the script."""

    name: str
    input: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One message: what is said, then what is done."""

    say: str
    calls: Sequence[ToolUse] = ()


def steps_of(prompt: str, directory: Path) -> list[Step]:
    """Read a prompt. Blocking: it looks into ``directory``."""
    lines = [line.strip().removeprefix("/").strip() for line in prompt.splitlines() if line.strip()]
    match [line.lower() for line in lines]:
        case ["tour" | "start"]:
            return _tour(directory)
        case ["plan"]:
            return _plan(directory)
        case ["help" | "?"] | []:
            return [Step(_text("help.md"))]
    return _commands(lines, directory)


def _commands(lines: Sequence[str], directory: Path) -> list[Step]:
    calls = [_call(line) for line in lines]
    understood = [call for call in calls if call is not None]
    if not understood:
        return [Step("I can't answer that.\n\n" + _text("help.md"))]
    unclear = [f"`{line}`" for line, call in zip(lines, calls, strict=True) if call is None]
    say = f"I don't understand {', '.join(unclear)}; the rest I do." if unclear else ""
    unread = _replaced(understood, directory)
    first = [Step("I read first what is there.", unread)] if unread else []
    return [*first, Step(say, understood)]


def _replaced(calls: Sequence[ToolUse], directory: Path) -> list[ToolUse]:
    """Reads of what the calls would overwrite: the tool writes over no file that has not been read."""
    return [
        ToolUse("read_file", {"path": call.input["path"]})
        for call in calls
        if call.name == "write_file" and (directory / call.input["path"]).is_file()
    ]


def _call(line: str) -> ToolUse | None:
    verb, _, rest = line.partition(" ")
    rest = rest.strip()
    if not rest:
        return None
    match verb.lower():
        case "run":
            return ToolUse("run_command", {"command": rest})
        case "read":
            return ToolUse("read_file", {"path": _words(rest)[0]})
        case "search":
            return ToolUse("search", {"pattern": re.escape(rest)})
        case "write" if len(_words(rest)) > 1:
            path, text = _words(rest)
            return ToolUse("write_file", {"path": path, "content": text + "\n"})
    return None


def _words(rest: str) -> list[str]:
    """A path, which may be quoted, and what follows it as it is."""
    quoted = re.match(r"""("[^"]+"|'[^']+')\s*(.*)""", rest)
    if quoted:
        path, after = shlex.split(quoted.group(1))[0], quoted.group(2)
    else:
        path, _, after = rest.partition(" ")
    return [path, after.strip()] if after.strip() else [path]


def _plan(directory: Path) -> list[Step]:
    entries = ["See what is here", "Read a file", "Say what I found"]
    return [
        Step("A plan first: it stays in sight while I work through it.", [_planned(entries, 0)]),
        Step("", [_look(directory)]),
        Step("", [_planned(entries, 1), *_read_something(directory)]),
        Step("", [_planned(entries, 2)]),
        Step("That is what I found: the files above, and what they say.", [_planned(entries, 3)]),
        Step("The plan is done. A real model keeps one for every longer task."),
    ]


def _planned(entries: Sequence[str], done: int) -> ToolUse:
    status = ["completed"] * done + ["in_progress"] + ["pending"] * len(entries)
    listed = [{"content": entry, "status": state} for entry, state in zip(entries, status, strict=False)]
    return ToolUse("plan", {"entries": listed})


def _look(directory: Path) -> ToolUse:
    return ToolUse("run_command", {"command": "git status --short --branch" if _in_git(directory) else "ls"})


def _in_git(directory: Path) -> bool:
    return any((folder / ".git").exists() for folder in (directory, *directory.parents))


def _read_something(directory: Path) -> list[ToolUse]:
    """The README, or the first small text file that is not hidden."""
    files = sorted(
        directory.iterdir(), key=lambda path: (not path.name.lower().startswith("readme"), path.name)
    )
    names = [path.name for path in files if not path.name.startswith(".") and _is_text(path)]
    return [ToolUse("read_file", {"path": names[0]})] if names else []


def _is_text(path: Path) -> bool:
    suffixes = {"", ".md", ".txt", ".py", ".toml", ".json", ".yml", ".yaml", ".js", ".ts", ".rst", ".cfg"}
    return path.suffix in suffixes and path.is_file() and 0 < path.stat().st_size < SMALL


def _tour(directory: Path) -> list[Step]:
    note = "# Hello\n\nThe tour of Parsess Lab wrote this file. Remove it whenever you like.\n"
    write = [ToolUse("write_file", {"path": "parsess-tour.md", "content": note})]
    calls = [
        [_look(directory)],
        [*_read_something(directory), *_replaced(write, directory)],
        write,
        [ToolUse("run_command", {"command": "ls -l"})],
        [],
    ]
    says = _text("tour.md").split("\n---\n")
    return [Step(say.strip(), step) for say, step in zip(says, calls, strict=True)]


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")
