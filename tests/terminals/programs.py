"""What runs in a terminal while pages come and go: command, keys that are pressed, and how to leave it."""

from __future__ import annotations

import os
from pathlib import Path

ROUNDS = int(os.environ.get("PARSESS_TORTURE", "15"))

PROGRESS = """
import os, time
for step in range(10 ** 6):
    bar = "#" * (step % 40)
    print(f"\\r\\x1b[32m[{bar:<40}]\\x1b[0m {step % 40 * 5 // 2:3}% ä€", end="\\x1b[K", flush=True)
    if step % 40 == 39:
        print()
    time.sleep(0.002)
    while os.path.exists("hold"):
        time.sleep(0.002)
"""

PROGRAMS: dict[str, tuple[str, list[str]]] = {
    "vim": (
        "vim -u NONE -N --cmd 'set ruler' text",
        ["ihi \x1b", "dd", "u", "G", "gg", ":set nu!\r", "\x06"],
    ),
    "htop": ("htop -d 2", ["\x1b[B", "t", "\x1b[A", "H", "\x1b[6~"]),
    "less": ("less text", [" ", "b", "/line 7\r", "j", "k", "G", "g"]),
    "python": ("python3 -q", ["1+1\r", "'ä€' * 30\r", "abc", "\x15", "\x1b[A", "\x15", "help\r"]),
    "progress": ("python3 progress.py", [""]),
    "shell": (
        "",
        ["ls -la\r", "abc", "\x15", "seq 30\r", "\x1b[A", "\x15", "printf '\\e[31mno end'\r", "echo\r"],
    ),
}

QUIT = {
    "vim": "\x1b:q!\r",
    "htop": "q",
    "less": "q",
    "python": "\x15\x04",
    "progress": "\x03",
    "shell": "\x15",
}

HOLD = "hold"
"""A file; while it is there, the bar stops: two screens are compared while nothing is printed."""


def fill(directory: Path) -> Path:
    """With what the programs need."""
    (directory / "text").write_text(
        "".join(f"line {number} ä€𝄞 {'x' * (number % 90)}\n" for number in range(400))
    )
    (directory / "progress.py").write_text(PROGRESS)
    return directory
