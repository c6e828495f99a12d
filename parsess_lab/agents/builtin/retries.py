"""How often and how long after a fault the same request goes out again."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retries:
    """``attempts`` in all; delays double from ``first`` to ``longest`` seconds, with jitter.

    A server that asks for more than ``patience`` seconds is told to the person instead of waited for.
    """

    attempts: int = 6
    first: float = 1.0
    longest: float = 30.0
    patience: float = 300.0

    def delay(self, attempt: int, retry_after: float | None) -> float | None:
        """Seconds to wait after the failed ``attempt`` (from 1); None: give up."""
        if attempt >= self.attempts or (retry_after or 0) > self.patience:
            return None
        if retry_after is not None:
            return retry_after
        # Many sessions fail at the same moment; they should not all come back at the same moment.
        spread = 1 - 0.25 * random.random()  # noqa: S311  # no secret
        return float(min(self.longest, self.first * 2 ** (attempt - 1)) * spread)
