"""The line at a shell's prompt, by what the shell has drawn of it."""

from __future__ import annotations

from parsess_lab.terminals.reduce import Sheet

LONGEST = 1 << 16
"""Characters, controls included, that are followed of a prompt and its line."""


class Line:
    """What was drawn from the beginning of a prompt on."""

    def __init__(self) -> None:
        self._prompt: list[str] = []
        self._typed: list[str] = []
        self._room = 0

    @property
    def typed(self) -> str:
        """What came after the prompt, controls included."""
        return "".join(self._typed)

    def begin(self) -> None:
        """A prompt begins."""
        self._prompt, self._typed, self._room = [], [], LONGEST

    def ready(self) -> None:
        """The prompt is drawn, perhaps once more."""
        self._prompt += self._typed
        self._typed = []

    def add(self, text: str) -> None:
        """The shell has drawn more."""
        if self._room > 0:
            self._room -= len(text)
            self._typed.append(text)

    def is_empty(self, columns: int, *, at_its_end: bool) -> bool:
        """Whether nothing stands between the prompt and the cursor, for sure.

        What stands further to the right is a right prompt, if the cursor is ``at_its_end`` of what was typed.
        """
        if self._room <= 0:
            return False
        sheet = Sheet(columns)
        sheet.print("".join(self._prompt))
        row, begin = sheet.cursor
        prompt = sheet.rows[row][:begin]
        sheet.print(self.typed)
        now, end = sheet.cursor
        line = sheet.rows[now]
        beside = "" if at_its_end else line[end:]
        left = line[len(prompt) : end]
        return (
            now == row
            and line.startswith(prompt)
            and not (left + beside + "".join(sheet.rows[row + 1 :])).strip()
        )
