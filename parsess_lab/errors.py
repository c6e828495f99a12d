"""The error tree. Every message says what to do; ``api/`` alone maps a class to an HTTP status.

ParsessError
├── InvalidRequest          400  the caller's input can't be used
│   └── TooLarge            413  a prompt, attachment or file beyond its limit
├── Forbidden               403  outside the allowed roots, or switched off by the administrator
├── NotFound                404  no such session, terminal, question, file
├── Conflict                409  the state of things forbids it just now
├── StorageFailed           507  the disk is full, or the log can't be written
├── AgentFailed             502  the agent or its model service failed; carries what the log keeps
└── GitFailed               409  git refused, was too slow or is too old; carries what git said

A tool that fails raises nothing: it returns a result the model can read.
"""

from __future__ import annotations


class ParsessError(Exception):
    """Base of all errors of this package. ``code`` is stable, the message is for a person."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        if code is not None:
            self.code = code


class InvalidRequest(ParsessError):
    """The request itself is wrong: a missing field, an unknown agent, a directory that is a file."""

    code = "invalid_request"


class TooLarge(InvalidRequest):
    """A prompt, an attachment or a file is beyond its limit."""

    code = "too_large"


class Forbidden(ParsessError):
    """It exists but is not open to this caller: outside the allowed roots, or disabled here."""

    code = "forbidden"


class NotFound(ParsessError):
    """No such session, terminal, question or file."""

    code = "not_found"


class Conflict(ParsessError):
    """It can't be done in the present state: answered already, archived, read-only here."""

    code = "conflict"


class StorageFailed(ParsessError):
    """The log could not be written; nothing was acknowledged."""

    code = "storage_failed"


class AgentFailed(ParsessError):
    """The agent could not finish its turn.

    ``reason`` is one of ``authentication``, ``overloaded``, ``rate_limited``, ``timeout``,
    ``connection``, ``protocol``, ``context_overflow``, ``billing``, ``invalid_request``, ``process_died``.
    """

    code = "agent_failed"

    def __init__(
        self, message: str, *, reason: str, retryable: bool = False, detail: str | None = None
    ) -> None:
        super().__init__(message, reason=reason)
        self.reason = reason
        self.retryable = retryable
        self.detail = detail


class GitFailed(ParsessError):
    """A git command did not succeed; the message is what git said, made fit for a person.

    ``arguments`` is the command without ``git`` itself, ``returncode`` None when it was ended for being
    too slow or saying too much, or could not be started. ``stderr`` is bounded.
    """

    code = "git_failed"

    def __init__(
        self,
        message: str,
        *,
        arguments: tuple[str, ...] = (),
        returncode: int | None = None,
        stderr: str = "",
        code: str | None = None,
    ) -> None:
        super().__init__(message, code=code, stderr=stderr)
        self.arguments = arguments
        self.returncode = returncode
        self.stderr = stderr
