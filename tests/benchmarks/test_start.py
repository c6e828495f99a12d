"""What the extension adds to the server's start and to the page's."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import parsess_lab
from tests.benchmarks.figures import median, tell

MEASURE = """
import sys, time
import psutil
import jupyter_server.serverapp, jupyter_server_terminals, jupyterlab.labapp
process = psutil.Process()
before = process.memory_info().rss
begun = time.perf_counter()
import parsess_lab.extension
print(time.perf_counter() - begun, (process.memory_info().rss - before) / 2**20)
assert "anthropic" not in sys.modules
"""


def test_import_of_the_extension() -> None:
    runs = []
    for _ in range(7):
        printed = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True)
        runs.append([float(number) for number in printed.stdout.split()])
    tell("import of the extension adds", median([run[0] for run in runs]) * 1000, "ms", 150)
    tell("import of the extension adds", median([run[1] for run in runs]), "MB", 20)


def test_what_the_page_loads_at_start() -> None:
    """The remote entry and the chunk with the plugins; all else comes with the first pane."""
    static = Path(parsess_lab.__file__).parent / "labextension" / "static"
    parts = [*static.glob("remoteEntry.*.js"), *static.glob("lib_index_js*.js")]
    assert len(parts) >= 2
    size = sum(len(gzip.compress(part.read_bytes())) for part in parts)
    tell("loaded at JupyterLab's start, compressed", size / 1000, "kB", 40)
