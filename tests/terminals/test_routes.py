"""The routes and the socket, as JupyterLab's own terminal client uses them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import psutil
import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

API = ("parsess", "api", "terminals")


class Recording(Authorizer):
    """Allows what it is told to, and remembers what it was asked."""

    asked: ClassVar[list[tuple[str, str]]] = []
    refused: ClassVar[set[str]] = set()

    async def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        if resource == "parsess":
            self.asked.append((action, resource))
        return resource != "parsess" or action not in self.refused


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any]) -> dict[str, Any]:
    Recording.asked.clear()
    Recording.refused.clear()
    jp_server_config["ServerApp"]["authorizer_class"] = Recording
    jp_server_config["ParsessLab"] = {"shell_command": ["/bin/bash", "--norc", "--noprofile"]}
    return jp_server_config


class Socket:
    """A browser's socket to a terminal."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self.connection = connection
        self.text = ""
        self.others: list[list[Any]] = []

    def send(self, *frame: Any) -> None:
        self.connection.write_message(json.dumps(frame))

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                message = await self.connection.read_message()
                if message is None:
                    pytest.fail(f"The socket was closed after {self.text!r} {self.others}")
                kind, *content = json.loads(message)
                if kind == "stdout":
                    self.text += content[0]
                else:
                    self.others.append([kind, *content])

    async def shows(self, text: str) -> None:
        await self.until(lambda: text in self.text)


@pytest.fixture
def post(jp_fetch: Any) -> Any:
    async def _post(**body: Any) -> dict[str, Any]:
        response = await jp_fetch(*API, method="POST", body=json.dumps(body))
        assert response.code == 200
        model: dict[str, Any] = json.loads(response.body)
        return model

    return _post


@pytest.fixture
def connect(jp_ws_fetch: Any) -> Iterator[Any]:
    sockets: list[Socket] = []

    async def _connect(name: str) -> Socket:
        socket = Socket(await jp_ws_fetch("parsess", "terminals", "websocket", name))
        sockets.append(socket)
        return socket

    yield _connect
    for socket in sockets:
        socket.connection.close()


async def refusal(request: Any) -> tuple[int, dict[str, Any]]:
    with pytest.raises(HTTPClientError) as caught:
        await request
    assert caught.value.response is not None
    return caught.value.code, json.loads(caught.value.response.body)


async def test_a_terminal_from_beginning_to_end(
    post: Any, connect: Any, jp_fetch: Any, jp_root_dir: Path
) -> None:
    (jp_root_dir / "sub").mkdir()
    model = await post(directory="sub", session="s1")
    assert model["directory"] == str((jp_root_dir / "sub").resolve())
    assert model["session"] == "s1"
    assert (await post(directory=str(jp_root_dir / "sub"), session="s1"))["name"] == model["name"]
    assert (await post(directory="sub", session="s1", new=True))["name"] != model["name"]
    listed = json.loads((await jp_fetch(*API)).body)
    assert model["name"] in [each["name"] for each in listed]
    assert json.loads((await jp_fetch(*API, model["name"])).body)["pid"] == model["pid"]

    socket = await connect(model["name"])
    socket.send("set_size", 33, 99, 600, 800)
    socket.send("stdin", "echo [$PWD]; stty size\r")
    await socket.shows(f"[{model['directory']}]")
    await socket.shows("33 99")
    socket.send("unknown", 1)
    socket.connection.write_message("no json")
    socket.send("stdin", "echo st''ill\r")
    await socket.shows("still")

    response = await jp_fetch(*API, model["name"], method="DELETE")
    assert response.code == 204
    await socket.until(lambda: ["disconnect", 1] in socket.others)
    assert await socket.connection.read_message() is None
    assert not psutil.pid_exists(model["pid"])
    status, body = await refusal(jp_fetch(*API, model["name"]))
    assert (status, body["error"]) == (404, "not_found")


async def test_the_stock_client_s_body_will_do(post: Any, jp_root_dir: Path) -> None:
    model = await post(cwd=str(jp_root_dir))
    assert model["name"] == (await post(directory="."))["name"]
    assert model["session"] is None


async def test_an_exit_reaches_the_socket(post: Any, connect: Any, jp_fetch: Any) -> None:
    model = await post(directory=".")
    socket = await connect(model["name"])
    socket.send("stdin", "exit 5\r")
    await socket.until(lambda: ["disconnect", 1] in socket.others)
    assert socket.others[-2:] == [["exit", 5], ["disconnect", 1]]
    status, body = await refusal(jp_fetch(*API, model["name"]))
    assert (status, body["exit_code"]) == (404, 5)


async def test_a_second_browser_sees_what_was_printed(post: Any, connect: Any) -> None:
    name = (await post(directory="."))["name"]
    one = await connect(name)
    one.send("stdin", "echo on''ce\r")
    await one.shows("once")
    two = await connect(name)
    await two.shows("once")
    two.connection.close()
    one.send("stdin", "echo af''ter\r")
    await one.shows("after")


async def test_traffic_counts_as_activity(post: Any, connect: Any, jp_serverapp: Any) -> None:
    before = jp_serverapp.web_app.last_activity()
    socket = await connect((await post(directory="."))["name"])
    socket.send("stdin", "echo wo''rk\r")
    await socket.shows("work")
    assert jp_serverapp.web_app.settings["parsess_lab_terminals_last_activity"] > before
    assert jp_serverapp.web_app.last_activity() > before


async def test_no_key_is_lost_before_the_first_frame(post: Any, connect: Any) -> None:
    name = (await post(directory="."))["name"]
    for index in range(20):
        socket = await connect(name)
        socket.send("stdin", f"echo ke''y-{index}.\r")
        await socket.shows(f"key-{index}.")
        assert socket.others[0] == ["setup", {}]
        assert socket.others[1][0] == "state"


REFUSED = [
    ({"directory": "missing"}, 404, "directory_missing"),
    ({"directory": "file"}, 400, "not_a_directory"),
    ({"directory": "/"}, 403, "outside_allowed_roots"),
    ({"directory": "../.."}, 403, "outside_allowed_roots"),
    ({"cwd": "link"}, 403, "outside_allowed_roots"),
    ({}, 400, "invalid_request"),
    ({"directory": 3}, 400, "invalid_request"),
]


@pytest.mark.parametrize(("body", "status", "code"), REFUSED)
async def test_a_refusal_says_why_and_starts_nothing(
    jp_fetch: Any, jp_root_dir: Path, body: dict[str, Any], status: int, code: str
) -> None:
    (jp_root_dir / "file").touch()
    (jp_root_dir / "link").symlink_to("/")
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    answer = await refusal(jp_fetch(*API, method="POST", body=json.dumps(body)))
    assert answer == (status, {"error": code, "message": answer[1]["message"]})
    assert {child.pid for child in psutil.Process().children(recursive=True)} == before
    assert json.loads((await jp_fetch(*API)).body) == []


async def test_a_large_paste_holds_up_nobody(post: Any, connect: Any) -> None:
    deaf = await connect((await post(directory=".", session="deaf"))["name"])
    other = await connect((await post(directory=".", session="other"))["name"])
    deaf.send("stdin", "stty raw -echo; echo re''ady; exec sleep 1000\r")
    other.send("stdin", "echo re''ady; cat\r")
    await deaf.shows("ready")
    await other.shows("ready")
    deaf.send("stdin", "x" * 1_000_000)
    # The deaf one would read it in a thousand seconds.
    for index in range(10):
        other.send("stdin", f"line-{index}-\r")
        await other.until(lambda index=index: other.text.count(f"line-{index}-") >= 2)


@pytest.mark.parametrize("megabytes", [5, 11])
async def test_a_paste_of_megabytes_arrives_whole(post: Any, connect: Any, megabytes: int) -> None:
    socket = await connect((await post(directory="."))["name"])
    paste = "0123456789abcde\n" * (megabytes * 62_500)
    socket.send("stdin", f"stty raw -echo; echo rea''dy; head -c {len(paste)} | sha256sum; stty sane\r")
    await socket.shows("ready")
    socket.send("stdin", paste)
    await socket.shows(hashlib.sha256(paste.encode()).hexdigest())


async def test_a_paste_beyond_all_bounds_is_refused_in_words_and_the_socket_lives(
    post: Any, connect: Any
) -> None:
    socket = await connect((await post(directory="."))["name"])
    socket.send("stdin", "stty raw -echo; echo rea''dy; head -c 1 >/dev/null; stty sane; echo ali''ve\r")
    await socket.shows("ready")
    socket.send("stdin", "x" * 17_000_000)
    await socket.shows("What you pasted was not sent.")
    assert "alive" not in socket.text
    socket.send("stdin", "y")
    await socket.shows("alive")


async def test_strangers_are_refused(post: Any, jp_fetch: Any, jp_ws_fetch: Any) -> None:
    name = (await post(directory="."))["name"]
    wrong = {"headers": {"Authorization": "token wrong"}}
    for request in (
        jp_fetch(*API, **wrong),
        jp_fetch(*API, method="POST", body="{}", **wrong),
        jp_fetch(*API, name, **wrong),
        jp_fetch(*API, name, method="DELETE", **wrong),
        jp_ws_fetch("parsess", "terminals", "websocket", name, **wrong),
    ):
        with pytest.raises(HTTPClientError) as caught:
            await request
        assert caught.value.code == 403
    assert json.loads((await jp_fetch(*API, name)).body)["name"] == name


async def test_a_token_in_the_socket_s_address_will_do(
    post: Any, jp_serverapp: Any, jp_http_port: int, jp_base_url: str
) -> None:
    """Browsers can't send a header with a socket."""
    name = (await post(directory="."))["name"]
    token = jp_serverapp.identity_provider.token
    address = f"ws://127.0.0.1:{jp_http_port}{jp_base_url}parsess/terminals/websocket/{name}?token="
    socket = await websocket_connect(HTTPRequest(address + token))
    assert json.loads(await socket.read_message() or "null") == ["setup", {}]
    socket.close()
    with pytest.raises(HTTPClientError) as caught:
        await websocket_connect(HTTPRequest(address + "wrong"))
    assert caught.value.code == 403


async def test_starting_and_typing_ask_for_execute(post: Any, connect: Any, jp_fetch: Any) -> None:
    name = (await post(directory="."))["name"]
    assert Recording.asked == [("execute", "parsess")]
    await connect(name)
    assert Recording.asked[1:] == [("execute", "parsess")]
    await jp_fetch(*API)
    await jp_fetch(*API, name)
    assert Recording.asked[2:] == [("read", "parsess")] * 2
    await jp_fetch(*API, name, method="DELETE")
    assert Recording.asked[4:] == [("execute", "parsess")]


async def test_a_reader_may_neither_start_nor_type_nor_end(
    post: Any, jp_fetch: Any, jp_ws_fetch: Any
) -> None:
    name = (await post(directory="."))["name"]
    Recording.refused.add("execute")
    for request in (
        jp_fetch(*API, method="POST", body=json.dumps({"directory": "."})),
        jp_fetch(*API, name, method="DELETE"),
        jp_ws_fetch("parsess", "terminals", "websocket", name),
    ):
        with pytest.raises(HTTPClientError) as caught:
            await request
        assert caught.value.code == 403
    assert [each["name"] for each in json.loads((await jp_fetch(*API)).body)] == [name]


@pytest.mark.parametrize("name", ["nothing", "no-word", "..%2F.."])
async def test_a_name_that_is_none_is_not_found(jp_fetch: Any, jp_ws_fetch: Any, name: str) -> None:
    for request in (
        jp_fetch(*API, name),
        jp_fetch(*API, name, method="DELETE"),
        jp_ws_fetch("parsess", "terminals", "websocket", name),
    ):
        with pytest.raises(HTTPClientError) as caught:
            await request
        assert caught.value.code == 404


async def test_a_command_over_the_wire(post: Any, connect: Any, jp_fetch: Any, jp_root_dir: Path) -> None:
    async def ask(method: str, path: str = "", **body: Any) -> tuple[int, Any]:
        content = json.dumps(body) if method in {"POST", "PATCH"} else None
        steps, _, query = path.partition("?")
        params = dict([query.split("=")]) if query else {}
        response = await jp_fetch(
            *API, name, *filter(None, steps.split("/")), method=method, body=content, params=params
        )
        return response.code, json.loads(response.body or b"null")

    def told(kind: str) -> list[Any]:
        return [content for each, content in socket.others if each == kind]

    (jp_root_dir / "sub").mkdir()
    name = (await post(directory="."))["name"]
    socket = await connect(name)
    await socket.until(lambda: told("state"))
    assert told("state")[0]["name"] == name
    await socket.until(lambda: told("integration") or told("state")[0]["integration"])

    assert await ask("POST", "run", command="echo KEY=ghp_" + "a1B2" * 9 + "; read x; exit_code_3 2>&1") == (
        202,
        {"id": 1},
    )
    status, monitor = await ask("POST", "monitors", pattern="not found")
    assert (status, monitor["exit"], monitor["command"]) == (200, False, 1)
    assert (await refusal(ask("POST", "directory", directory="sub")))[1]["error"] == "shell_busy"
    socket.send("stdin", "\r")
    await socket.until(lambda: len(told("command")) == 2)
    began, ended = told("command")
    assert (began["id"], began["exit_code"], began["ended"]) == (1, None, None)
    assert (ended["id"], ended["exit_code"], ended["output"]) == (1, 127, None)
    assert [each["reason"] for each in told("monitor")] == ["pattern"]
    assert (await ask("DELETE", f"monitors/{monitor['id']}")) == (204, None)

    assert [each["id"] for each in (await ask("GET", "commands?last=5"))[1]] == [1]
    output = (await ask("GET", "commands/1/output?limit=5000"))[1]
    assert output["output"].startswith("KEY=[masked: GitHub token]")
    assert output["masked"] == 2
    assert (await refusal(ask("GET", "commands/9/output")))[0] == 404
    assert (await refusal(ask("DELETE", "commands/1")))[1]["error"] == "not_running"

    assert (await ask("POST", "run", command="sleep 1000"))[1] == {"id": 2}
    assert (await ask("DELETE", "commands/2"))[0] == 204
    await socket.until(lambda: told("command")[-1]["exit_code"] == 130)

    assert (await ask("POST", "directory", directory="sub"))[0] == 200
    await socket.until(lambda: told("directory") == [str(jp_root_dir.resolve() / "sub")])
    assert (await ask("PATCH", label="tests"))[1]["label"] == "tests"
    assert (await ask("POST", "mask", text="//r/:_authToken=0123456789"))[1]["masked"] == 1
    assert (await refusal(ask("POST", "run", command="\x1b")))[0] == 400


async def test_a_browser_that_acknowledges_and_hides(post: Any, connect: Any) -> None:
    name = (await post(directory="."))["name"]
    socket = await connect(name)
    socket.send("ack", 0)
    socket.send("stdin", "yes | head -c 3000000; echo do''ne\r")
    acknowledged = 0

    def acknowledge() -> bool:
        nonlocal acknowledged
        socket.send("ack", len(socket.text) - acknowledged)
        acknowledged = len(socket.text)
        return "done" in socket.text

    await socket.until(acknowledge)
    assert len(socket.text) > 3_000_000
    socket.send("visible", False)
    socket.send("stdin", "echo hid''den; echo $(echo 'over')\r")
    await socket.until(lambda: [kind for kind, *_ in socket.others].count("command") == 4)
    assert "hidden" not in socket.text
    socket.send("visible", True)
    await socket.shows("hidden")


async def test_a_browser_that_comes_back_hidden_gets_no_history(post: Any, connect: Any) -> None:
    name = (await post(directory="."))["name"]
    first = await connect(name)
    first.send("stdin", "echo be''fore\r")
    await first.shows("before")
    hidden = await connect(name)
    hidden.send("visible", False)
    first.send("stdin", "echo mean''while\r")
    await hidden.until(lambda: [kind for kind, *_ in hidden.others].count("command") == 2)
    assert hidden.text == ""
    hidden.send("visible", True)
    await hidden.shows("meanwhile")
    assert "before" in hidden.text
