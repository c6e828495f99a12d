"""A browser's end of the API: requests with their status, and a stream that is read until something happens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tornado.httpclient import HTTPResponse
from tornado.websocket import WebSocketClientConnection

PATIENCE = 10.0  # seconds

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """Of one request. ``body`` is its JSON, None where there is none."""

    status: int
    body: Any

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and code; every refusal says in words what to do."""
        assert self.body["message"]
        return self.status, self.body["error"]


class Client:
    """Calls the routes below ``parsess/``."""

    def __init__(self, fetch: Callable[..., Any], connect: Callable[..., Any]) -> None:
        self.fetch = fetch
        self._connect = connect
        self._sockets: list[WebSocketClientConnection] = []

    async def call(self, method: str, *path: str, body: Any = None, params: Json | None = None) -> Answer:
        """``body`` is sent as JSON, bytes as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        response: HTTPResponse = await self.fetch(
            "parsess",
            *path,
            method=method,
            body=None if method == "GET" else data,
            params=params,
            allow_nonstandard_methods=True,
            raise_error=False,
        )
        return Answer(response.code, json.loads(response.body) if response.body else None)

    async def create(self, directory: str, **wanted: Any) -> Json:
        """A session with the tour."""
        answer = await self.call("POST", "sessions", body={"directory": directory, "agent": "tour", **wanted})
        assert answer.status == 201, answer
        session: Json = answer.body
        return session

    async def events(self, session: str, after: int = 0) -> list[Json]:
        """What is in the log, as JSON Lines."""
        response = await self.fetch("parsess", "sessions", session, "events", params={"after": after})
        assert response.headers["Content-Type"].startswith("application/x-ndjson")
        return [json.loads(line) for line in response.body.splitlines()]

    async def stream(self, session: str, after: int = 0) -> Stream:
        """The session's socket."""
        return Stream(await self.connect("sessions", session, "stream", params={"after": after}))

    async def connect(self, *path: str, params: Json | None = None) -> WebSocketClientConnection:
        """Any socket; it is closed with the client."""
        self._sockets.append(await self._connect("parsess", *path, params=params))
        return self._sockets[-1]

    def close(self) -> None:
        """Hang up."""
        for socket in self._sockets:
            socket.close()


@dataclass
class Stream:
    """A session's events as a pane gets them."""

    socket: WebSocketClientConnection
    events: list[Json] = field(default_factory=list)
    _read: int = 0

    async def until(self, condition: Callable[[Json], bool]) -> Json:
        """The next event for which ``condition`` holds; each event is looked at once."""
        async with asyncio.timeout(PATIENCE):
            while True:
                while self._read < len(self.events):
                    self._read += 1
                    if condition(event := self.events[self._read - 1]["event"]):
                        return event
                self.events += await self._frame()

    async def _frame(self) -> list[Json]:
        message = await self.socket.read_message()
        assert message is not None, "the server hung up"
        frame = json.loads(message)
        return frame if isinstance(frame, list) else [frame]

    async def upto(self, seq: int) -> list[Json]:
        """All events up to the one with this number."""
        while not self.events or self.events[-1]["seq"] < seq:
            self.events += await asyncio.wait_for(self._frame(), PATIENCE)
        return [stored for stored in self.events if stored["seq"] <= seq]

    async def kind(self, kind: str) -> Json:
        """The next event of this kind."""
        return await self.until(lambda event: event["kind"] == kind)

    async def question(self) -> Json:
        """The next question."""
        return await self.kind("_question_asked")

    async def end(self) -> str:
        """How the turn ends."""
        reason: str = (await self.until(lambda event: bool(event.get("stop_reason"))))["stop_reason"]
        return reason

    def kinds(self) -> list[str]:
        """Of all events so far."""
        return [stored["event"]["kind"] for stored in self.events]


class Session:
    """A person at one session."""

    def __init__(self, client: Client, summary: Json, stream: Stream) -> None:
        self.client = client
        self.id: str = summary["id"]
        self.stream = stream
        self._count = 0

    async def call(self, method: str, *path: str, body: Any = None) -> Answer:
        return await self.client.call(method, "sessions", self.id, *path, body=body)

    async def prompt(self, text: str, id: str | None = None) -> None:
        self._count += 1
        answer = await self.call("POST", "prompts", body={"id": id or f"p{self._count}", "text": text})
        assert answer.status == 202, answer

    async def answer(self, question: Json, option: str, reason: str | None = None) -> Answer:
        return await self.call("POST", "answers", question["id"], body={"option": option, "reason": reason})

    async def summary(self) -> Json:
        summary: Json = (await self.call("GET")).body
        return summary

    def asked(self) -> list[str]:
        """Titles of all questions so far."""
        return [stored["event"]["title"] for stored in self.stream.events if is_question(stored)]


def is_question(stored: Json) -> bool:
    return bool(stored["event"]["kind"] == "_question_asked")
