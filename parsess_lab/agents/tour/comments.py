"""One sentence on each tool result: what a person would want pointed out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from parsess_lab.agents.loop import history
from parsess_lab.agents.loop.model import Message


def comment_on(messages: Sequence[Message]) -> str:
    """On the results that the last message brings, one line each."""
    results = {
        block["tool_use_id"]: block for block in messages[-1]["content"] if block["type"] == "tool_result"
    }
    asked = history.uses(messages[-2]) if len(messages) > 1 else []
    lines = [_comment(use, results[use["id"]]) for use in asked if use["id"] in results]
    return "\n\n".join(line for line in lines if line)


def _comment(use: dict[str, Any], result: dict[str, Any]) -> str:
    text = "\n".join(block["text"] for block in result["content"] if block["type"] == "text").strip()
    given = use["input"]
    if use["name"] == "run_command":
        return _on_command(given["command"], text, failed=result.get("is_error", False))
    if result.get("is_error"):
        return f"`{use['name']}` did not work: {text.splitlines()[0] if text else 'it did not say why'}"
    match use["name"]:
        case "read_file":
            return f"`{given['path']}` is read: {_count(len(text.splitlines()), 'line')}."
        case "write_file":
            return f"`{given['path']}` is written: {_count(len(given['content']), 'character')}."
        case "search":
            found = len(re.findall(r"^.+:\d+:", text, re.M))
            return f"{_count(found, 'match', 'matches')} found." if found else "Nothing matches."
    return ""


def _on_command(command: str, text: str, *, failed: bool) -> str:
    code = re.search(r"exit(?:ed with)? (?:code|status):? (-?\d+)", text, re.I)
    if code is not None and code.group(1) != "0":
        return f"`{command}` ended with exit code {code.group(1)}."
    if failed:
        return f"`{command}` did not work: {text.splitlines()[-1] if text else 'it did not say why'}"
    # What stands in brackets is the tool's own remark.
    lines = [line for line in text.splitlines() if not re.fullmatch(r"\[.*\]", line)]
    return f"`{command}` ended with exit code 0 and {_count(len(lines), 'line')} of output."


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
