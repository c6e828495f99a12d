"""Allow, deny or ask: the one place where a tool call meets the session's mode and rules.

Mode *ask*: reading inside the session's directory is free; writing and commands are asked unless a rule
allows them or the command provably only reads. *accept_edits* and *auto*: writing inside is free as well.
*plan*: nothing changes. *bypass*: all is allowed where the administrator permits that mode, else it is *ask*.
Work outside the session's directory is always asked (only a rule with an absolute path says otherwise),
work outside the allowed roots is refused in every mode.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from parsess_lab.events import QuestionOption
from parsess_lab.permissions import paths
from parsess_lab.permissions.access import Access, Allow, Ask, Boundary, Decision, Deny
from parsess_lab.permissions.commands import Finding, examine
from parsess_lab.permissions.fencing import refusal
from parsess_lab.permissions.propose import propose
from parsess_lab.permissions.rules import PathRule, parse_rules
from parsess_lab.permissions.shell import Unclear

_FREE_EDITS = frozenset(["accept_edits", "auto"])
_PLAN = "The session is in plan mode: nothing may be changed. Describe the change in your plan instead."


def decide(access: Access, boundary: Boundary) -> Decision:
    """What becomes of this access. Never raises, never waits; asks the file system where links lead."""
    if access.kind == "nothing":
        return Allow()
    outside = [path for path in access.paths if not paths.inside(path, boundary.allowed_roots)]
    if outside:
        return Deny(f"{outside[0]} is outside the folders this server works in. Nothing there can be used.")
    fenced = refusal(access, boundary)
    if fenced is not None:
        return Deny(fenced)
    if access.kind == "execute":
        return _decide_command(access, boundary)
    return _decide_paths(access, boundary)


def _decide_paths(access: Access, boundary: Boundary) -> Decision:
    kind: Literal["read", "write"] = "write" if access.kind == "write" else "read"
    if kind == "write" and boundary.mode == "plan":
        return Deny(_PLAN)
    if _bypasses(boundary):
        return Allow()
    reasons = [_reason(path, kind, boundary) for path in access.paths]
    if all(allowed for allowed, _ in reasons):
        return Allow(next((why for _, why in reasons if why), None))
    return _ask(next(why for allowed, why in reasons if not allowed), access, boundary)


def _reason(path: Path, kind: Literal["read", "write"], boundary: Boundary) -> tuple[bool, str | None]:
    """Whether it is allowed, with the rule that allows it or the reason to ask."""
    home = boundary.home
    rule = _path_rule(path, kind, boundary)
    if not paths.inside(path, [home]):
        reason = "It is outside the session's directory."
        return (
            (True, rule.text) if rule is not None and rule.pattern.startswith(("/", "~")) else (False, reason)
        )
    if kind == "read":
        return True, None
    if paths.runs_later(path, home):
        reason = "Other programs run what stands in this file."
        return (True, rule.text) if rule is not None and rule.exact else (False, reason)
    if rule is not None:
        return True, rule.text
    return boundary.mode in _FREE_EDITS, None


def _path_rule(path: Path, kind: Literal["read", "write"], boundary: Boundary) -> PathRule | None:
    matching = [
        rule
        for rule in parse_rules(boundary.rules)
        if isinstance(rule, PathRule) and rule.kind == kind and rule.matches(path, boundary.home)
    ]
    return min(matching, key=lambda rule: not rule.exact, default=None)


def _decide_command(access: Access, boundary: Boundary) -> Decision:
    try:
        findings = examine(access.command, boundary)
    except Unclear as unclear:
        return _decide_unclear(f"it can't be checked: {unclear}", access, boundary)
    leaves = [path for finding in findings for path in finding.leaves]
    outside = [path for path in leaves if not paths.inside(path, boundary.allowed_roots)]
    if outside:
        return Deny(f"{outside[0]} is outside the folders this server works in. Nothing there can be used.")
    if boundary.mode == "plan":
        free = all(finding.reads_only and not finding.hinders and not finding.writes for finding in findings)
        return Allow() if free else Deny(f"{_PLAN} Only commands that provably just read may run.")
    if _bypasses(boundary):
        strays = [path for finding in findings for path in finding.strays]
        if all(paths.inside(path, boundary.allowed_roots) for path in strays):
            return Allow()
    return _judge(findings, access, boundary)


def _decide_unclear(reason: str, access: Access, boundary: Boundary) -> Decision:
    if boundary.mode == "plan":
        return Deny(f"{_PLAN} {_sentence(reason)}")
    return Allow() if _bypasses(boundary) else _ask(_sentence(reason), access, boundary)


def _judge(findings: Sequence[Finding], access: Access, boundary: Boundary) -> Decision:
    hindered = next((reason for finding in findings for reason in finding.hinders), None)
    if hindered is not None:
        return _ask(_sentence(hindered), access, boundary)
    for path in (path for finding in findings for path in finding.writes):
        allowed, why = _reason(path, "write", boundary)
        if not allowed:
            return _ask(why or f"It writes {path.name}.", access, boundary)
    missing = [finding.part.text for finding in findings if not finding.reads_only and finding.rule is None]
    if missing:
        return _ask(f"No rule allows “{missing[0]}”." if len(findings) > 1 else None, access, boundary)
    return Allow("; ".join(_unique(finding.rule for finding in findings)) or None)


def _unique(rules: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(rule for rule in rules if rule is not None))


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."


def _bypasses(boundary: Boundary) -> bool:
    return boundary.mode == "bypass" and boundary.allow_bypass


def _ask(reason: str | None, access: Access, boundary: Boundary) -> Ask:
    rules = propose(access, boundary)
    always = [
        QuestionOption(id="allow_session", kind="allow_session", label="Allow for this session", rules=rules),
        QuestionOption(id="allow_project", kind="allow_project", label="Allow in this project", rules=rules),
    ]
    return Ask(
        reason,
        [
            QuestionOption(id="allow_once", kind="allow_once", label="Allow once"),
            *(always if rules else []),
            QuestionOption(id="reject_once", kind="reject_once", label="Deny"),
        ],
    )
