"""Follows sessions over their sockets, says ``ready``, then how many seconds late each text came.

``python -m tests.benchmarks.reader URL TOKEN SESSION…``: texts are times of sending, apart by blanks.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect


async def connected(url: str, token: str, session: str) -> WebSocketClientConnection:
    request = HTTPRequest(
        f"{url}/parsess/sessions/{session}/stream?after=0", headers={"Authorization": f"token {token}"}
    )
    return await websocket_connect(request)


async def follow(socket: WebSocketClientConnection) -> list[float]:
    late: list[float] = []
    while (frame := await socket.read_message()) is not None:
        arrived = time.time()
        for stored in json.loads(frame):
            event = stored["event"]
            if event["kind"] == "agent_message_chunk":
                late += [arrived - float(sent) for sent in event["content"]["text"].split()]
            elif event["kind"] == "state_update" and "stop_reason" in event:
                return late
    return late


async def main(url: str, token: str, *sessions: str) -> None:
    sockets = await asyncio.gather(*(connected(url, token, session) for session in sessions))
    print("ready", flush=True)
    found = await asyncio.gather(*(follow(socket) for socket in sockets))
    print(json.dumps([seconds for late in found for seconds in late]))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
