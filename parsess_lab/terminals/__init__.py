"""Shells on pseudo-terminals: one per session and directory, watched by any number of browsers.

The protocol to the browser is terminado's, so that JupyterLab's own terminal widget speaks to it.
"""

from parsess_lab.terminals.commands import SHOWN, CommandRecord
from parsess_lab.terminals.mask import mask
from parsess_lab.terminals.model import TerminalModel
from parsess_lab.terminals.monitors import Monitor
from parsess_lab.terminals.shell import default_shell
from parsess_lab.terminals.terminal import INPUT, Terminal
from parsess_lab.terminals.terminals import Terminals
from parsess_lab.terminals.viewer import Message, Viewer

__all__ = [
    "INPUT",
    "SHOWN",
    "CommandRecord",
    "Message",
    "Monitor",
    "Terminal",
    "TerminalModel",
    "Terminals",
    "Viewer",
    "default_shell",
    "mask",
]
