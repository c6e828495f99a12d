"""Where a branch began: its merge base with a named base, or with the default branch."""

from __future__ import annotations

from parsess_lab.changes.checkout import Checkout
from parsess_lab.errors import InvalidRequest

_DEFAULTS = ("refs/heads/main", "refs/heads/master", "refs/heads/trunk", "refs/heads/develop")


async def branch_point(checkout: Checkout, base: str | None) -> tuple[str, str | None]:
    """The commit to compare with, and the name of the base it was found by.

    Without a base it is the default branch of the remote, or a local one of a usual name; on that branch
    itself its upstream; and HEAD when there is none of these.

    Raises:
        InvalidRequest: ``unknown_base``, or ``no_common_base`` (histories that never met).
    """
    if checkout.head is None:
        return checkout.base, None
    name = base or await _default(checkout)
    if name is None:
        return checkout.head, None
    commit = await _commit(checkout, name)
    if commit is None:
        raise InvalidRequest(f"There is no branch, tag or commit {name!r} here.", code="unknown_base")
    said = await checkout.read("merge-base", commit, checkout.head, check=False)
    if said.returncode != 0:
        raise InvalidRequest(f"This branch and {name} have no commit in common.", code="no_common_base")
    return said.text.split("\n")[0], _short(name)


async def _default(checkout: Checkout) -> str | None:
    current = (await checkout.read("symbolic-ref", "--quiet", "HEAD", check=False)).text
    remote = (await checkout.read("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD", check=False)).text
    local = "refs/heads/" + remote.removeprefix("refs/remotes/origin/") if remote else ""
    if current and current in (local, *_DEFAULTS):
        upstream = await checkout.read("for-each-ref", "--format=%(upstream)", current)
        return upstream.text or None
    for name in filter(None, (remote, *_DEFAULTS)):
        if await _commit(checkout, name) is not None:
            return name
    return None


async def _commit(checkout: Checkout, name: str) -> str | None:
    if "\0" in name:
        return None
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")
    said = await checkout.read(*asked, check=False)
    return said.text.split("\n")[-1] if said.returncode == 0 else None


def _short(name: str) -> str:
    return name.removeprefix("refs/heads/").removeprefix("refs/remotes/")
