"""Notebooks by cell: nbdime says which cells belong together, the rest is told from the cells themselves."""

from __future__ import annotations

import asyncio
import difflib
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from parsess_lab.changes.model import CellChange, Line, NotebookChange, Output

MAX_SIZE = 16 * 2**20
"""Bytes of a notebook that is still compared by cell."""
MAX_CELLS = 2_000
_MAX_ITEM = 256 * 2**10  # characters of one representation of an output
_MAX_ALL = 4 * 2**20  # characters of all outputs together
_LONG = 1_000  # characters from which an output counts by its hash in the comparison

Cell = dict[str, Any]


async def compare(old: bytes | None, new: bytes | None) -> NotebookChange | None:
    """The changes by cell; None when a side is no notebook of format 4, or is too large."""
    return await asyncio.to_thread(_compare, old, new)


def _compare(old: bytes | None, new: bytes | None) -> NotebookChange | None:
    before, after = _read(old), _read(new)
    if before is None or after is None or max(len(before["cells"]), len(after["cells"])) > MAX_CELLS:
        return None
    budget = _Budget()
    cells = [
        _change(before["cells"], after["cells"], one, other, budget) for one, other in _pairs(before, after)
    ]
    same = before.get("metadata") == after.get("metadata")
    return NotebookChange(cells=cells, metadata_changed=not same, truncated=budget.exceeded)


def _read(content: bytes | None) -> dict[str, Any] | None:
    from nbformat.v4 import reads

    if content is None:
        return {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    try:
        found = reads(content.decode())  # type: ignore[no-untyped-call]
        cells = [dict(cell, source=str(cell.get("source", ""))) for cell in found["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return {**found, "cells": cells} if found.get("nbformat") == 4 else None  # noqa: PLR2004 - the format


def _pairs(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[int | None, int | None]]:
    """The places of each cell on both sides, in the order of reading."""
    added, removed = _ranges(before, after)
    new = 0
    for old in range(len(before["cells"]) + 1):
        for _ in range(added.get(old, 0)):
            yield None, new
            new += 1
        if old in removed:
            yield old, None
        elif old < len(before["cells"]):
            yield old, new
            new += 1


def _ranges(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[int, int], set[int]]:
    """How many cells come before which old one, and which old ones are gone."""
    from nbdime import diff_notebooks  # type: ignore[import-untyped]

    found = diff_notebooks(_reduced(before), _reduced(after))
    steps: list[dict[str, Any]] = next((step["diff"] for step in found if step["key"] == "cells"), [])
    added: dict[int, int] = {}
    removed: set[int] = set()
    for step in steps:
        if step["op"] == "addrange":
            added[step["key"]] = added.get(step["key"], 0) + len(step["valuelist"])
        elif step["op"] == "removerange":
            removed |= set(range(step["key"], step["key"] + step["length"]))
    return added, removed


def _reduced(notebook: dict[str, Any]) -> Any:
    """With long outputs as hashes: comparing pictures letter by letter takes minutes."""
    from nbformat import from_dict

    cells = [{**cell, "outputs": [_short(out) for out in cell["outputs"]]} if "outputs" in cell else cell
             for cell in notebook["cells"]]  # fmt: skip
    return from_dict({**notebook, "cells": cells})  # type: ignore[no-untyped-call]


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_short(item) for item in value]
    if isinstance(value, str) and len(value) > _LONG:
        return hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()
    return value


class _Budget:
    """How much of all outputs may still be shown."""

    def __init__(self) -> None:
        self._left = _MAX_ALL
        self.exceeded = False

    def allows(self, size: int) -> bool:
        fits = size <= min(_MAX_ITEM, self._left)
        self._left -= size if fits else 0
        self.exceeded = self.exceeded or not fits
        return fits


def _change(
    before: list[Cell], after: list[Cell], old: int | None, new: int | None, budget: _Budget
) -> CellChange:
    one = before[old] if old is not None else None
    other = after[new] if new is not None else None
    if one is None or other is None:
        return _one_sided(one, other, old, new, budget)
    source = one["source"] != other["source"] or one.get("cell_type") != other.get("cell_type")
    outputs = one.get("outputs", []) != other.get("outputs", [])
    metadata = one.get("metadata") != other.get("metadata")
    return CellChange(
        status="modified" if source or outputs or metadata else "same",
        cell_type=str(other.get("cell_type", "raw")),
        old=old,
        new=new,
        source=_lines(one["source"], other["source"]) if source else [],
        outputs_changed=outputs,
        old_outputs=_outputs(one, budget) if outputs else [],
        new_outputs=_outputs(other, budget) if outputs else [],
        metadata_changed=metadata,
    )


def _one_sided(
    one: Cell | None, other: Cell | None, old: int | None, new: int | None, budget: _Budget
) -> CellChange:
    there = one if one is not None else other
    assert there is not None  # noqa: S101 - a pair has a side
    return CellChange(
        status="added" if one is None else "removed",
        cell_type=str(there.get("cell_type", "raw")),
        old=old,
        new=new,
        source=_lines(one["source"] if one else "", other["source"] if other else ""),
        outputs_changed=bool(there.get("outputs")),
        old_outputs=_outputs(one, budget) if one else [],
        new_outputs=_outputs(other, budget) if other else [],
    )


def _lines(before: str, after: str) -> list[Line]:
    one, other = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Line(" ", one[i], i + 1, j1 + i - i1 + 1) for i in range(i1, i2)]
        else:
            found += [Line("-", one[i], i + 1, None) for i in range(i1, i2)]
            found += [Line("+", other[j], None, j + 1) for j in range(j1, j2)]
    return found


def _outputs(cell: Cell, budget: _Budget) -> list[Output]:
    return [_output(output, budget) for output in cell.get("outputs", []) if isinstance(output, dict)]


def _output(output: dict[str, Any], budget: _Budget) -> Output:
    data: dict[str, str] = {}
    left_out: dict[str, int] = {}
    for kind, value in output.get("data", {}).items():
        shown = value if isinstance(value, str) else json.dumps(value)
        if budget.allows(len(shown)):
            data[kind] = shown
        else:
            left_out[kind] = len(shown)
    text = _text(output)
    if text is not None and not budget.allows(len(text)):
        left_out["text"], text = len(text), None
    return Output(
        type=str(output.get("output_type", "")),
        text=text,
        data=data,
        left_out=left_out,
        execution_count=output.get("execution_count"),
    )


def _text(output: dict[str, Any]) -> str | None:
    """Of a stream, or the traceback of an error."""
    if "text" in output:
        return str(output["text"])
    if "traceback" in output:
        return "\n".join(map(str, output["traceback"]))
    return None
