"""A line for bash, as it is typed into a person's shell so that it does there what it says."""

from __future__ import annotations

import re

from parsess_lab.terminals.marking import quoted

_WORD = r"""(?!%)(?:[\w./:,@+%-]|(?<=[\w-])=|'[^'!\\\n]*'|"[^"$`!\\\n]*")+"""
_SIMPLE = rf"{_WORD}(?:\ +{_WORD})*"
_PLAIN = re.compile(rf"{_SIMPLE}(?:\ *(?:&&|\|\||\||;)\ *{_SIMPLE})*", re.VERBOSE)
_FIRST = re.compile(r"(?:^|&&|\|\||\||;)\ *([^\s;|&]+)")
_OF_THE_SHELL = re.compile(
    r"abbr|alias|and|begin|bg|bind|break|builtin|case|chdir|command|compopt|complete|continue|coproc|declare|dirs|disown"
    r"|do|done|elif|else|emulate|enable|end|esac|eval|exec|exit|export|fc|fg|fi|for|function|getopts|hash|help|history|if"
    r"|in|jobs|let|local|logout|mapfile|nocorrect|noglob|not|or|popd|pushd|read|readarray|readonly|repeat|return|select"
    r"|set|setopt|shift|shopt|source|suspend|switch|then|time|times|trap|type|typeset|ulimit|umask|unalias|unset|unsetopt"
    r"|until|wait|which|while|\.|-|.*=.*"
)


def typed(shell: str, line: str) -> str:
    """``line`` as it stands if all shells read it alike, else given to bash as one word.

    An interactive shell would put earlier commands in place of ``!rm``, zsh and fish read much otherwise, and what
    changes or ends a shell (``set -e``, ``exit``) must not do so with the person's own.

    Args:
        shell: the name of its program.
        line: one line or several, without control characters.
    """
    if _PLAIN.fullmatch(line.strip(" ")) and not any(map(_OF_THE_SHELL.fullmatch, _FIRST.findall(line))):
        return line
    return f"bash -c {quoted(shell, line)}"
