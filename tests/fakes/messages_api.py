"""A scripted server that speaks the Messages API, faults included.

What it answers comes from a queue (``server.script(...)``), or, so that sessions need no shared state, from
the prompt itself: a fenced block of JSON, opened by ```` ```script ````, which is a list with one entry per
step of the turn. Without either it says what it was told.

An entry is a reply, a fault, or a list of those: what the first, second, … request for that step gets.

A reply: ``{"content": [piece…], "stop_reason"?, "usage"?, "delay"?, "fault"?}``, or shorter, a string.
A piece is ``{"text": …}``, ``{"thinking": …}``, ``{"tool": name, "input": {…}, "id"?}`` or
``{"tool": name, "partial": json text}``. ``delay``: seconds between two events.

A fault instead of a reply: ``{"status": 429, "retry_after"?, "type"?, "message"?}`` or ``{"html": text}``.
A fault within one: ``"fault": {"cut": how, "after": events}``, *how* one of ``drop``, ``truncate``,
``corrupt``, ``stall``, ``error`` (with ``type``).

As a program, ``python -m tests.fakes.messages_api --port 0`` prints its port.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

import tornado.httpserver
import tornado.iostream
import tornado.netutil
import tornado.web

Json = dict[str, Any]

TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}
CAPABLE: Json = {
    "effort": {"supported": True} | {level: {"supported": True} for level in ("low", "medium", "high")},
    "thinking": {"supported": True, "types": {"adaptive": {"supported": True}}},
    "image_input": {"supported": True},
}
MODELS: list[Json] = [
    {
        "id": "claude-sonnet-5-5",
        "type": "model",
        "display_name": "Claude Sonnet 5.5",
        "created_at": "2026-10-01T00:00:00Z",
        "lifecycle": "active",
        "max_input_tokens": 200_000,
        "max_tokens": 64_000,
        "capabilities": CAPABLE,
    },
    {"id": "plain", "type": "model", "display_name": None, "max_input_tokens": None, "capabilities": None},
]


class MessagesApi:
    """``requests`` are the bodies of all requests for a message, ``keys`` what all requests were signed with.

    ``models`` None: no such address (404).
    ``key``: the only key that is accepted; None: any.
    """

    def __init__(self, models: list[Json] | None = MODELS, key: str | None = None) -> None:
        self.models = models
        self.key = key
        self.requests: list[Json] = []
        self.keys: list[str] = []
        self.models_asked = 0
        self.idle = asyncio.Event()
        self.idle.set()
        self._streaming = 0
        self._queue: deque[Any] = deque()
        self._asked: Counter[str] = Counter()
        self._server: tornado.httpserver.HTTPServer | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def script(self, *replies: Any) -> None:
        """What the next requests get, one each."""
        self._queue.extend(replies)

    def forget_script(self) -> None:
        """Take back what no request has got yet."""
        self._queue.clear()

    async def start(self, port: int = 0) -> None:
        routes = [(r"/v1/messages", _Messages, {"api": self}), (r"/v1/models", _Models, {"api": self})]
        self._server = tornado.httpserver.HTTPServer(tornado.web.Application(cast("Any", routes)))
        sockets = tornado.netutil.bind_sockets(port, "127.0.0.1")
        self._server.add_sockets(sockets)
        self.port = sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.stop()
        await self._server.close_all_connections()

    @contextmanager
    def streaming(self) -> Iterator[None]:
        """Around each answer that streams; ``idle`` is set while none does."""
        self._streaming += 1
        self.idle.clear()
        try:
            yield
        finally:
            self._streaming -= 1
            if not self._streaming:
                self.idle.set()

    def answer(self, body: Json) -> Json:
        """What this request gets."""
        self.requests.append(body)
        if self._queue:
            return _reply(self._queue.popleft())
        prompt, step = _position(body["messages"])
        found = re.search(r"```script\n(.*?)```", prompt, re.S)
        if found is None:
            return _reply(f"You said: {prompt}")
        steps = json.loads(found.group(1))
        entry = steps[step] if step < len(steps) else "That was the script."
        if not isinstance(entry, list):
            return _reply(entry)
        asked = f"{step} {prompt}"
        attempt = min(self._asked[asked], len(entry) - 1)
        self._asked[asked] += 1
        return _reply(entry[attempt])


def _reply(entry: Any) -> Json:
    return {"content": [{"text": entry}]} if isinstance(entry, str) else cast("Json", entry)


def _position(messages: list[Json]) -> tuple[str, int]:
    """The last prompt of the person, and how many messages the model has answered since."""
    step = 0
    for message in reversed(messages):
        if message["role"] == "assistant":
            step += 1
        elif text := _prompt(message["content"]):
            return text, step
    return "", step


def _prompt(content: str | list[Json]) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(block["text"] for block in content if block["type"] == "text")


class _Handler(tornado.web.RequestHandler):
    def initialize(self, api: MessagesApi) -> None:
        self.api = api

    def fail(self, status: int, kind: str | None = None, message: str = "made up", **headers: str) -> None:
        self.set_status(status, "Fault")
        for name, value in headers.items():
            self.set_header(name.replace("_", "-"), value)
        self.finish(
            {"type": "error", "error": {"type": kind or TYPES.get(status, "api_error"), "message": message}}
        )

    def refused(self) -> bool:
        headers = self.request.headers
        # By version of the SDK one or the other.
        key = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
        self.api.keys.append(key)
        if self.api.key in {None, key}:
            return False
        self.fail(401, message="invalid x-api-key")
        return True


class _Models(_Handler):
    def get(self) -> None:
        self.api.models_asked += 1
        if self.api.models is None:
            self.fail(404)
        elif not self.refused():
            self.finish({"data": self.api.models, "has_more": False, "first_id": None, "last_id": None})


class _Messages(_Handler):
    async def post(self) -> None:
        if self.refused():
            return
        reply = self.api.answer(json.loads(self.request.body))
        if "html" in reply:
            self.finish(reply["html"])
        elif "status" in reply:
            wait = {"retry_after": str(reply["retry_after"])} if "retry_after" in reply else {}
            self.fail(reply["status"], reply.get("type"), reply.get("message", "made up"), **wait)
        else:
            self.set_header("content-type", "text/event-stream; charset=utf-8")
            with self.api.streaming(), suppress(tornado.iostream.StreamClosedError):
                await self._stream(reply)

    async def _stream(self, reply: Json) -> None:
        fault = reply.get("fault", {})
        for number, event in enumerate(_events(reply, self.api.requests[-1])):
            if fault and number == fault.get("after", 3):
                return await self._cut(fault)
            self.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n")
            await self.flush()
            if reply.get("delay"):
                await asyncio.sleep(reply["delay"])
        return None

    async def _cut(self, fault: Json) -> None:
        match fault["cut"]:
            case "drop":
                self.request.connection.stream.close()  # type: ignore[attr-defined]
            case "corrupt":
                self.write('event: content_block_delta\ndata: {"type": "content_bl\n\n')
            case "error":
                error = {"type": fault.get("type", "overloaded_error"), "message": "made up"}
                self.write(f"event: error\ndata: {json.dumps({'type': 'error', 'error': error})}\n\n")
            case "stall":
                await self.flush()
                await self._closed()
            case "truncate":
                pass

    async def _closed(self) -> None:
        closed = asyncio.Event()
        self.request.connection.set_close_callback(closed.set)  # type: ignore[attr-defined]
        await closed.wait()


def _events(reply: Json, request: Json) -> Iterator[Json]:
    pieces = reply.get("content", [])
    usage = {"input_tokens": 10, "output_tokens": 5, **reply.get("usage", {})}
    message = {
        "id": f"msg_{id(reply)}",
        "type": "message",
        "role": "assistant",
        "model": request["model"],
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    yield {"type": "message_start", "message": message}
    for index, piece in enumerate(pieces):
        yield from _block(index, piece)
    stop = reply.get("stop_reason") or (
        "tool_use" if any("tool" in piece for piece in pieces) else "end_turn"
    )
    delta = {"stop_reason": stop, "stop_sequence": None, "stop_details": reply.get("stop_details")}
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": usage["output_tokens"]}}
    yield {"type": "message_stop"}


def _block(index: int, piece: Json) -> Iterator[Json]:
    start, deltas = _parts(index, piece)
    yield {"type": "content_block_start", "index": index, "content_block": start}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _parts(index: int, piece: Json) -> tuple[Json, list[Json]]:
    if "text" in piece:
        return {"type": "text", "text": ""}, [
            {"type": "text_delta", "text": part} for part in _cut_up(piece["text"])
        ]
    if "thinking" in piece:
        thoughts = [{"type": "thinking_delta", "thinking": part} for part in _cut_up(piece["thinking"])]
        signature = {"type": "signature_delta", "signature": piece.get("signature", "signed")}
        return {"type": "thinking", "thinking": "", "signature": ""}, [*thoughts, signature]
    written = piece.get("partial", json.dumps(piece.get("input", {})))
    block = {"type": "tool_use", "id": piece.get("id", f"toolu_{index}"), "name": piece["tool"], "input": {}}
    return block, [{"type": "input_json_delta", "partial_json": part} for part in _cut_up(written)]


def _cut_up(text: str) -> list[str]:
    return re.findall(r"\S*\s*", text)[:-1] or [""]


async def _serve(port: int) -> None:
    api = MessagesApi()
    await api.start(port)
    print(api.port, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="A scripted server that speaks the Messages API.")
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(_serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
