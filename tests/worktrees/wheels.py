"""Packages that the tests' own Python has, as wheels again: real ones to install, without a network."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from email import message_from_string
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import parse_tag


def pack(names: list[str], folder: Path) -> None:
    """Wheels of these packages, and of all that they need."""
    folder.mkdir(parents=True)
    for one in _closure(names):
        _wheel(one, folder)


def _closure(names: list[str]) -> Iterator[Distribution]:
    waiting, seen = list(names), set()
    while waiting:
        one = distribution(waiting.pop())
        if one.name not in seen:
            seen.add(one.name)
            wanted = map(Requirement, one.requires or [])
            waiting += [
                each.name for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})
            ]
            yield one


def _wheel(one: Distribution, folder: Path) -> None:
    name = one.name.replace("-", "_")
    files = [file for file in one.files or [] if ".." not in file.parts and file.suffix != ".pyc"]
    [about] = {file.parts[0] for file in files if file.name == "METADATA"}
    record = io.StringIO()
    csv.writer(record).writerows([file.as_posix(), "", ""] for file in files)
    with zipfile.ZipFile(folder / f"{name}-{one.version}-{_tag(one)}.whl", "w") as wheel:
        for file in files:
            if file.name not in {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}:
                wheel.write(one.locate_file(file), file.as_posix())  # type: ignore[arg-type]
        wheel.writestr(f"{about}/RECORD", record.getvalue())


def _tag(one: Distribution) -> str:
    tags = message_from_string(one.read_text("WHEEL") or "").get_all("Tag", [])
    found = {each for tag in tags for each in parse_tag(tag)}
    parts = (
        {each.interpreter for each in found},
        {each.abi for each in found},
        {each.platform for each in found},
    )
    return "-".join(".".join(sorted(part)) for part in parts)
