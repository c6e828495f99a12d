"""Shell lines that try to slip past rules and past the list of readers; ordinary ones that must not be asked.

The lines that bash really runs are checked too: whatever is allowed is executed, and must leave no canary.
"""

import asyncio
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from parsess_lab.events import Mode
from parsess_lab.permissions.access import Access, Allow, Boundary, Decision
from parsess_lab.permissions.decide import decide
from parsess_lab.tools.tool import Place, Reporter
from parsess_lab.tools.toolbox import Toolbox

RULES = [
    "run(git diff *)",
    "run(git log *)",
    "run(git grep *)",
    "run(git push *)",
    "run(ls *)",
    "run(npm test *)",
    "run(cat *)",
    "run(find *)",
    "run(sort *)",
    "run(rg *)",
    "run(make test)",
    "run(./check.sh *)",
]

SLIPS = {
    "a second command": [
        "git diff; touch CANARY",
        "git diff ;touch CANARY",
        "git diff;touch CANARY;",
        "git diff && touch CANARY",
        "git diff&&touch CANARY",
        "git diff || touch CANARY",
        "git diff | tee CANARY",
        "git diff |& tee CANARY",
        "git diff & touch CANARY",
        "git diff &touch CANARY&",
        "git diff\ntouch CANARY",
        "git diff\n\n\ttouch CANARY",
        "git diff # nothing\ntouch CANARY",
        "git diff \\\n; touch CANARY",
        "ls \\\n#\ntouch CANARY",
        "(git diff; touch CANARY)",
        "{ git diff; touch CANARY; }",
        "! touch CANARY",
        "ls | cat | sh",
        "cat check.sh | bash",
        "npm test; npm publish",
        "npm test && npm run deploy",
    ],
    "substitution": [
        "git diff $(touch CANARY)",
        "git diff `touch CANARY`",
        'git diff "$(touch CANARY)"',
        'git diff "`touch CANARY`"',
        "git diff <(touch CANARY)",
        "cat <(touch CANARY)",
        "git diff > >(tee CANARY)",
        "ls $((a[$(touch CANARY)]))",
        "ls ${x:-$(touch CANARY)}",
        "ls ${x:=$(touch CANARY)}",
        "ls ${!x}",
        "ls ${x@P}",
        "ls $[1+1]",
        "git log --format=$(touch CANARY)",
        "echo \"$(cat <<EOF\n$(touch CANARY)\nEOF\n)\"",
        'echo "${a[$(touch CANARY)]}"',
    ],
    "heredocs": [
        "cat <<EOF\n$(touch CANARY)\nEOF",
        "cat <<EOF\n`touch CANARY`\nEOF",
        "cat <<-EOF\n\t$(touch CANARY)\n\tEOF",
        "cat <<'EOF'\nx\nEOF\ntouch CANARY",
        "cat <<E\"O\"F\nx\nEOF\ntouch CANARY",
        "cat <<\\EOF\nEOF\ntouch CANARY",
        "cat <<< $(touch CANARY)",
        "cat <<EOF | sh\ntouch CANARY\nEOF",
    ],
    "redirections": [
        "git diff > /etc/CANARY",
        "git diff > ../CANARY",
        "git diff >> ~/.bashrc",
        "git diff >| ../CANARY",
        "git diff &> ../CANARY",
        "git diff &>> ../CANARY",
        "git diff 2> ../CANARY",
        "git diff >& ../CANARY",
        "git diff 3<> ../CANARY",
        "> ../CANARY git diff",
        ">../CANARY",
        "git diff > .git/hooks/pre-commit",
        "git diff > .GIT/config",
        "git diff > $f",
        "git diff > out/CANARY",
        "git diff > sub/*",
        "cat < /etc/passwd",
        "cat < out/passwd",
        "git diff > /dev/tcp/127.0.0.1/9",
        "{ git diff; } > ../CANARY",
        "(cd sub; git diff) > ../CANARY",
        "git diff {fd}> ../CANARY",
    ],
    "variables before a command": [
        "GIT_EXTERNAL_DIFF=./evil git diff",
        "LD_PRELOAD=./evil.so git diff",
        "PATH=.:$PATH git diff",
        "PAGER='touch CANARY' git log",
        "GIT_PAGER=./evil git diff",
        "GIT_CONFIG_COUNT=1 git diff",
        "BASH_ENV=./evil npm test",
        "NODE_OPTIONS=--require=./evil.js npm test",
        "CI=$(touch CANARY) npm test",
        "CI=`touch CANARY` npm test",
        "CI+=1 npm test",
        "LANG=../../evil ls",
        "A=1 B=2 ls",
        "PATH=.; git diff",
        "export GIT_EXTERNAL_DIFF=./evil; git diff",
        "declare -x PATH=.; git diff",
        "IFS=x; ls",
        "a[$(touch CANARY)]=1 ls",
    ],
    "another meaning for a name": [
        "alias git=evil; git diff",
        "git() { touch CANARY; }; git diff",
        "function git { touch CANARY; }; git diff",
        "git () ( touch CANARY ); git diff",
        "shopt -s expand_aliases; alias ls='touch CANARY'\nls",
        "hash -p ./evil git; git diff",
        "enable -f ./evil.so ls; ls",
        "set -- x; ls",
        "trap 'touch CANARY' EXIT; ls",
        "trap 'touch CANARY' DEBUG\ngit diff",
        "source ./evil; ls",
        ". ./evil; ls",
        "eval git diff",
        "eval 'touch CANARY'",
        "coproc touch CANARY",
        "exec git diff",
        "command git diff",
        "builtin cd ..; ls",
    ],
    "wrappers": [
        "env git diff",
        "env touch CANARY",
        "xargs git diff",
        "ls | xargs touch",
        "nohup git diff",
        "timeout 5 git diff",
        "nice git diff",
        "time git diff",
        "sudo git diff",
        "stdbuf -o0 git diff",
        "sh -c 'git diff'",
        "bash -c 'touch CANARY'",
        "busybox ls",
        "setsid git diff",
        "find . -exec touch CANARY ;",
        "find . -exec touch CANARY \\;",
        "find . -execdir touch CANARY +",
        "find . -ok touch CANARY \\;",
        "find . -delete",
        "find . -fprint CANARY",
        "find . -fprintf CANARY x",
        "find . -fls CANARY",
        "find -L . -name x",
    ],
    "git's own ways": [
        "git -c core.pager='touch CANARY' diff",
        "git -c alias.x='!touch CANARY' x",
        "git -c core.fsmonitor=./evil status",
        "git --exec-path=. diff",
        "git --config-env=core.pager=X diff",
        "git -C .. diff",
        "git --git-dir=bare diff",
        "git --paginate log",
        "git -p log",
        "git diff --ext-diff",
        "git diff --output=CANARY",
        "git diff --output CANARY",
        "git diff --outp=CANARY",
        "git diff --textconv",
        "git log --output=CANARY",
        "git log --o=CANARY",
        "git log -p --ext-diff",
        "git grep -O'touch CANARY' x",
        "git grep -nO./evil x",
        "git grep --open-files-in-pager=./evil x",
        "git grep --open=./evil x",
        "git push --receive-pack=./evil",
        "git push --exec=./evil",
        "git difftool",
        "git diff --no-index /etc/passwd check.sh",
        "git diff --no-index out/passwd check.sh",
        "cd bare && git status",
        "cd bare; git diff",
    ],
    "options of others": [
        "sort -o CANARY check.sh",
        "sort -oCANARY check.sh",
        "sort -uo CANARY check.sh",
        "sort --output=CANARY check.sh",
        "sort --out=CANARY check.sh",
        "sort --compress-program=./evil check.sh",
        "rg --pre ./evil x",
        "rg --pre=./evil x",
        "rg --hostname-bin=./evil x",
        "rg -z x",
        "rg -L x",
        "sed -i s/a/b/ check.sh",
        "sed -n 'w CANARY' check.sh",
        "sed -n '1e touch CANARY' check.sh",
        "sed -n 1p check.sh -i",
        "sed s/a/b/w check.sh",
        "uniq check.sh CANARY",
        "date -s 2020-01-01",
        "npm test --script-shell=./evil",
        "npm --prefix sub test",
        "npm test --prefix sub",
        "npm test --node-options=--require=./evil.js",
        "npm testx",
        "npm run test",
        "diff -r sub out",
        "diff -l check.sh check.sh",
        "grep -R x .",
        "tee CANARY",
        "printf -v PATH .",
        "test -v 'a[$(touch CANARY)]'",
        "[ -v 'a[$(touch CANARY)]' ]",
        "[[ 'a[$(touch CANARY)]' -eq 0 ]]",
        "(( a[$(touch CANARY)] ))",
        "make test evil",
        "make testx",
    ],
    "spelling": [
        "'git' 'diffx'",
        "g\\it difftool",
        "$'git' diff",
        "git $'diff'",
        'git $"diff"',
        "git dif\\\nf",
        "$git diff",
        "${GIT} diff",
        "git diff {a,--output=CANARY}",
        "ls {1..3}",
        "./git diff",
        "/usr/bin/git diff",
        "git\u00a0diff; touch CANARY",
        "git diff\u00a0; touch CANARY",
        "git diff\u2003x",
        "git diff\u2028touch CANARY",
        "git diff\u200b",
        "ls\u202e",
        "git diff\rtouch CANARY",
        "git diff\r\ntouch CANARY",
        "git diff\x00touch CANARY",
        "git diff\x1b[2K",
        "git diff\x0btouch CANARY",
        "git diff 'x",
        'git diff "x',
        "git diff )",
        "git diff (x)",
        "git diff x`",
        "git diff *",
        "git diff ?-output=CANARY",
        "git diff [-]-output=CANARY",
        "git diff -*",
        "*",
        "gi? diff",
        "~/git diff",
        "[g]it diff",
        "git=diff",
        "git diff a#b; touch CANARY",
        "echo a\\\n#b; touch CANARY",
        "",
        "   ",
        "# only words",
        "~root/x",
        "ls ~root",
        "ls ~+",
        "git diff x=~",
    ],
    "control flow": [
        "if true; then touch CANARY; fi",
        "if touch CANARY; then ls; fi",
        "if false; then ls; elif touch CANARY; then ls; fi",
        "if false; then ls; else touch CANARY; fi",
        "for x in 1; do touch CANARY; done",
        "for x in $(touch CANARY); do ls; done",
        "for f in *; do cat $f; done",
        "while touch CANARY; do ls; done",
        "until touch CANARY; do ls; done",
        "case x in x) touch CANARY;; esac",
        "select x in a; do touch CANARY; done",
        "for ((;;)); do ls; done",
        "while true; do cd ..; done; cat passwd",
    ],
    "leading outside": [
        "cat /etc/passwd",
        "cat ../other",
        "cat sub/../../other",
        "cat out/passwd",
        "cat secret",
        "cat ./secret",
        "cat *",
        "cat ./*",
        "cat s*",
        "cat */passwd",
        "cat .*",
        "cat ~/.ssh/id_rsa",
        "cat ~",
        "cat $HOME/.ssh/id_rsa",
        "ls ..",
        "ls -la /",
        "ls out/",
        "cd .. && ls",
        "cd ..; ls",
        "cd; ls",
        "cd -; ls",
        "cd ~; ls",
        "cd out; ls",
        "cd sub && cat ../../other",
        "cd sub; cd ..; cat ../other",
        "cd sub/inner && git diff -- ../../../other",
        "cd inner-link; cat ../other",
        "(cd ..; ls)",
        "cd .. | ls",
        "cd $x && ls",
        "pushd ..; ls",
        "rg x /etc",
        "rg -f/etc/passwd x",
        "rg --file=/etc/passwd x",
        "rg -nfsecret x",
        "git diff -pOsecret",
        "git diff --no-index -- check.sh ../other",
        "wc --files0-from=/etc/passwd",
        "sort --files0-from=secret",
        "find / -name x",
        "find .. -name x",
        "grep -f/etc/passwd x",
        "grep -r x out/",
        "tail -n1 /var/log/syslog",
        "cd sub && ./check.sh",
    ],
}  # fmt: skip

ORDINARY = [
    "ls",
    "ls -la",
    "ls sub",
    "ls -la sub/inner",
    "ls *.py",
    "ls sub/*.txt",
    "pwd",
    "cat check.sh",
    "cat -n check.sh",
    "cat 'two words.txt'",
    'cat "two words.txt"',
    "cat two\\ words.txt",
    "head -n 5 check.sh",
    "head -5 check.sh",
    "tail -n +3 check.sh",
    "wc -l check.sh sub/a.txt",
    "cat check.sh | wc -l",
    "cat check.sh | sort | uniq -c | sort -rn | head -3",
    "sort -k2,2n -t, check.sh",
    "cut -d: -f1 check.sh",
    "tr a-z A-Z < check.sh",
    "grep -rn needle .",
    "grep -n 'foo$' check.sh",
    'grep -n "foo$" check.sh',
    "grep -E 'a|b' -i check.sh",
    "grep --include='*.py' -r x sub",
    "rg needle",
    "rg -n --glob '*.py' needle sub",
    "rg --files",
    "find . -name '*.py'",
    "find . -type f -not -path './.git/*'",
    "find . \\( -name a -o -name b \\) -print",
    "sed -n 1,20p check.sh",
    "sed -n '10,$p' check.sh",
    "diff -u check.sh sub/a.txt",
    "stat check.sh",
    "du -sh sub",
    "date",
    "date +%Y",
    "echo hello",
    "echo 'a; b' \"c && d\"",
    "echo $HOME",
    "which python",
    "python --version",
    "git --version",
    "git status",
    "git status --short --branch",
    "git diff",
    "git diff --stat HEAD~1",
    "git diff HEAD -- sub/a.txt",
    "git diff main...HEAD",
    "git diff HEAD@{1}",
    "git log --oneline -n 5",
    "git log --format='%h %s' -- check.sh",
    "git show HEAD:check.sh",
    "git branch",
    "git branch -a",
    "git blame check.sh",
    "git ls-files",
    "git rev-parse --abbrev-ref HEAD",
    "git stash list",
    "git remote -v",
    "git grep -n needle",
    "git status && git diff",
    "git status; git diff; git log -1",
    "git diff | head -50",
    "git diff 2>&1 | head",
    "git diff 2>/dev/null",
    "git diff > /dev/null 2>&1",
    "git push origin main",
    "npm test",
    "npm test -- --watch=false",
    "npm test sub/a.test.js",
    "CI=1 npm test",
    "NO_COLOR=1 CI=true npm test 2>&1 | tail -20",
    "make test",
    "./check.sh -v",
    "cd sub && ls",
    "cd sub && git diff",
    "(cd sub && ls)",
    "! git diff --quiet",
    "if git diff --quiet; then echo clean; else echo dirty; fi",
    "{ git status; git diff; }",
    "ls # what is here",
    "# first\nls\n# then\ngit status\n",
    "ls \\\n  -la \\\n  sub",
    "git status &&\ngit diff",
    "sleep 1",
    "true",
    "  ls  ",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with links that lead out, a bare repository inside, a file whose name is an option."""
    top = Path(os.path.realpath(tmp_path_factory.mktemp("corpus")))
    home = top / "home"
    (home / "sub" / "inner").mkdir(parents=True)
    (top / "other").write_text("outside\n")
    for name in ["check.sh", "two words.txt", "sub/a.txt", "a.py", "--output=CANARY"]:
        (home / name).write_text("needle\n")
    (home / "out").symlink_to("/etc")
    (home / "secret").symlink_to("/etc/passwd")
    (home / "inner-link").symlink_to("sub/inner")
    for arguments in (["init", "-q", "-b", "main"], ["init", "-q", "--bare", "bare"]):
        subprocess.run(["git", *arguments], cwd=home, check=True)
    return home


def judge(command: str, home: Path, mode: Mode = "ask", rules: Sequence[str] = RULES) -> Decision:
    boundary = Boundary(home, home, [home.parent], mode, rules)
    return decide(Access("execute", command=command), boundary)


@pytest.mark.parametrize("mode", ["ask", "accept_edits", "auto", "plan", "bypass"])
@pytest.mark.parametrize("command", [line for lines in SLIPS.values() for line in lines])
def test_no_line_slips_past_the_rules(command: str, mode: Mode, home: Path) -> None:
    assert not isinstance(judge(command, home, mode), Allow)


@pytest.mark.parametrize("command", ORDINARY)
def test_ordinary_lines_are_not_asked(command: str, home: Path) -> None:
    assert isinstance(judge(command, home), Allow)


def test_the_corpus_is_as_large_as_promised() -> None:
    assert sum(map(len, SLIPS.values())) >= 120
    assert len(ORDINARY) >= 60


ALLOWED = ["ls", "git diff", "cat check.sh", "./check.sh", "echo a", "git status", "cd sub", "true"]
CANARIES = [
    "touch CANARY", "touch $PWD/CANARY", ">CANARY", "cp check.sh CANARY", "sort -o CANARY check.sh",
]  # fmt: skip
GLUE = [
    ";", "&", "&&", "||", "|", "|&", "\n", " ", "  ", "\t", "\\", "\\\n", "#", " #", "'", "\"", "`",
    "$(", "$((", ")", "))", "(", "{ ", "; }", "${", "}", "<(", ">(", ">", ">>", "<", "<<EOF\n",
    "\nEOF\n", "<<'EOF'\n", "<<-E\n", "\nE\n", "<<<", "$'", "\\'", "\\\"", "\\$", "!", "~", "*", "=",
    "a=", "if ", "; then ", "; fi", "; else ", "do ", "; done", "while ", "for x in ", "case x in ",
    "x) ", ";;", " esac", "[[ ", " ]]", "\r", "\u00a0", "\u000b", "-", "--", "$x", "2>&1", "1", "eval ",
    "exec ", "env ", "time ", "x() ", "coproc ", "\\\\", "\\;", "\\\n#", "&>", ">&", "]", "[",
]  # fmt: skip


HARMLESS = [
    "echo 'touch CANARY'",
    'echo "touch CANARY" | cat',
    "ls # touch CANARY",
    "ls; # touch CANARY\necho b",
    "ls \\\n  'x;touch CANARY' && echo a",
    "cat check.sh \"$(\" '>CANARY' 2>/dev/null",
    "echo a\\;touch CANARY",
    "(echo a; ls '>CANARY')",
    "if true; then echo '; touch CANARY'; fi",
    "echo \\>CANARY \\| touch CANARY",
]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A line that only speaks of the canary, with something put in or taken out here and there."""
    line = draw(st.sampled_from(HARMLESS))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(line)))
        put_in = draw(st.sampled_from(["", *GLUE]))
        line = line[:at] + put_in + line[at + (put_in == "") :]
    return line


def lines() -> st.SearchStrategy[str]:
    piece = st.sampled_from([*ALLOWED, *CANARIES, *GLUE])
    loose = st.lists(piece, min_size=2, max_size=9).map("".join)
    glued = st.tuples(
        st.sampled_from(ALLOWED),
        st.lists(st.sampled_from(GLUE), min_size=1, max_size=4).map("".join),
        st.sampled_from(CANARIES),
        st.lists(st.sampled_from(GLUE), max_size=3).map("".join),
    ).map("".join)
    return st.one_of(loose, glued, damaged(), damaged())


async def run(line: str, home: Path) -> None:
    """As the agent's tool runs it."""
    toolbox = Toolbox(Place(home, home, [home.parent]))
    tool = toolbox.tools["run_command"]
    silent = Reporter(output=print, plan=print, moved=print, keep=lambda data: "")
    await tool.run(tool.parse({"command": line, "timeout": 20}), toolbox.place, silent)
    await toolbox.close()


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(line=lines())
def test_what_is_allowed_leaves_no_canary_when_bash_runs_it(line: str, home: Path) -> None:
    if not isinstance(judge(line, home), Allow):
        return
    event("allowed")
    asyncio.run(run(line, home))
    left = list(home.parent.rglob("CANARY*"))
    for path in left:
        path.unlink()
    assert left == [], f"{line!r} left {left}"
