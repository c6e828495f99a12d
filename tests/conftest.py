"""What every test can use: pytest-jupyter's server fixtures, in the mode that insists on authentication."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# How long an example takes is the machine's affair; benchmarks look at time.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

pytest_plugins = ["pytest_jupyter.jupyter_server"]


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {
        "ServerApp": {
            "allow_unauthenticated_access": False,
            "jpserver_extensions": {"parsess_lab": True},
        }
    }


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Benchmarks run only when they are named: `make bench`."""
    benchmarks = Path(__file__).parent / "benchmarks"
    named = any(
        Path(argument.partition("::")[0]).resolve().is_relative_to(benchmarks) for argument in config.args
    )
    return True if collection_path == benchmarks and not named else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: once Playwright has started, its event loop keeps others from running."""
    journeys = Path(__file__).parent / "journeys"
    for item in items:
        if item.path.is_relative_to(journeys):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
