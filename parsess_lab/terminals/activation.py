"""Shells that were open before their directory had an environment: it is activated there, as a person would do it."""

from __future__ import annotations

from contextlib import suppress

from parsess_lab import environments
from parsess_lab.errors import ParsessError
from parsess_lab.terminals import errands
from parsess_lab.terminals.marking import quoted
from parsess_lab.terminals.terminal import Terminal

_SCRIPTS = {"bash": "activate", "zsh": "activate", "fish": "activate.fish"}


async def activate(terminal: Terminal) -> None:
    """Type ``source …/activate``, in view, if the shell is idle; a busy one is left alone."""
    own = await environments.look(terminal.directory)
    if own is None or own.refused is not None or terminal.virtual_env == str(own.prefix):
        return
    script = own.bin / _SCRIPTS.get(terminal.shell, "")
    if script.is_file() and terminal.idle:
        with suppress(ParsessError):
            # After a blank most shells keep a line out of their history.
            await errands.start(terminal, f" source {quoted(terminal.shell, str(script))}", for_agent=True)
            terminal.virtual_env = str(own.prefix)
