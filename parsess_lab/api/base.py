"""What every route shares: the services behind it, typed bodies, errors as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar, cast

import msgspec
import tornado.web
from jupyter_server.base.handlers import APIHandler, JupyterHandler

from parsess_lab.agents.catalogue import Catalogue
from parsess_lab.errors import (
    AgentFailed,
    Conflict,
    Forbidden,
    GitFailed,
    InvalidRequest,
    NotFound,
    ParsessError,
    StorageFailed,
    TooLarge,
)
from parsess_lab.sessions import Occupants, Sessions, Setups
from parsess_lab.terminals import Terminals
from parsess_lab.worktrees import Worktrees

RESOURCE = "parsess"
"""What the authorizer is asked about; actions are ``read`` and ``execute``."""

SETTING = "parsess_lab"

_STATUS: tuple[tuple[type[ParsessError], HTTPStatus], ...] = (
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (InvalidRequest, HTTPStatus.BAD_REQUEST),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (StorageFailed, HTTPStatus.INSUFFICIENT_STORAGE),
    (AgentFailed, HTTPStatus.BAD_GATEWAY),
    (GitFailed, HTTPStatus.CONFLICT),
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes call. Built once by the extension."""

    sessions: Sessions
    agents: Catalogue
    terminals: Terminals
    worktrees: Worktrees
    setups: Setups
    occupants: Occupants
    root: Path
    """Relative directories in requests start here: the server's root, resolved."""
    allowed_roots: tuple[Path, ...]


class Access(JupyterHandler):
    """Reaches the services; base of routes and sockets."""

    auth_resource = RESOURCE

    @property
    def parsess(self) -> Services:
        """The services of this server."""
        return cast("Services", self.settings[SETTING])

    def absolute(self, directory: str) -> Path:
        """A directory of a request as an absolute path, not yet checked."""
        return self.parsess.root / Path(directory).expanduser()


class Handler(Access, APIHandler):
    """Base of all JSON routes."""

    def body(self, model: type[T]) -> T:
        """The request's body.

        Raises:
            InvalidRequest: it is not JSON, or not of this shape.
        """
        try:
            return msgspec.json.decode(self.request.body or b"{}", type=model)
        except msgspec.DecodeError as error:
            raise InvalidRequest(f"The request's body can't be used: {error}") from error

    def number(self, name: str, default: int = 0) -> int:
        """A whole number from the query, at least 0."""
        text = self.get_query_argument(name, str(default))
        if not text.isdecimal():
            raise InvalidRequest(f"`{name}` must be a whole number, not {text!r}")
        return int(text)

    def answer(self, value: Any, status: HTTPStatus = HTTPStatus.OK) -> None:
        """End the request with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(encoded(value))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """``{"error": code, "message": what to do}``, with the status the error's class stands for."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, ParsessError):
            self.answer({"error": error.code, "message": error.message, **error.details}, status_of(error))
        else:
            status = HTTPStatus(status_code)
            self.answer({"error": _code(status), "message": _message(error, status)}, status)

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Errors a person can mend are no news for the server's log."""
        if not isinstance(value, ParsessError):
            super().log_exception(typ, value, tb)


def encoded(value: Any) -> bytes:
    """JSON. Names of files that are no UTF-8 are shown with a replacement character in place of what isn't."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_printable(msgspec.to_builtins(value)))


def _printable(value: Any) -> Any:
    match value:
        case str():
            return value.encode(errors="surrogateescape").decode(errors="replace")
        case list():
            return [_printable(one) for one in value]
        case dict():
            return {_printable(name): _printable(one) for name, one in value.items()}
        case _:
            return value


def status_of(error: ParsessError) -> HTTPStatus:
    """The HTTP status an error stands for."""
    return next(
        (status for kind, status in _STATUS if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR
    )


def _code(status: HTTPStatus) -> str:
    return status.phrase.lower().replace(" ", "_")


def _message(error: BaseException | None, status: HTTPStatus) -> str:
    if isinstance(error, tornado.web.HTTPError):
        return error.log_message or error.reason or status.phrase
    return "Something went wrong inside the server. Its log says what."
