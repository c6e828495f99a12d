"""A session's directory with neighbours, and the question what becomes of an access there."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from parsess_lab.events import Mode
from parsess_lab.permissions.access import Access, Boundary, Decision
from parsess_lab.permissions.decide import decide

Decide = Callable[..., Decision]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """``root/home`` inside the allowed root ``root``; ``elsewhere`` is outside of it."""
    home = Path(os.path.realpath(tmp_path)) / "root" / "home"
    (home / "src").mkdir(parents=True)
    (home / ".git").mkdir()
    (home.parent / "neighbour").mkdir()
    (home.parent.parent / "elsewhere").mkdir()
    return home


@pytest.fixture
def judge(home: Path) -> Decide:
    def judge(
        access: Access | str,
        mode: Mode = "ask",
        rules: Sequence[str] = (),
        *,
        allow_bypass: bool = False,
        directory: Path = home,
    ) -> Decision:
        if isinstance(access, str):
            access = Access("execute", command=access)
        boundary = Boundary(home, directory, [home.parent], mode, rules, allow_bypass)
        return decide(access, boundary)

    return judge
