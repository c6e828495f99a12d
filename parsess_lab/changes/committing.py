"""Commits what is staged, or all there is, with the person's hooks and identity, and says plainly why it didn't."""

from __future__ import annotations

import re

from parsess_lab.changes import staging
from parsess_lab.changes.checkout import Checkout
from parsess_lab.changes.model import Committed
from parsess_lab.changes.scopes import Compared
from parsess_lab.errors import Conflict, GitFailed, InvalidRequest
from parsess_lab.git import git

TIMEOUT = 300.0
"""Seconds for a commit with its hooks."""
_TOLD = 2_000  # characters of a hook's words


async def commit(checkout: Checkout, message: str, timeout: float) -> Committed:  # noqa: ASYNC109
    """See :meth:`Changes.commit`."""
    if not message.strip():
        raise InvalidRequest("Write a message for the commit.", code="empty_message")
    await _require_ready(checkout)
    note = None
    try:
        await git(
            "commit", "--quiet", "--cleanup=whitespace", "--file=-",
            cwd=checkout.top, input=message.encode(errors="replace"), timeout=timeout,
        )  # fmt: skip
    except GitFailed as error:
        # A hook that runs after the commit can fail or hang too: then it is made all the same.
        if await _head(checkout) == checkout.head:
            raise _refused(error, timeout) from error
        note = f"The commit is made, but something after it did not end well: {_words(error)}"
    made = await _head(checkout)
    assert made is not None  # noqa: S101 - it was just made
    return Committed(id=made, subject=message.strip().splitlines()[0], note=note)


async def commit_all(found: Compared, message: str, timeout: float) -> Committed:  # noqa: ASYNC109
    """See :meth:`Changes.commit`: what was not committed is not staged either, as before."""
    if any(part.staged for part in found.parts):
        raise Conflict(
            "Something is staged by now: commit that, or unstage it first.", code="something_staged"
        )
    await _require_merged(found.repository)
    put = await staging.stage_all(found)
    try:
        return await commit(found.repository, message, timeout)
    except BaseException:
        await staging.reset(found.repository, put)
        raise


async def _require_merged(checkout: Checkout) -> None:
    if (await checkout.read("ls-files", "--unmerged", "-z")).stdout:
        raise Conflict("There are conflicts: resolve and stage those files first.", code="unmerged")


async def _require_ready(checkout: Checkout) -> None:
    await _require_merged(checkout)
    changed = await checkout.read("diff", "--cached", "--quiet", checkout.base, check=False)
    merging = (checkout.git_dir / "MERGE_HEAD").exists()
    if changed.returncode == 0 and not merging:
        raise Conflict("Nothing is staged: stage the changes to commit first.", code="nothing_staged")
    for who in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        if (await checkout.read("var", who, check=False)).returncode != 0:
            raise Conflict(
                "git doesn't know who you are. In a terminal: git config --global user.name "
                '"Your Name" and git config --global user.email you@example.org',
                code="identity_missing",
            )


async def _head(checkout: Checkout) -> str | None:
    said = await checkout.read("rev-parse", "--verify", "--quiet", "HEAD^{commit}", check=False)
    return said.text or None


def _refused(error: GitFailed, timeout: float) -> Conflict:
    if error.code == "git_timeout":
        return Conflict(
            f"Nothing was committed: a hook, or signing, had not ended after {timeout:g} s and was stopped.",
            code="commit_timeout",
        )
    return Conflict(
        f"Nothing was committed. A hook, or git itself, refused: {_words(error)}",
        code="commit_refused",
        output=error.stderr[-_TOLD:],
    )


def _words(error: GitFailed) -> str:
    said = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", error.stderr).strip()
    return said[-_TOLD:] or error.message
