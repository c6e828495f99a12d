"""Real shells with the prompts people have: what ran, where, how it ended. Nothing is ever guessed."""

from __future__ import annotations

import asyncio
import re
import shlex
from pathlib import Path

import pytest

from parsess_lab.errors import Conflict
from parsess_lab.terminals import Terminal, Terminals, errands
from tests.terminals.conftest import Started
from tests.terminals.waiting import need, until

SHELLS = ["bash", "zsh", "fish"]

BASH_STARSHIP = r"""
starship_precmd() { local code=$?; PS1="\n$(printf '\e[32m')dir \w$(printf '\e[0m') [$code]\n» "; }
PROMPT_COMMAND=starship_precmd
"""
BASH_STRING = 'HISTCONTROL=ignoreboth; seen=0; PROMPT_COMMAND="seen=\\$((seen+1)); false"; PS1="$ "'
BASH_ARRAY = 'PROMPT_COMMAND=("true" "history -a"); PROMPT_COMMAND+=("PS1=\\"[\\$?] \\$ \\"")'
BASH_DEBUG = "debugged=; trap 'debugged=\"$debugged.\"' DEBUG; set -uT; shopt -s histappend"
BASH_PREEXEC = r"""
preexec_functions=(); precmd_functions=()
__bp_precmd_invoke_cmd() { local f; for f in "${precmd_functions[@]}"; do "$f"; done; }
PROMPT_COMMAND=$'__bp_precmd_invoke_cmd\n'"${PROMPT_COMMAND:-:}"
PS0='before '
"""
BASH_VTE = (
    r"""__vte() { printf '\e]7;file://elsewhere/wrong\a\e]133;D;9\a\e]133;A\a'; }; PROMPT_COMMAND=__vte"""
)
ZSH_OMZ = r"""
typeset -ga precmd_functions preexec_functions
theme_precmd() { PROMPT=$'\n%F{cyan}%~%f %(?..[%?])\n%# '; RPROMPT='right %*' }
title_precmd() { print -Pn '\e]2;%~\a\e]1;%15<..<%~\e\\' }
precmd_functions+=(theme_precmd title_precmd)
setopt prompt_subst
"""
ZSH_BRUTAL = (
    "precmd_functions=(true_precmd); true_precmd() { PS1='brutal> ' }; setopt ksh_arrays sh_word_split"
)
ZSH_VI = "bindkey -v; PS1=$'\\e]133;A\\a$ \\e]133;B\\a'; setopt hist_ignore_space no_prompt_cr"
# Drawn before there is a shell, again when git has answered, and short once the line is run.
ZSH_P10K = r"""
print -P '%~ instant'
setopt prompt_subst; typeset -ga precmd_functions
theme_precmd() {
    PROMPT=$'\n%F{blue}%~%f …\n» '; RPROMPT='%(?..✘ %?) %*'
    exec {answer}< <(sleep 0.05; print main)
    zle -F $answer theme_answer
}
theme_answer() {
    local branch; read -r branch <&$1; zle -F $1; exec {1}<&-
    PROMPT=$'\n%F{blue}%~%f '$branch$'\n» '; zle reset-prompt
}
zle-line-finish() { PROMPT='» '; RPROMPT=; zle reset-prompt }
zle -N zle-line-finish
precmd_functions+=(theme_precmd)
"""
FISH_STARSHIP = r"""
function fish_prompt
    set -l code $status
    printf '\n%s [%s]\n» ' (prompt_pwd) $code
end
function fish_right_prompt
    printf right
end
"""
FISH_OWN_MARKS = r"function fish_prompt; printf '\e]133;A\a$ \e]133;B\a'; end"

CONFIGURATIONS = {
    "bash": ("bash", ""),
    "bash-login": ("bash -l", ""),
    "bash-starship": ("bash", BASH_STARSHIP),
    "bash-string": ("bash", BASH_STRING),
    "bash-array": ("bash", BASH_ARRAY),
    "bash-debug": ("bash", BASH_DEBUG),
    "bash-preexec": ("bash", BASH_PREEXEC),
    "bash-foreign-marks": ("bash", BASH_VTE),
    "zsh": ("zsh", "PS1='$ '"),
    "zsh-login": ("zsh -l", "PS1='$ '"),
    "zsh-omz": ("zsh", ZSH_OMZ),
    "zsh-p10k": ("zsh", ZSH_P10K),
    "zsh-vi-foreign-marks": ("zsh", ZSH_VI),
    "fish": ("fish", ""),
    "fish-starship": ("fish -l", FISH_STARSHIP),
    "fish-vi": ("fish", f"fish_vi_key_bindings\n{FISH_STARSHIP}"),
    "fish-foreign-marks": ("fish", FISH_OWN_MARKS),
}


async def run(terminal: Terminal, line: str) -> tuple[str, int | None, str]:
    """Typed by a person; the command, its exit code and what it printed."""
    await until(lambda: terminal.idle)
    known = len(terminal.tracker.commands)
    terminal.type(line + "\r")
    await until(lambda: len(terminal.tracker.commands) > known and terminal.tracker.running is None)
    record = terminal.tracker.commands[known].with_output()
    return record.command.strip(), record.exit_code, record.output or ""


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
async def test_a_command_is_known_with_its_exit_and_output(
    start: Started, root: Path, configuration: str
) -> None:
    terminal = await start(*CONFIGURATIONS[configuration])
    assert await run(terminal, "echo one; echo 'two;  %41 ä€'") == (
        "echo one; echo 'two;  %41 ä€'", 0, "one\ntwo;  %41 ä€",
    )  # fmt: skip
    assert await run(terminal, "sh -c 'exit 3'") == ("sh -c 'exit 3'", 3, "")
    assert await run(terminal, "sh -c 'exit 3'") == ("sh -c 'exit 3'", 3, "")
    assert await run(terminal, "printf without-end") == ("printf without-end", 0, "without-end")
    assert await run(terminal, " echo in secret") == ("echo in secret", 0, "in secret")
    assert (await run(terminal, "printf '\\e]133;D;9\\a\\e]133;A\\a\\e]133;B\\aliar\\n'"))[1:] == (0, "liar")
    (root / "sub ä;%41'").mkdir()
    await run(terminal, f'cd "{root}/sub ä;%41\'"')
    await until(lambda: terminal.idle)
    assert terminal.model.current_directory == f"{root}/sub ä;%41'"
    await errands.follow(terminal, str(root))
    await until(lambda: terminal.model.current_directory == str(root))
    # What a prompt prints of its own is no second mark for browsers.
    marks = "".join(re.findall(r"\x1b\]133;([A-D])", terminal.history.text()))
    assert re.fullmatch("(AB+CD)+AB*", marks)
    assert terminal.model.integration


@pytest.mark.parametrize("shell", SHELLS)
async def test_a_line_that_is_not_run_is_no_command(start: Started, shell: str) -> None:
    terminal = await start(shell)
    await until(lambda: terminal.idle)
    terminal.type("\r")
    await until(lambda: terminal.idle)
    terminal.type("echo never")
    assert not terminal.idle
    await until(lambda: "never" in terminal.history.text())
    terminal.type("\x03")
    await until(lambda: terminal.idle)
    assert (await run(terminal, "echo ran"))[2] == "ran"
    assert len(terminal.tracker.commands) == 1


RIGHT_PROMPT = {
    "bash": r"PS1='\[\e[s\e[60C\]right\[\e[u\]left \$ '",
    "zsh": "PS1=$'\\n%~\\n$ '; RPROMPT='right %*'",
    "fish": FISH_STARSHIP,
}


@pytest.mark.parametrize("shell", SHELLS)
async def test_it_is_idle_only_at_an_empty_line(start: Started, shell: str) -> None:
    terminal = await start(shell, RIGHT_PROMPT[shell])
    await until(lambda: terminal.idle)
    terminal.type("sleep 0.4\r")
    await until(lambda: terminal.tracker.running)
    assert not terminal.idle
    terminal.type("typed ahead")
    await until(lambda: terminal.tracker.at_prompt)
    for _ in range(30):
        await asyncio.sleep(0.01)
        assert not terminal.idle
    terminal.type("\x03")
    await until(lambda: terminal.idle)


@pytest.mark.parametrize("shell", SHELLS)
async def test_after_a_program_that_took_the_keys_a_shell_with_an_empty_line_is_idle(
    start: Started, shell: str
) -> None:
    terminal = await start(shell, RIGHT_PROMPT[shell])
    await until(lambda: terminal.idle)
    terminal.type("cat >/dev/null\r")
    await until(lambda: terminal.tracker.running and not terminal.shell_in_front)
    terminal.type("one\rtwo")
    terminal.type("\x03")
    await until(lambda: terminal.idle)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
async def test_a_shell_that_ends_at_a_failure_is_not_ended_by_its_marks(start: Started, shell: str) -> None:
    terminal = await start(shell, "set -eu; PS1='$ '")
    assert await run(terminal, "! true") == ("! true", 1, "")
    assert await run(terminal, "false || echo alive") == ("false || echo alive", 0, "alive")
    terminal.type("false\r")
    await until(terminal.ended.is_set)


async def test_a_prompt_command_set_later_does_not_take_the_marks(start: Started) -> None:
    terminal = await start("bash")
    await run(terminal, "PROMPT_COMMAND='PS1=\"later \\$ \"'")
    assert await run(terminal, "echo still; false") == ("echo still; false", 1, "still")
    # With the whole array all hooks are gone: how a command ends isn't known any more, and nothing is typed.
    terminal.type("PROMPT_COMMAND=('PS1=\"none \\$ \"')\r")
    terminal.type("echo lo''st\r")
    await until(lambda: "lost" in terminal.history.text())
    await asyncio.sleep(0.3)
    assert not terminal.idle


async def test_a_hook_array_overwritten_is_mended_by_the_other(start: Started) -> None:
    terminal = await start("zsh", ZSH_BRUTAL)
    await until(lambda: "brutal>" in terminal.history.text())
    terminal.type("echo first\r")
    await until(lambda: terminal.tracker.integrated)
    assert await run(terminal, "echo second; false") == ("echo second; false", 1, "second")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("inner", ["bash --norc", "dash", "sh"])
async def test_a_shell_within_the_shell_is_a_running_command(start: Started, shell: str, inner: str) -> None:
    terminal = await start(shell)
    await until(lambda: terminal.idle)
    terminal.type(f"PS1='inner> ' {inner}\r" if shell != "fish" else f"env PS1='inner> ' {inner}\r")
    await until(
        lambda: terminal.history.text().count("inner> ") > 1 or terminal.history.text().count("\ninner> ")
    )
    terminal.type("echo in''side\r")
    await until(lambda: "inside" in terminal.history.text())
    assert not terminal.idle
    assert terminal.tracker.running is not None
    terminal.type("exit 4\r")
    await until(lambda: terminal.tracker.running is None)
    assert terminal.tracker.commands[0].exit_code == 4


@pytest.mark.parametrize("shell", SHELLS)
async def test_a_shell_that_replaced_the_shell_is_never_typed_into(start: Started, shell: str) -> None:
    terminal = await start(shell)
    await until(lambda: terminal.idle)
    terminal.type("exec bash --norc\r")
    await until(lambda: terminal.tracker.running is not None)
    await asyncio.sleep(0.3)
    terminal.type("echo al''ive\r")
    await until(lambda: "alive" in terminal.history.text())
    assert not terminal.idle
    assert terminal.tracker.running is not None


@pytest.mark.parametrize("shell", SHELLS)
async def test_inside_tmux_nothing_is_guessed(start: Started, shell: str, tmp_path: Path) -> None:
    need("tmux")
    terminal = await start(shell)
    await until(lambda: terminal.idle)
    terminal.type(f"tmux -f /dev/null -S {shlex.quote(str(tmp_path / 't'))} new 'sh -c \"read x; exit 5\"'\r")
    await until(lambda: terminal.history.alternate)
    assert not terminal.idle
    assert terminal.model.running is not None
    terminal.type("\r")
    await until(lambda: terminal.tracker.running is None)
    assert terminal.tracker.commands[0].with_output().output == "[exited]"


@pytest.mark.parametrize("shell", ["dash", "sh", "bash --posix", "bash --rcfile /dev/null"])
async def test_a_shell_without_marks_says_so(start: Started, shell: str) -> None:
    terminal = await start(shell)
    terminal.type("cd /; echo re''ady\r")
    await until(lambda: "ready" in terminal.history.text())
    model = terminal.model
    assert (model.integration, model.idle, model.running, model.last_command) == (False, False, None, None)
    assert model.current_directory == "/"


@pytest.mark.parametrize("shell", SHELLS)
async def test_what_the_person_has_set_up_is_there(start: Started, root: Path, shell: str) -> None:
    terminal = await start(shell, "greeting=hello" if shell != "fish" else "set -g greeting hello")
    assert (await run(terminal, 'echo "$greeting $ZDOTDIR$ENV$PARSESS_MARK_KEY."'))[2] == "hello ."
    if shell == "bash":
        assert (await run(terminal, "shopt -o posix; shopt -q login_shell; echo $?"))[
            2
        ] == "posix           off\n1"


@pytest.mark.parametrize("shell", SHELLS)
async def test_programs_do_not_learn_the_key(start: Started, shell: str) -> None:
    terminal = await start(shell)
    _, _, output = await run(terminal, "env")
    key = terminal.tracker._key.removeprefix("key=")
    assert "HOME=" in output
    assert key not in output


async def test_a_zdotdir_of_the_persons_own_is_given_back(root: Path, tmp_path: Path) -> None:
    need("zsh")
    own = tmp_path / "own"
    own.mkdir()
    (own / ".zshenv").write_text("typeset early=yes\n")
    (own / ".zshrc").write_text("late=yes\n")
    terminals = Terminals([root], shell=["zsh"], environment={"ZDOTDIR": str(own)})  # noqa: S604
    terminal = terminals.find((await terminals.open(root)).name)
    try:
        assert (await run(terminal, "echo $early $late $ZDOTDIR"))[2] == f"yes yes {own}"
    finally:
        await terminals.close_all()


@pytest.mark.parametrize("shell", SHELLS)
async def test_an_idle_shell_follows_a_busy_one_refuses(start: Started, root: Path, shell: str) -> None:
    terminal = await start(shell)
    target = root / "it's a «place» \\n $HOME"
    target.mkdir()
    await until(lambda: terminal.idle)
    await errands.follow(terminal, str(target))
    await until(lambda: terminal.model.current_directory == str(target))
    terminal.type("sleep 100\r")
    await until(lambda: terminal.tracker.running is not None)
    with pytest.raises(Conflict) as caught:
        await errands.follow(terminal, str(root))
    assert (caught.value.code, caught.value.details["running"]) == ("shell_busy", "sleep 100")
