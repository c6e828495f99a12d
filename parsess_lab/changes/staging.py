"""Into the index and out of it, by file or by hunk. The working tree is never written."""

from __future__ import annotations

from collections.abc import Sequence

from parsess_lab.changes.checkout import Checkout
from parsess_lab.changes.diffs import UNTRACKED, Runner
from parsess_lab.changes.hunks import ids
from parsess_lab.changes.names import native
from parsess_lab.changes.parsing import UNMERGED, RawFile, RawHunk
from parsess_lab.changes.patches import is_whole, patch
from parsess_lab.changes.scopes import Compared, Part
from parsess_lab.errors import Conflict, GitFailed, NotFound


async def stage(found: Compared, path: str, hunks: Sequence[str]) -> None:
    """See :meth:`Changes.stage`."""
    checkout = found.repository
    parts = [part for part in found.parts if not part.staged]
    _require(parts, path)
    if not hunks:
        return await _add(checkout, parts[-1].file.path)
    for file, chosen in select(parts, hunks):
        if file.status == UNTRACKED:
            await _add_new(checkout, file)
        else:
            await apply(checkout.write, patch(file, chosen, reverse=False), "--cached")
    return None


async def stage_all(found: Compared) -> list[Part]:
    """See :meth:`Changes.stage_all`; what was put into the index."""
    parts = [part for part in found.parts if not part.staged and not _stays(part.file)]
    await _add(found.repository, *_names(parts))
    return parts


def _stays(file: RawFile) -> bool:
    """A conflict is resolved by hand; a repository inside is left alone."""
    return file.status == UNMERGED or file.path.endswith(b"/")


async def unstage(found: Compared, path: str, hunks: Sequence[str]) -> None:
    """See :meth:`Changes.unstage`."""
    checkout = found.repository
    parts = [part for part in found.parts if part.staged]
    _require(parts, path)
    if not hunks:
        return await reset(checkout, parts)
    for file, chosen in select(parts, hunks):
        await apply(checkout.write, patch(file, chosen, reverse=True), "--cached", "--reverse")
    return None


async def unstage_all(found: Compared) -> None:
    """See :meth:`Changes.unstage_all`."""
    await reset(found.repository, [part for part in found.parts if part.staged])


async def reset(checkout: Checkout, parts: Sequence[Part]) -> None:
    """Make the index say of these files what HEAD says."""
    if parts:  # without a name it would be all of them
        listed = b"\0".join(_names(parts))
        await checkout.write(
            "reset", "--quiet", "--pathspec-from-file=-", "--pathspec-file-nul", input=listed
        )


def _names(parts: Sequence[Part]) -> list[bytes]:
    return sorted({name for part in parts for name in (part.file.path, part.file.old_path)})


def select(parts: Sequence[Part], hunks: Sequence[str]) -> list[tuple[RawFile, list[RawHunk]]]:
    """The hunks of these names, by file.

    Raises:
        Conflict: ``stale_hunk``, one is not there; ``whole_file``.
    """
    wanted = set(hunks)
    found = []
    for part in parts:
        named = zip(ids(part.file, staged=part.staged), part.file.hunks, strict=True)
        chosen = {name: hunk for name, hunk in named if name in wanted}
        if chosen and is_whole(part.file):
            raise Conflict("This file can only be taken as a whole.", code="whole_file")
        if chosen:
            found.append((part.file, list(chosen.values())))
            wanted -= chosen.keys()
    if wanted:
        raise stale()
    return found


def stale() -> Conflict:
    """The error for a hunk that has changed since it was shown."""
    return Conflict("The file has changed since this was shown: look at it again.", code="stale_hunk")


async def apply(run: Runner, content: bytes, *how: str) -> None:
    """Apply a patch exactly. Raises Conflict ``stale_hunk`` if it does not fit, and nothing was done."""
    try:
        await run("apply", "--whitespace=nowarn", *how, "-", input=content)
    except GitFailed as error:
        if error.returncode == 1:
            raise stale() from error
        raise


def _require(parts: Sequence[Part], path: str) -> None:
    if not parts:
        raise NotFound(f"{path} has no such changes.", code="not_changed")
    if any(part.file.path.endswith(b"/") for part in parts):
        raise Conflict(
            f"{path} is a repository of its own: commit there, or add it as a submodule.", code="whole_file"
        )


async def _add(checkout: Checkout, *names: bytes) -> None:
    listed = b"".join(name + b"\0" for name in names)
    await checkout.write("update-index", "--add", "--remove", "--replace", "-z", "--stdin", input=listed)


async def _add_new(checkout: Checkout, file: RawFile) -> None:
    """Stage an untracked file with the very content that was shown, filtered as ``git add`` would."""
    content = b"\n".join(line[1:] for line in file.hunks[0].lines if not line.startswith(b"\\"))
    if not file.hunks[0].lines[-1].startswith(b"\\"):
        content += b"\n"
    filtered = () if file.new_mode == b"120000" else ("--path", native(file.path))
    said = await checkout.write("hash-object", "-w", "--stdin", *filtered, input=content)
    entry = b"%s %s\t%s\0" % (file.new_mode, said.text.encode(), file.path)
    await checkout.write("update-index", "--add", "--replace", "-z", "--index-info", input=entry)
