from __future__ import annotations

from jupyter_server.serverapp import ServerApp


def test_the_server_starts_the_extension(jp_serverapp: ServerApp) -> None:
    assert "parsess_lab" in jp_serverapp.extension_manager.extension_apps
