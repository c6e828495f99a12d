"""What a session in a worktree can't reach by a command, however it is spelt; and what it may still do."""

from __future__ import annotations

import pytest

from parsess_lab.permissions.access import Access, Boundary
from parsess_lab.permissions.fencing import refusal
from parsess_lab.worktrees import boundary
from tests.worktrees.repository import Repository


@pytest.fixture(scope="module")
def fenced(tmp_path_factory: pytest.TempPathFactory) -> Boundary:
    """In the worktree ``one``, beside the main checkout ``shop`` and the worktree ``two``; nothing else is refused."""
    room = tmp_path_factory.mktemp("fence").resolve()
    shop = Repository(room / "shop")
    shop.path.mkdir()
    shop.git("init", "-q", "-b", "main")
    shop.git("-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-m", "first")
    for name in ("one", "two"):
        shop.git("worktree", "add", "-q", "-b", name, room / name)
    one = room / "one"
    (one / "d").mkdir()
    return Boundary(one, one, [room], "bypass", [], allow_bypass=True, fence=boundary(one))


def why(fenced: Boundary, command: str) -> str | None:
    return refusal(Access("execute", command=command), fenced)


REFUSED = [
    "cd ../shop && touch x",
    "bash -c 'cd ../shop && touch x'",
    'bash -c "echo x > ../shop/a.txt"',
    "timeout 5 sh -ec 'echo x >> ../two/a.txt'",
    "env A=1 bash -c 'bash -c \"rm ../shop/a.txt\"'",
    "cd d && bash -c 'rm ../../shop/a.txt'",
    "eval 'echo x > ../shop/a.txt'",
    "eval cd ../shop '&&' touch x",
    "python3 -c \"open('../shop/a.txt', 'w')\"",
    "perl -pi -e s/a/b/ ../shop/a.txt",
    "find . -name x | xargs -I{} cp {} ../shop/",
    "watch 'touch ../shop/x'",
    "git rebase --exec 'touch ../shop/x' HEAD~1",
    "git -c alias.x='!touch ../shop/x' x",
    "git config alias.x '!touch ../shop/x'",
    "bash -c 'git -C ../shop commit --allow-empty -m x'",
    "bash -c 'git checkout -B main'",
    "rm -rf ..",
    "rm -rf ../",
    "sudo rm -rf /",
    "mv .. ../../gone",
    "find .. -name a.txt -exec rm {} +",
    "chmod -R 777 ..",
    'cp a.txt "$PWD/../shop/x"',
    'cp a.txt "${PWD}/../shop/x"',
    'rm -rf "$PWD/.."',
    "rm .git",
    "mv ./.git elsewhere",
    "cd d && rm ../.git",
    "ln -sf ../shop/.git .git",
]

ALLOWED = [
    "touch x && rm x",
    "rm -rf d",
    "bash -c 'cd d && touch x > y'",
    "python3 -c 'print(1)'",
    "python3 script.py d/x",
    "eval 'echo x'",
    "find . -name x -exec rm {} +",
    "cat ../shop/a.txt",
    "test -f .git && echo worktree",
    "git commit -m 'moves ../shop/a.txt here'",
    "git rebase --exec 'make test' main",
    "git log --oneline main..one",
    'cp a.txt "$PWD/d/x"',
    "ls ..",
    "grep -r word .",
]


@pytest.mark.parametrize("command", REFUSED)
def test_refused(fenced: Boundary, command: str) -> None:
    assert why(fenced, command) is not None


@pytest.mark.parametrize("command", ALLOWED)
def test_not_refused(fenced: Boundary, command: str) -> None:
    assert why(fenced, command) is None
