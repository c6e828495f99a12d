"""Where a directory stands in a repository, and how git is asked there: nothing it configures is run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from parsess_lab.errors import GitFailed, InvalidRequest, NotFound
from parsess_lab.git import LIMIT, GitResult, git, read

QUIET = (
    "--literal-pathspecs",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.quotePath=true",
    "-c", "core.logAllRefUpdates=false",
    "-c", "diff.suppressBlankEmpty=false",
    "-c", "apply.ignoreWhitespace=no",
    "-c", "apply.whitespace=nowarn",
)  # fmt: skip
"""Comes before every command: no hooks, and what people configure for themselves doesn't bend formats."""

_ASKED = (
    "--show-object-format", "--show-toplevel", "--absolute-git-dir",
    "--path-format=absolute", "--git-common-dir", "--revs-only", "HEAD^{commit}",
)  # fmt: skip
_ANSWERS = 4  # and the commit, if there is one
_EMPTY_TREES = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}


@dataclass(frozen=True, slots=True)
class Checkout:
    """A working tree. ``prefix`` is the directory's place below ``top``; ``head`` None before any commit."""

    top: Path
    directory: Path
    git_dir: Path
    common_dir: Path
    object_format: str
    head: str | None

    @property
    def prefix(self) -> str:
        return self.directory.relative_to(self.top).as_posix()

    @property
    def base(self) -> str:
        """What uncommitted changes are compared with: HEAD, or the tree without files before any commit."""
        return self.head or _EMPTY_TREES[self.object_format]

    async def read(
        self,
        *args: str,
        input: bytes | None = None,
        check: bool = True,
        limit: int = LIMIT,
        index: Path | None = None,
    ) -> GitResult:
        """Run a git command that only looks, at the top; ``index`` stands in for the checkout's."""
        env = {"GIT_INDEX_FILE": str(index)} if index else None
        return await read(*QUIET, *args, cwd=self.top, env=env, input=input, check=check, limit=limit)

    async def write(
        self, *args: str, input: bytes | None = None, check: bool = True, limit: int = LIMIT
    ) -> GitResult:
        """Run a git command that may change the index or the working tree, at the top, without hooks."""
        return await git(*QUIET, *args, cwd=self.top, input=input, check=check, limit=limit)


async def find(directory: Path) -> Checkout | None:
    """The checkout around ``directory``; None in a plain directory.

    Raises:
        NotFound: ``directory_gone``.
        InvalidRequest: ``bare_repository``.
        GitFailed: git refuses or is missing.
    """
    if not directory.is_dir():  # noqa: ASYNC240 - one lookup
        raise NotFound(f"{directory} is not there any more.", code="directory_gone")
    try:
        said = await read("rev-parse", *_ASKED, cwd=directory)
    except GitFailed as error:
        if "must be run in a work tree" in error.stderr:
            raise InvalidRequest(
                f"{directory} is inside a repository's own data, not a checkout.", code="bare_repository"
            ) from None
        if "not a git repository" in error.stderr:
            return None
        raise
    return await _checkout(directory, said.text.split("\n"))


async def _checkout(directory: Path, said: list[str]) -> Checkout:
    if len(said) not in (_ANSWERS, _ANSWERS + 1):  # a newline in a folder's name
        raise InvalidRequest(f"{str(directory)!a} has a line break in its path.", code="bad_path")
    object_format, top, git_dir, common, *head = said
    return Checkout(
        top=Path(top),
        directory=directory.resolve(),  # noqa: ASYNC240
        git_dir=Path(git_dir),
        common_dir=Path(common),
        object_format=object_format,
        head=head[0] if head else None,
    )


async def require(directory: Path) -> Checkout:
    """The checkout around ``directory``.

    Raises:
        InvalidRequest: ``not_a_repository`` or ``bare_repository``.
    """
    found = await find(directory)
    if found is None:
        raise InvalidRequest(
            f"{directory} is not in a git repository: only the changes of the last turn are known here. "
            "Run `git init` there to see more.",
            code="not_a_repository",
        )
    return found
