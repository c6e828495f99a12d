"""Hides what looks like a key before text leaves for a model."""

from __future__ import annotations

import re

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "private key",
            r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?"
            r"(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\Z)",
        ),
        ("Anthropic key", r"\bsk-ant-[A-Za-z0-9_-]{16,}"),
        ("OpenAI key", r"\bsk-(?!ant-)(?:(?:proj|svcacct|admin)-)?[A-Za-z0-9_-]{20,}"),
        ("GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,})"),
        ("GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}"),
        ("AWS key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
        (
            "AWS secret",
            r"(?i:(?<=aws_secret_access_key)|(?<=aws_session_token)|(?<=secretaccesskey))"
            r"[\"']?\s*[=:]\s*[\"']?(?P<secret>[A-Za-z0-9/+=]{40,})",
        ),
        ("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
        ("Google key", r"\bAIza[0-9A-Za-z_-]{35}"),
        ("Stripe key", r"\b[rs]k_(?:live|test)_[0-9A-Za-z]{16,}"),
        ("npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
        ("npm token", r"(?i::_(?:authToken|auth|password))\s*=\s*[\"']?(?P<secret>[^\s\"'$]{8,})"),
        ("PyPI token", r"\bpypi-AgE[A-Za-z0-9_-]{50,}"),
        ("JSON web token", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+"),
        ("Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}"),
        ("Databricks token", r"\bdapi[0-9a-f]{32}\b"),
        ("DigitalOcean token", r"\bdo[opr]_v1_[0-9a-f]{64}\b"),
        ("Docker token", r"\bdckr_pat_[A-Za-z0-9_-]{20,}"),
        ("Groq key", r"\bgsk_[A-Za-z0-9]{40,}"),
        ("NVIDIA key", r"\bnvapi-[A-Za-z0-9_-]{40,}"),
        ("Replicate token", r"\br8_[A-Za-z0-9]{36,}"),
        ("SendGrid key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
        ("xAI key", r"\bxai-[A-Za-z0-9]{60,}"),
        ("age key", r"\bAGE-SECRET-KEY-1[0-9A-Z]{50,}"),
        ("Azure key", r"(?i:accountkey|sharedaccesskey)=(?P<secret>[A-Za-z0-9+/]{40,}={0,2})"),
        (
            "authorization",
            r"(?i:\bauthorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:bearer|basic|token)\s{1,3})"
            r"(?P<secret>[A-Za-z0-9._~+/=-]{8,})",
        ),
        ("password", r"\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@\"']{0,100}:(?P<secret>[^\s/@\"']{1,200})@"),
        # By its name: letters and digits mixed, and no call or look-up of a program.
        (
            "secret",
            r"(?i:secret|token|passw(?:or)?d|passphrase|(?:api|access|private|auth)[_-]?key)[\"']?\s{0,3}[=:]\s{0,3}[\"']?"
            r"(?P<secret>(?=[A-Za-z_+/=.~-]{0,200}\d)(?=[0-9_+/=.~-]{0,200}[A-Za-z])[A-Za-z0-9_+/=.~-]{16,}+)(?![(\[])",
        ),
    )
)


def mask(text: str) -> tuple[str, int]:
    """``text`` with each secret replaced by ``[masked: its kind]``, and how many there were.

    A secret broken by line ends isn't found, private keys excepted.
    """
    count = 0
    for name, pattern in _KINDS:
        text, found = pattern.subn(lambda match, name=name: _hide(match, name), text)  # type: ignore[misc]
        count += found
    return text, count


def _hide(match: re.Match[str], name: str) -> str:
    mark = f"[masked: {name}]"
    if "secret" not in match.re.groupindex:
        return mark
    begun, end = (place - match.start() for place in match.span("secret"))
    return match[0][:begun] + mark + match[0][end:]
