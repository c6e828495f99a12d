"""Asks git which files the ignore rules leave alone."""

from __future__ import annotations

from collections.abc import Iterable

from parsess_lab.changes.diffs import Runner
from parsess_lab.git import failure

# This command can't take names as they are: a leading colon would be read as an instruction.
_COMMAND = ("--no-literal-pathspecs", "check-ignore", "-z", "--stdin")


async def ignored(run: Runner, names: Iterable[bytes], *options: str, **keywords: object) -> set[bytes]:
    """Those of ``names`` that are ignored. Tracked ones are not, unless ``--no-index`` says otherwise."""
    asked = b"".join(b"./" + name + b"\0" for name in names)
    if not asked:
        return set()
    said = await run(*_COMMAND, *options, input=asked, check=False, **keywords)
    if said.returncode not in (0, 1):  # 1: none is
        raise failure(_COMMAND, said.returncode, said.stderr)
    return {name.removeprefix(b"./") for name in said.fields()}
