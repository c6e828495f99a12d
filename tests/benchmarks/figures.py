"""How benchmarks tell what they measured: one line each, the bound beside it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which ``percent`` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * (len(ordered) - 1)))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def tell(what: str, figure: float, unit: str, bound: float | None = None) -> None:
    """Print a figure; ``bound`` is what it must stay under."""
    beside = "" if bound is None else f"   bound {bound:g} {unit}   {'ok' if figure < bound else 'OVER'}"
    print(f"\n  {what:<62} {figure:10.3f} {unit}{beside}", end="")


def compare(what: str, stock: float, ours: float, unit: str, bound: float | None = None) -> None:
    """Print our figure beside the stock part's of the same run; ``bound`` is what their ratio may be at most."""
    ratio = ours / stock if stock > 0 else float("nan")
    beside = "" if bound is None else f"   bound {bound:g} x   {'ok' if ratio <= bound else 'OVER'}"
    print(
        f"\n  {what:<46} {ours:8.3f} {unit}   stock {stock:9.3f} {unit}   {ratio:5.2f} x stock{beside}",
        end="",
    )
