"""Our terminals against Jupyter's own: one server that has both, one run, turn by turn."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.benchmarks.figures import compare, median, percentile, tell

SHELL = ["/bin/bash", "--norc", "--noprofile"]
KEYS = 2000
MEGABYTES = 50
NOT_READING = "stty raw -echo; echo rea''dy; sleep 3; exec cat >/dev/null\r"
IDLE = 30


@dataclass(frozen=True)
class Server:
    url: str
    token: str
    root: Path
    process: psutil.Process

    def memory(self) -> float:
        """MB that the server itself holds."""
        return float(self.process.memory_info().rss) / 2**20


@dataclass(frozen=True)
class Stack:
    """Where one kind of terminal is served."""

    name: str
    prefix: str


STOCK, OURS = Stack("stock", ""), Stack("ours", "/parsess")


class Client:
    """The browser's end of a socket, as the stock client uses it."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self._connection = connection
        self.acknowledges = False

    def type(self, text: str) -> None:
        self._connection.write_message(json.dumps(["stdin", text]))

    async def until(self, text: str, seconds: float = 120) -> int:
        """Receive until ``text`` has come; how many characters there were."""
        tail, length = "", 0
        async with asyncio.timeout(seconds):
            while text not in tail:
                message = await self._connection.read_message()
                assert message is not None
                kind, *content = json.loads(message)
                if kind == "stdout":
                    tail, length = tail[-len(text) :] + content[0], length + len(content[0])
                    if self.acknowledges:
                        self._connection.write_message(json.dumps(["ack", len(content[0])]))
        return length

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    base = tmp_path_factory.mktemp("terminals").resolve()
    root = base / "root"
    root.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={root}", f"--IdentityProvider.token={token}",
        *(f"--ServerApp.jpserver_extensions={name}=True" for name in ("parsess_lab", "jupyter_server_terminals")),
        f"--ServerApp.terminado_settings=shell_command={json.dumps(SHELL)}", f"--ParsessLab.log_dir={base / 'log'}",
        *(f"--ParsessLab.shell_command={argument}" for argument in SHELL),
    ]  # fmt: skip
    environment = os.environ | {
        name: str(base / name) for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
    }
    with (base / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=root, env=environment)
    found = Server(f"http://127.0.0.1:{port}", token, root, psutil.Process(process.pid))
    try:
        wait_until_up(found, base / "output")
        yield found
    finally:
        process.terminate()
        process.wait(30)


def wait_until_up(server: Server, output: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{server.url}/api/status?token={server.token}", timeout=5):  # noqa: S310
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(output.read_text(errors="replace")[-4000:])


def create(server: Server, stack: Stack) -> str:
    body = json.dumps({"cwd": str(server.root), "new": True}).encode()
    request = urllib.request.Request(  # noqa: S310
        f"{server.url}{stack.prefix}/api/terminals", body, {"Authorization": f"token {server.token}"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return str(json.load(answer)["name"])


async def connect(server: Server, stack: Stack, name: str) -> Client:
    url = f"{server.url}{stack.prefix}/terminals/websocket/{name}".replace("http", "ws", 1)
    request = HTTPRequest(url, headers={"Authorization": f"token {server.token}"})
    client = Client(await websocket_connect(request, max_message_size=1 << 30))
    client.type("PS1='$ '\r")
    await client.until("$ ")
    return client


@asynccontextmanager
async def terminal(server: Server, stack: Stack) -> AsyncIterator[Client]:
    client = await connect(server, stack, await asyncio.to_thread(create, server, stack))
    try:
        yield client
    finally:
        client.type("\x03\x04")
        client.close()


async def keystroke(client: Client, number: int) -> float:
    key = chr(ord("a") + number % 26)
    begun = time.perf_counter()
    client.type(key)
    await client.until(key)
    took = time.perf_counter() - begun
    if number % 60 == 59:
        client.type("\r")
        await client.until("\n")
    return took


async def test_memory(server: Server) -> None:
    """The first of all: what a flood leaves behind would be used again."""
    grown: dict[Stack, float] = {}
    for stack in (STOCK, OURS):
        async with terminal(server, stack):
            pass  # what the first one loads is no part of the others
        before = server.memory()
        names = [await asyncio.to_thread(create, server, stack) for _ in range(IDLE)]
        clients = [await connect(server, stack, name) for name in names]
        grown[stack] = (server.memory() - before) / IDLE * 1024
        for client in clients:
            client.type("\x04")
            client.close()
    compare("memory of the server for an idle terminal", grown[STOCK], grown[OURS], "KB")


async def test_echo(server: Server) -> None:
    took: dict[Stack, list[float]] = {STOCK: [], OURS: []}
    async with terminal(server, STOCK) as stock, terminal(server, OURS) as ours:
        for client in (stock, ours):
            client.type("stty -echo; echo rea''dy; stty echo; cat >/dev/null\r")
            await client.until("ready")
        await asyncio.sleep(0.5)
        for number in range(KEYS):
            for stack, client in ((STOCK, stock), (OURS, ours))[:: 1 if number % 2 else -1]:
                took[stack].append(await keystroke(client, number))
    for what, of in (("median", median), ("p99", lambda values: percentile(values, 99))):
        compare(f"echo of a keystroke, {what}", of(took[STOCK]) * 1000, of(took[OURS]) * 1000, "ms", 1.1)


@pytest.mark.parametrize("colours", [False, True], ids=["plain", "colours"])
async def test_throughput(server: Server, colours: bool) -> None:
    line = "\x1b[32m+ added ä\x1b[0m line of a diff\n" if colours else "0123456789abcdef" * 4 + "\n"
    (server.root / "flood").write_text(line * (MEGABYTES * 10**6 // len(line.encode())))
    took: dict[str, list[float]] = {"stock": [], "ours": [], "ours, acknowledging": []}
    for _ in range(3):
        for name, samples in took.items():
            async with terminal(server, STOCK if name == "stock" else OURS) as client:
                client.acknowledges = "acknowledging" in name
                begun = time.perf_counter()
                client.type("cat flood; echo do''ne\r")
                await client.until("done")
                samples.append(time.perf_counter() - begun)
    kind = "with colours" if colours else "plain"
    for name in ("ours", "ours, acknowledging"):
        stock, own = min(took["stock"]), min(took[name])
        print(f"\n  {f'{MEGABYTES} MB {kind}: {name}':<46} {own:8.2f} s   stock {stock:8.2f} s   "
              f"throughput {stock / own:5.2f} x stock", end="")  # fmt: skip


async def test_echo_while_another_terminal_is_blocked(server: Server) -> None:
    worst: dict[Stack, float] = {}
    for stack in (STOCK, OURS):
        async with terminal(server, stack) as blocked, terminal(server, stack) as other:
            other.type("cat >/dev/null\r")
            await other.until("cat >/dev/null\r\n")
            quiet = max([await keystroke(other, number) for number in range(50)])
            blocked.type(NOT_READING)
            await blocked.until("ready")
            blocked.type("x" * 200_000)
            await asyncio.sleep(0.05)
            worst[stack] = max([await keystroke(other, number) for number in range(50)]) - quiet
    compare("echo while another is blocked, worst, added", worst[STOCK] * 1000, worst[OURS] * 1000, "ms")
    tell("  of ours alone", max(worst[OURS] * 1000, 0), "ms", 20)
