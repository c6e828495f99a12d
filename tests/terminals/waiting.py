"""Waiting for what happens in another process."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable

import pytest


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - nothing here could set an event
            await asyncio.sleep(0.01)


def need(*programs: str) -> None:
    """Skip without these, on a developer's machine; in CI they must be there."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"not installed: {', '.join(missing)}")
    assert not missing
