"""Every route refuses strangers, and asks the authorizer for `execute` where something may start."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.simple_httpclient import HTTPTimeoutError
from tornado.websocket import WebSocketHandler, websocket_connect

from parsess_lab.api.routes import handlers

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


class Recorder(Authorizer):
    """Allows reading only, and keeps what it was asked."""

    asked: list[tuple[str, str]]

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        self.asked = [*getattr(self, "asked", []), (action, resource)]
        return action == "read"


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any]) -> dict[str, Any]:
    jp_server_config["ServerApp"]["authorizer_class"] = Recorder
    return jp_server_config


def routes(base_url: str) -> Iterator[tuple[str, str, type[Any]]]:
    """(method, path, handler) of each verb that a route of ours implements."""
    for pattern, handler in handlers():
        path = base_url.rstrip("/") + re.sub(
            r"\((?:[^()]|\([^()]*\))*\)", lambda group: sample(group.group()), pattern
        )
        for method in METHODS:
            own = getattr(handler, method.lower())
            if own is not getattr(JupyterHandler, method.lower()):
                yield method, path, handler


def sample(group: str) -> str:
    """A text that the group matches."""
    return next(text for text in ("x", "0" * 64) if re.fullmatch(group, text))


async def status(method: str, url: str, headers: dict[str, str]) -> int:
    body = b"{}" if method in ("POST", "PATCH", "PUT") else None
    request = HTTPRequest(url, method=method, headers=headers, body=body, follow_redirects=False)
    try:
        return (await AsyncHTTPClient().fetch(request)).code
    except HTTPClientError as error:
        return error.code


async def socket_status(url: str, headers: dict[str, str]) -> int:
    try:
        connection = await websocket_connect(HTTPRequest(url.replace("http", "ws", 1), headers=headers))
    except HTTPClientError as error:
        return error.code
    except HTTPTimeoutError:
        return 599
    connection.close()
    return 101


def is_socket(handler: type[Any]) -> bool:
    return issubclass(handler, WebSocketHandler)


@pytest.fixture
def table(jp_serverapp: ServerApp, http_server: object) -> list[tuple[str, str, type[Any]]]:
    found = list(routes(jp_serverapp.base_url))
    assert len(found) > 20
    return found


async def test_no_route_answers_a_stranger(
    jp_serverapp: ServerApp, jp_http_port: int, table: list[tuple[str, str, type[Any]]]
) -> None:
    for method, path, handler in table:
        url = f"http://127.0.0.1:{jp_http_port}{path}"
        got = await (socket_status(url, {}) if is_socket(handler) else status(method, url, {}))
        assert got == 403, f"{method} {path}"


async def test_what_may_start_something_asks_for_execute(
    jp_serverapp: ServerApp,
    jp_http_port: int,
    jp_auth_header: dict[str, str],
    table: list[tuple[str, str, type[Any]]],
) -> None:
    authorizer = jp_serverapp.authorizer
    assert isinstance(authorizer, Recorder)
    for method, path, handler in table:
        authorizer.asked = []
        url = f"http://127.0.0.1:{jp_http_port}{path}"
        executes = is_socket(handler) or method != "GET"
        ask: Callable[[], Any] = (
            (lambda u=url: socket_status(u, jp_auth_header))
            if is_socket(handler)
            else (lambda m=method, u=url: status(m, u, jp_auth_header))
        )
        got = await ask()
        assert authorizer.asked == [("execute" if executes else "read", "parsess")], f"{method} {path}"
        assert (got == 403) is executes, f"{method} {path} answered {got}"
