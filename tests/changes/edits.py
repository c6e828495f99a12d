"""Random edits of a working tree, for hypothesis."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from hypothesis import strategies as st

# Few names, also one below another, so that files become folders and the reverse.
NAMES = ["a", "b", "a/b", "d/e", "d/e/f", "d/g", 'ü "x\n', "big"]
CONTENTS = [
    b"",
    b"one\n",
    b"two\n",
    b"one\r\ntwo\r\n",
    b"no newline",
    b"\0bin\xff",
    b"one\n" * 30 + b"x\n" + b"two\n" * 30,
]

contents = st.sampled_from(CONTENTS)
edit = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), contents),
    st.tuples(st.just("link"), st.sampled_from(NAMES), st.sampled_from(["a", "/etc", "nowhere", "d"])),
    st.tuples(st.just("mode"), st.sampled_from(NAMES), st.sampled_from([0o644, 0o755])),
    st.tuples(st.just("remove"), st.sampled_from(NAMES), st.none()),
    st.tuples(st.just("move"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
)
edits = st.lists(edit, max_size=6)


def apply(top: Path, steps: list[tuple[str, str, object]]) -> None:
    """Do what can be done of it; a link is never followed."""
    for what, name, value in steps:
        path = top / name
        if any(parent.is_symlink() for parent in path.parents if parent.is_relative_to(top)):
            continue
        if what == "write":
            _make_room(path)
            path.write_bytes(value)  # type: ignore[arg-type]
        elif what == "link":
            _make_room(path)
            path.symlink_to(str(value))
        elif what == "mode" and path.is_file() and not path.is_symlink():
            path.chmod(int(str(value)))
        elif what == "remove":
            _remove(path)
        elif what == "move" and os.path.lexists(path) and not path.is_dir():
            target = top / str(value)
            if (
                target != path
                and not any(part.is_symlink() for part in target.parents)
                and path not in target.parents
            ):
                _make_room(target)
                if os.path.lexists(path):
                    path.rename(target)


def _make_room(path: Path) -> None:
    for parent in reversed(path.parents):
        if parent.is_file() or parent.is_symlink():
            parent.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()
