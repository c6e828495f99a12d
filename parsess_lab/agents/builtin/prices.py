"""What tokens cost, as far as it is known: ``prices.json``, US dollars per million tokens."""

from __future__ import annotations

import functools
import json
from pathlib import Path

CACHE_READ = 0.1
CACHE_WRITE = 1.25
"""Shares of the input price, as the vendor publishes them (five-minute cache)."""


@functools.cache
def _table() -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = json.loads(
        (Path(__file__).with_name("prices.json")).read_text("utf-8")
    )
    return table


def cost(model: str, *, input: int, output: int, cache_read: int, cache_write: int) -> float | None:
    """US dollars of one request; None for a model whose price isn't known.

    Ids carry dates and, on Bedrock, a region and a vendor: the family's name within them decides.
    """
    known = max((name for name in _table() if name in model), key=len, default=None)
    if known is None:
        return None
    price = _table()[known]
    tokens_in = input + cache_read * CACHE_READ + cache_write * CACHE_WRITE
    return (tokens_in * price["input"] + output * price["output"]) / 1_000_000
