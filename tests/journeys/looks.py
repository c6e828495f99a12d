"""What can be measured of how a part of the page looks: contrast, widths, names."""

from __future__ import annotations

import json

from playwright.sync_api import Locator, Page

THEMES = ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast")

# Text that stands out less from what is behind it than `least`: [ratio, text, element].
TOO_FAINT = """
(pane, least) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const rgba = css => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = css;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((part, at) => part * a + under[at] * (1 - a));
  const behind = element =>
    element === null
      ? [255, 255, 255]
      : over(rgba(getComputedStyle(element).backgroundColor), behind(element.parentElement));
  const light = color => {
    const [r, g, b] = color
      .map(part => part / 255)
      .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const opacity = element =>
    element === null ? 1 : Number(getComputedStyle(element).opacity) * opacity(element.parentElement);
  const found = [];
  const texts = document.createTreeWalker(pane, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement: element, data } = texts.currentNode;
    const shown = element.checkVisibility({ contentVisibilityAuto: true }) && opacity(element) > 0.01;
    if (!data.trim() || !shown || element.closest(':disabled, .jp-Terminal, .parsess-Hidden, option')) {
      continue;
    }
    const [r, g, b, a] = rgba(getComputedStyle(element).color);
    const back = behind(element);
    const front = over([r, g, b, a * opacity(element)], back);
    const [high, low] = [light(front), light(back)].sort((one, other) => other - one);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < least) {
      found.push([Number(ratio.toFixed(2)), data.trim().slice(0, 40), element.className]);
    }
  }
  return found;
}
"""

# What is wider than its place. Code, diffs and tables may be: they scroll by themselves.
TOO_WIDE = """
pane => [...pane.querySelectorAll('*'), pane]
  .filter(element => !element.closest('pre, .jp-RenderedText, .cm-editor, table, input, select, textarea'))
  .filter(element => !element.closest('.jp-Terminal, .lm-TabBar, .parsess-Hidden, svg'))
  .filter(element => getComputedStyle(element).textOverflow !== 'ellipsis')
  .filter(element => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
  .filter(element => getComputedStyle(element).display !== 'inline')
  .map(element => `${element.tagName}.${element.className}: ${element.scrollWidth} > ${element.clientWidth}`)
"""

# Controls that say nothing to somebody who can't see them.
UNNAMED = """
pane => [...pane.querySelectorAll('button, a, input, textarea, select, img, [role=img], [role=group], summary')]
  .filter(element => !element.closest('.jp-Terminal') && element.checkVisibility())
  .filter(element => !(
    element.getAttribute('aria-label') || element.labels?.length || element.alt || element.textContent.trim()
  ))
  .map(element => element.outerHTML.slice(0, 200))
"""


def expect_none(part: Locator, search: str, *arguments: float) -> None:
    found = part.evaluate(search, *arguments)
    assert not found, "\n".join(map(str, found))


def use_theme(page: Page, theme: str) -> None:
    page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
    page.wait_for_function(
        "theme => document.body.dataset.jpThemeName === theme && !document.querySelector('.jp-mod-loading')",
        arg=theme,
    )


def make_narrow(page: Page, region: Locator, width: int) -> None:
    """The window as wide as it takes for the pane to have this width."""
    page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    size = page.viewport_size
    assert size is not None
    rest = size["width"] - (region.bounding_box() or {"width": 0})["width"]
    page.set_viewport_size({"width": round(width + rest), "height": size["height"]})
    page.wait_for_function(
        "([region, width]) => Math.abs(region.getBoundingClientRect().width - width) < 1",
        arg=[region.element_handle(), width],
    )


def expect_inside(part: Locator, whole: Locator) -> None:
    inner, outer = part.bounding_box(), whole.bounding_box()
    assert inner is not None
    assert outer is not None
    assert inner["width"] > 0
    assert outer["x"] <= inner["x"], json.dumps([inner, outer])
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 0.5, json.dumps([inner, outer])
    assert outer["y"] <= inner["y"], json.dumps([inner, outer])
    assert inner["y"] + inner["height"] <= outer["y"] + outer["height"] + 0.5, json.dumps([inner, outer])
