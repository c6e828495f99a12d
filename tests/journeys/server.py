"""A real JupyterLab server of a test's own: started, killed, started again on the same port."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

START_SECONDS = 60

ELSEWHERE = "lab.test"
"""By this name a browser comes to the server as if from another machine."""

# Switched off, since they cover or change what a test looks at.
QUIET_SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


class LabServer:
    """Where it is, what it serves, what it printed. ``root`` and ``home`` outlive its process."""

    def __init__(self, base: Path, *options: str, proxy: bool = False, **environment: str) -> None:
        """``proxy``: with jupyter-server-proxy, which the tests' environment has."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.token = secrets.token_hex(16)
        self.root, self.home, self.output = base / "root", base / "home", base / "server.log"
        self.root.mkdir()
        self._environment = own_environment(self.home) | environment
        self._command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser",
            f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.root}", f"--IdentityProvider.token={self.token}",
            "--ServerApp.allow_unauthenticated_access=False", f"--ServerApp.local_hostnames={ELSEWHERE}",
            f"--ServerApp.jpserver_extensions={{'jupyter_server_proxy': {proxy}}}", *options,
        ]  # fmt: skip
        if os.geteuid() == 0:
            self._command.append("--allow-root")
        self._process: subprocess.Popen[bytes] | None = None

    def lab_url(self, path: str = "/lab?reset") -> str:
        return f"{self.url}{path}{'&' if '?' in path else '?'}token={self.token}"

    def lab_url_from_elsewhere(self) -> str:
        return self.lab_url().replace("127.0.0.1", ELSEWHERE, 1)

    def start(self) -> None:
        """Until it answers."""
        with self.output.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, cwd=self.root, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self.ask("GET", "api/status")
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
            else:
                return
        printed = self.output.read_text(encoding="utf-8", errors="replace")
        pytest.fail(f"JupyterLab did not start:\n{printed[-4000:]}")

    def kill(self) -> None:
        """At once, as by a crash: nothing is said, saved or ended."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What a route answers, as JSON. Raises HTTPError when it refuses."""
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            text = response.read().decode()
        return json.loads(text) if text else None

    def events(self, session: str) -> list[dict[str, Any]]:
        """What a session's log says, oldest first."""
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/parsess/sessions/{session}/events?after=0",
            headers={"Authorization": f"token {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            return [json.loads(line)["event"] for line in response.read().splitlines()]


@contextmanager
def running(server: LabServer) -> Iterator[LabServer]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def own_environment(home: Path) -> dict[str, str]:
    """The environment of a person who has never used Jupyter, with nothing of the developer's own."""
    private = ("ANTHROPIC", "JUPYTER")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(private)}
    folders = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    for name, settings in QUIET_SETTINGS.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings), encoding="utf-8")
    return kept | {name: str(folder) for name, folder in folders.items()}
