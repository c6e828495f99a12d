"""Names for branches and folders: what a person typed, made into what git and JupyterLab can live with."""

from __future__ import annotations

import getpass
import os
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from parsess_lab.errors import Conflict, Forbidden, InvalidRequest
from parsess_lab.git import read
from parsess_lab.worktrees.checkout import Checkout, Listed, commit, listed

BRANCH_PATTERN = "parsess/{name}"
LOCATION = "{parent}/{repository}-{name}"
INSIDE = "parsess-worktrees"
"""The folder inside a checkout that holds worktrees when nothing beside it is open to the person."""

_SLUG_BYTES = 80
_COMPONENT_BYTES = 255
_REFUSED = re.compile(r"[\x00-\x20\x7f~^:?*\[\]\\/'\"`$&|;<>(){}!#%]+")


def slug(name: str) -> str:
    """``name`` as one component of a branch or path: no spaces, no ``..``, no leading dash or dot."""
    text = _REFUSED.sub("-", unicodedata.normalize("NFC", name))
    text = re.sub(r"\.{2,}|@\{", "-", text)
    text = re.sub(r"-{2,}", "-", text)
    while len(text.encode()) > _SLUG_BYTES:
        text = text[:-1]
    text = re.sub(r"(\.lock)+$", "", text.strip("-.@"))
    return text.strip("-.@")


async def check_branch(place: Path, name: str) -> None:
    """Raises InvalidRequest (``invalid_branch``) for a name git can't have, or a person would stumble over."""
    said = (
        await read("check-ref-format", f"refs/heads/{name}", cwd=place, check=False)
        if "\0" not in name
        else None
    )
    if said is None or said.returncode != 0 or name.startswith("-") or name in ("HEAD", "@"):
        raise InvalidRequest(
            f"{name!r} can't be the name of a branch: no spaces, no `..`, no `~^:?*[\\`, no leading dash, "
            "no `.lock` or `/` at the end.",
            code="invalid_branch",
        )
    if any(len(part.encode()) > _COMPONENT_BYTES - len(".lock") for part in name.split("/")):
        raise InvalidRequest(f"The branch name {name[:40]!r}… is too long.", code="invalid_branch")


async def new_branch(checkout: Checkout, asked: str | None, pattern: str, name: str, id: str) -> str:
    """A branch that does not exist yet: ``asked`` as it is, or one by ``pattern``, with a number if needed.

    Raises InvalidRequest (``invalid_branch``), Conflict (``branch_exists``, ``branch_checked_out``).
    """
    if asked:
        await check_branch(checkout.place, asked)
        await _check_free(checkout.place, asked)
        return asked
    wanted = _by_pattern(pattern, name, id)
    await check_branch(checkout.place, wanted)
    for number in range(1, 100):
        candidate = wanted if number == 1 else f"{wanted}-{number}"
        if await commit(checkout.place, f"refs/heads/{candidate}") is None:
            await _check_nesting(checkout.place, candidate)
            return candidate
    raise Conflict(f"There are a hundred branches like {wanted!r}: name the branch.", code="branch_exists")


async def existing_branch(checkout: Checkout, asked: str) -> str:
    """An existing local branch that no checkout has. Raises InvalidRequest, Conflict (``branch_checked_out``)."""
    await check_branch(checkout.place, asked)
    if await commit(checkout.place, f"refs/heads/{asked}") is None:
        raise InvalidRequest(f"There is no branch {asked!r}.", code="unknown_branch")
    holder = await holder_of(checkout.place, asked)
    if holder is not None:
        raise Conflict(_held(asked, holder), code="branch_checked_out", path=str(holder.path))
    return asked


async def holder_of(place: Path, branch: str) -> Listed | None:
    """The checkout that has ``branch``, if its folder is still there."""
    return next((item for item in await listed(place) if item.branch == branch and not item.prunable), None)


async def _check_free(place: Path, branch: str) -> None:
    holder = await holder_of(place, branch)
    if holder is not None:
        raise Conflict(_held(branch, holder), code="branch_checked_out", path=str(holder.path))
    if await commit(place, f"refs/heads/{branch}") is not None:
        raise Conflict(
            f"The branch {branch!r} exists already: take another name, or ask for a worktree on it.",
            code="branch_exists",
        )
    await _check_nesting(place, branch)


async def _check_nesting(place: Path, branch: str) -> None:
    """git can't have ``a`` and ``a/b``."""
    parts = branch.split("/")
    above = ["/".join(parts[:count]) for count in range(1, len(parts))]
    for parent in above:
        if await commit(place, f"refs/heads/{parent}") is not None:
            raise Conflict(
                f"git can't have the branch {branch!r} beside {parent!r}: take another name.",
                code="branch_exists",
            )
    below = await read(
        "for-each-ref", "--count=1", "--format=%(refname:short)", f"refs/heads/{branch}/", cwd=place
    )
    if below.text:
        raise Conflict(
            f"git can't have the branch {branch!r} beside {below.text!r}: take another name.",
            code="branch_exists",
        )


def _held(branch: str, holder: Listed) -> str:
    return (
        f"The branch {branch!r} is checked out in {holder.path}: take another name, or open that directory."
    )


def _by_pattern(pattern: str, name: str, id: str) -> str:
    try:
        return pattern.format(
            name=name, id=id, date=datetime.now(UTC).strftime("%Y-%m-%d"), user=slug(_user())
        )
    except (KeyError, IndexError, ValueError):
        raise InvalidRequest(
            f"The branch pattern {pattern!r} can use {{name}}, {{id}}, {{date}} and {{user}} only.",
            code="invalid_branch",
        ) from None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "user"


def place_folder(  # noqa: PLR0913, PLR0917 - each of them decides
    main: Path, source: Path | None, asked: Path | None, template: str, name: str, roots: Sequence[Path]
) -> tuple[Path, Path | None]:
    """Where the worktree goes, resolved, and the checkout it lies in (to be excluded there), if any.

    ``main`` is the main checkout, or a bare repository. Blocks on the disk. Raises InvalidRequest
    (``invalid_folder``), Forbidden, Conflict (``folder_exists``).
    """
    if asked is not None:
        folder = _resolved(asked if asked.is_absolute() else main.parent / asked)
        _check_visible(folder, roots)
        if os.path.lexists(folder):
            raise Conflict(f"{folder} exists already: take another folder.", code="folder_exists")
        return folder, _around(folder, main, source)
    for beside in (_from_template(template, main, name), *_inside(main, source, name)):
        folder = _resolved(beside)
        if _is_open(folder, roots):
            return _numbered(folder), _around(folder, main, source)
    raise Forbidden(
        f"No folder for a worktree of {main} is inside the directories open to you: "
        f"{', '.join(map(str, roots))}. Name one that is."
    )


def _from_template(template: str, main: Path, name: str) -> Path:
    repository = main.name.removesuffix(".git") or main.parent.name
    try:
        made = template.format(parent=main.parent, repository=repository, name=name, root=main)
    except (KeyError, IndexError, ValueError):
        raise InvalidRequest(
            f"The folder template {template!r} can use {{parent}}, {{repository}}, {{root}} and {{name}} only.",
            code="invalid_folder",
        ) from None
    path = Path(made).expanduser()
    return path if path.is_absolute() else main.parent / path


def _inside(main: Path, source: Path | None, name: str) -> list[Path]:
    return [root / INSIDE / name for root in (main, source) if root is not None and (root / ".git").exists()]


def _resolved(path: Path) -> Path:
    return (
        Path(os.path.realpath(path.parent)) / path.name if path.name != ".." else Path(os.path.realpath(path))
    )


def _is_open(folder: Path, roots: Sequence[Path]) -> bool:
    try:
        _check_visible(folder, roots)
    except (Forbidden, InvalidRequest):
        return False
    return True


def _check_visible(folder: Path, roots: Sequence[Path]) -> None:
    root = next((root for root in roots if folder.is_relative_to(root) and folder != root), None)
    if root is None:
        raise Forbidden(f"{folder} is outside the directories open to you: {', '.join(map(str, roots))}.")
    if any(part.startswith(".") for part in folder.relative_to(root).parts):
        raise InvalidRequest(
            f"{folder} is hidden: JupyterLab could not open its files. Take a name without a leading dot.",
            code="invalid_folder",
        )
    if any(ord(char) < ord(" ") for char in str(folder)) or not str(folder).isprintable():
        raise InvalidRequest("The folder's name has characters that can't be shown.", code="invalid_folder")
    if any(len(part.encode()) > _COMPONENT_BYTES for part in folder.parts):
        raise InvalidRequest("The folder's name is too long.", code="invalid_folder")


def _around(folder: Path, main: Path, source: Path | None) -> Path | None:
    holders = [root for root in (main, source) if root is not None and folder.is_relative_to(root)]
    return max(holders, key=lambda root: len(root.parts), default=None)


def _numbered(folder: Path) -> Path:
    for number in range(1, 1000):
        candidate = folder if number == 1 else folder.with_name(f"{folder.name}-{number}")
        if not os.path.lexists(candidate):
            return candidate
    raise Conflict(f"There are a thousand folders like {folder}: name the folder.", code="folder_exists")
