"""What a rewind is about to do, on disk before the first file is touched: the way out after a kill."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from parsess_lab.changes.files import State
from parsess_lab.errors import StorageFailed


@dataclass(frozen=True, slots=True)
class Step:
    """One file, before and after; None where there is none."""

    path: bytes
    before: State | None
    after: State | None

    def reversed(self) -> Step:
        """The way back."""
        return Step(self.path, self.after, self.before)


@dataclass(frozen=True, slots=True)
class Intent:
    """A rewind from snapshot ``undo`` to ``target``. ``token`` is in the names of its temporary files."""

    token: str
    target: str
    undo: str
    steps: list[Step]


class Journal:
    """Holds at most one intent."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "rewind.json"

    def read(self) -> Intent | None:
        """The rewind that was not finished. Raises StorageFailed if it can't be read."""
        try:
            found = json.loads(self._path.read_text())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise StorageFailed(f"What an interrupted rewind was doing can't be read: {error}") from error
        steps = [_step(step) for step in found["steps"]]
        return Intent(found["token"], found["target"], found["undo"], steps)

    def write(self, intent: Intent) -> None:
        """Keep it, synced."""
        entries = [[os.fsdecode(step.path), _pair(step.before), _pair(step.after)] for step in intent.steps]
        content = json.dumps(
            {"token": intent.token, "target": intent.target, "undo": intent.undo, "steps": entries}
        )
        making = self._path.with_suffix(".making")
        try:
            with making.open("w") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            making.replace(self._path)
        except OSError as error:
            raise StorageFailed(
                f"The rewind was not begun, its journal can't be written ({error.strerror}). Free some space."
            ) from error

    def clear(self) -> None:
        """It is done."""
        self._path.unlink(missing_ok=True)


def _pair(state: State | None) -> list[str] | None:
    return None if state is None else [state.mode.decode(), state.oid.decode()]


def _step(found: list[object]) -> Step:
    path, before, after = found
    return Step(os.fsencode(str(path)), _state(before), _state(after))


def _state(pair: object) -> State | None:
    return State(pair[0].encode(), pair[1].encode()) if isinstance(pair, list) else None
