"""Searching and finding: .gitignore respected, results bounded, mistakes told."""

import asyncio
import os
import subprocess
import time
from pathlib import Path

import pytest

from parsess_lab.tools.files import FileMatch, list_files

from .conftest import Bench, text_of


@pytest.fixture
def repository(home: Path) -> Path:
    subprocess.run(["git", "init", "-q"], cwd=home, check=True)
    files = {
        ".gitignore": "*.log\nnode_modules\n",
        "src/app.py": "import os\nneedle = 1\n",
        "src/deep/test_app.py": "NEEDLE\n",
        "web/app.ts": "needle\n",
        "web/view.tsx": "",
        ".github/ci.yml": "needle: x\n",
        "out.log": "needle\n",
        "node_modules/x/index.js": "needle\n",
        "two words.md": "a needle\n",
    }
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    return home


async def test_searching(bench: Bench, repository: Path) -> None:
    text = text_of(await bench("search", pattern="needle"))
    assert text.splitlines() == [
        ".github/ci.yml:1:needle: x",
        "src/app.py:2:needle = 1",
        "two words.md:1:a needle",
        "web/app.ts:1:needle",
    ]
    assert "NEEDLE" in text_of(await bench("search", pattern="needle", ignore_case=True))
    assert text_of(await bench("search", pattern="nothing like it")) == "Nothing matches."
    assert "src/app.py-1-import os" in text_of(await bench("search", pattern="needle", path="src", context=1))
    assert text_of(await bench("search", pattern="needle", path="web/app.ts")) == "web/app.ts:1:needle"
    assert text_of(await bench("search", pattern="-needle")) == "Nothing matches."


@pytest.mark.parametrize(
    ("glob", "files"),
    [
        ("*.py", ["src/app.py"]),
        ("**/*.ts", ["web/app.ts"]),
        ("*.{py,ts}", ["src/app.py", "web/app.ts"]),
        ("src/**", ["src/app.py"]),
        ("*.log", []),
        ("*.js", []),
        ("!*.md", [".github/ci.yml", "src/app.py", "web/app.ts"]),
    ],
)
async def test_searching_only_some_files(bench: Bench, repository: Path, glob: str, files: list[str]) -> None:
    lines = text_of(await bench("search", pattern="needle", glob=glob)).splitlines()
    assert [line.partition(":")[0] for line in lines if ":" in line] == files


async def test_a_bad_search_is_a_failure_in_words(bench: Bench, repository: Path) -> None:
    for arguments, words in [
        ({"pattern": "("}, "unclosed group"),
        ({"pattern": "x", "path": "gone"}, "doesn't exist"),
        ({"pattern": "x", "glob": "[a"}, "glob"),
    ]:
        result = await bench("search", **arguments)
        assert result.failed
        assert words in text_of(result)


async def test_results_are_bounded(bench: Bench) -> None:
    (bench.home / "many").write_text("needle\n" * 5000)
    text = text_of(await bench("search", pattern="needle", limit=10))
    assert len(text.splitlines()) == 11
    assert "4990 more lines" in text
    (bench.home / "wide").write_text("needle" + "x" * 1_000_000)
    assert len(text_of(await bench("search", pattern="needle", path="wide"))) < 1000


async def test_an_enormous_result_is_cut_and_does_not_hang(bench: Bench) -> None:
    for number in range(4):
        (bench.home / f"file{number}").write_text(("needle " + "x" * 300 + "\n") * 20_000)
    begun = time.monotonic()
    text = text_of(await bench("search", pattern="needle", limit=5))
    assert "at least" in text
    assert time.monotonic() - begun < 20


async def test_a_search_that_is_cancelled_leaves_nothing(bench: Bench) -> None:
    (bench.home / "big").write_text("a" * 200 + "\n")
    os.truncate(bench.home / "big", 50_000_000_000)
    running = asyncio.create_task(bench("search", pattern="needle"))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        ("*.py", ["src/app.py", "src/deep/test_app.py"]),
        ("src/*.py", ["src/app.py"]),
        ("src/**/*.py", ["src/app.py", "src/deep/test_app.py"]),
        ("**/*.{ts,tsx}", ["web/app.ts", "web/view.tsx"]),
        ("*.log", []),
        ("node_modules/**", []),
        ("*.yml", [".github/ci.yml"]),
        ("two words.md", ["two words.md"]),
        (".git/**", []),
    ],
)
async def test_finding(bench: Bench, repository: Path, pattern: str, files: list[str]) -> None:
    assert text_of(await bench("find_files", pattern=pattern)) == ("\n".join(files) or "No file matches.")


async def test_finding_elsewhere_and_by_age(bench: Bench, repository: Path) -> None:
    for age, name in enumerate(["src/deep/test_app.py", "src/app.py"]):
        os.utime(repository / name, (1000 - age, 1000 - age))
    text = text_of(await bench("find_files", pattern="*.py", path="src", sort="modified"))
    assert text == "src/deep/test_app.py\nsrc/app.py"
    assert "more files" in text_of(await bench("find_files", limit=2))
    result = await bench("find_files", path="gone")
    assert result.failed


async def test_a_gitignore_counts_outside_a_repository(bench: Bench) -> None:
    (bench.home / ".gitignore").write_text("*.log\n")
    (bench.home / "a.log").touch()
    (bench.home / "a.txt").touch()
    assert text_of(await bench("find_files", pattern="a.*")) == "a.txt"


async def test_completion_ranks_names_first(repository: Path) -> None:
    async def names(query: str) -> list[str]:
        return [match.path for match in await list_files(repository, query)]

    assert (await names("app"))[:2] == ["src/app.py", "web/app.ts"]
    assert await names("tapp") == ["src/deep/test_app.py"]
    assert (await names("deep/"))[0] == "src/deep/test_app.py"
    assert await names("APP.PY") == ["src/app.py", "src/deep/test_app.py"]
    assert await names("zzz") == []
    assert "out.log" not in await names("")
    assert ".github/ci.yml" in await names("ci")
    assert FileMatch("src/deep", directory=True) in await list_files(repository, "deep")
    assert len(await list_files(repository, "", limit=3)) == 3


async def test_completion_in_a_directory_that_is_not_there(home: Path) -> None:
    assert await list_files(home / "gone", "x") == []


async def test_completion_is_fast_in_a_large_repository(home: Path) -> None:
    for folder in range(100):
        (home / f"package{folder}").mkdir()
        for number in range(200):
            (home / f"package{folder}" / f"module_{number}_{folder}.py").touch()
    await list_files(home, "m")
    begun = time.monotonic()
    found = await list_files(home, "mod199")
    assert time.monotonic() - begun < 1.0
    assert found[0].path.startswith("package")
