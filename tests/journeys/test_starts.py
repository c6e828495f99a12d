from __future__ import annotations

from playwright.sync_api import Page, expect


def test_jupyterlab_starts_with_our_plugin(lab: Page) -> None:
    expect(lab.locator("#jp-main-dock-panel")).to_be_visible()
    assert lab.evaluate("() => window.jupyterapp.commands.hasCommand('parsess-lab:new-session')")
