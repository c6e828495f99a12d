"""Make a small git repository to try Parsess Lab on: `python binder/sample.py DIRECTORY`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FILES = {
    ".gitignore": "__pycache__/\n",
    "README.md": "# Sample\n\nA small repository to try parallel sessions on. Tests: `python -m unittest`.\n",
    "words.py": '''\
"""Counts words."""


def count(text: str) -> dict[str, int]:
    """How often each word occurs. Case is not looked at yet."""
    found: dict[str, int] = {}
    for word in text.split():
        found[word] = found.get(word, 0) + 1
    return found
''',
    "test_words.py": """\
import unittest

from words import count


class CountTest(unittest.TestCase):
    def test_counts_each_word(self) -> None:
        self.assertEqual(count("a b a"), {"a": 2, "b": 1})
""",
    "notes/ideas.md": "- count without case\n- leave out punctuation\n- read from a file\n",
}

AUTHOR = {"NAME": "Parsess Lab", "EMAIL": "sample@parsess-lab.invalid"}


def make(directory: Path) -> None:
    """Create the repository with one commit; one that exists is left alone."""
    if (directory / ".git").exists():
        return
    for name, text in FILES.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in AUTHOR.items()}
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "A small sample"]):
        subprocess.run(["git", *command], cwd=directory, env=os.environ | who, check=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
