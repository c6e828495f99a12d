"""The golden logs, which the TypeScript fold is held to as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.recordings.stage import HERE, state_of


@pytest.mark.parametrize("log", sorted(HERE.glob("*.jsonl")), ids=lambda log: log.stem)
def test_a_golden_log_says_what_it_always_said(log: Path) -> None:
    assert state_of(log) == json.loads(log.with_suffix(".state.json").read_text())


def test_there_are_golden_logs() -> None:
    assert len(list(HERE.glob("*.jsonl"))) >= 5
