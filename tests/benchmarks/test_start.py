"""What the extension adds to the server's start and to the page's."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import parsess_lab
from tests.benchmarks.figures import median, tell

MEASURE = """
import sys, time
begun = time.perf_counter()
import psutil
import jupyter_server.serverapp, jupyter_server_terminals, jupyterlab.labapp
stock = time.perf_counter() - begun
process = psutil.Process()
before = process.memory_info().rss
begun = time.perf_counter()
import parsess_lab.extension
print(time.perf_counter() - begun, stock, (process.memory_info().rss - before) / 2**20)
assert "anthropic" not in sys.modules
"""


def test_import_of_the_extension() -> None:
    # As when installed: compiled before, by the first of the runs if not by pip.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    runs = []
    for _ in range(7):
        printed = subprocess.run(
            [sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True, env=environment
        )
        runs.append([float(number) for number in printed.stdout.split()])
    ours, stock, memory = (median(list(column)) for column in zip(*runs, strict=True))
    tell("import of the extension adds", ours * 1000, "ms", 150)
    tell("  to that of JupyterLab", stock * 1000, "ms")
    tell("import of the extension adds", memory, "MB", 20)


def test_what_the_page_loads_at_start() -> None:
    """The remote entry and the chunk with the plugins; all else comes with the first pane."""
    static = Path(parsess_lab.__file__).parent / "labextension" / "static"
    parts = [*static.glob("remoteEntry.*.js"), *static.glob("lib_index_js*.js")]
    assert len(parts) >= 2
    size = sum(len(gzip.compress(part.read_bytes())) for part in parts)
    tell("loaded at JupyterLab's start, compressed", size / 1000, "kB", 40)
