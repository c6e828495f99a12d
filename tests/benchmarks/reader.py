"""Follows sessions over their sockets, and prints how late each streamed piece of text came, in seconds.

``python -m tests.benchmarks.reader URL TOKEN SESSION…``: texts are times of sending, apart by blanks.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect


async def follow(url: str, token: str, session: str) -> list[float]:
    request = HTTPRequest(
        f"{url}/parsess/sessions/{session}/stream?after=0", headers={"Authorization": f"token {token}"}
    )
    socket = await websocket_connect(request)
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
    found = await asyncio.gather(*(follow(url, token, session) for session in sessions))
    print(json.dumps([seconds for late in found for seconds in late]))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
