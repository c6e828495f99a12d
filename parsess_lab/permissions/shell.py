"""A shell line taken apart into the commands that bash would run.

Only what is understood for certain comes through: the shapes listed here, in the order bash runs them. For
all else (expansions, loops, functions, heredocs, substitutions, odd characters, errors) :class:`Unclear` is
raised, and the person is asked. Two readers must agree: tree-sitter-bash finds the structure, each word is
read anew from its raw text, and nothing between the pieces may be left unaccounted for.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from parsess_lab.permissions.words import Unclear, Word, read_word

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

__all__ = ["Part", "Redirect", "Unclear", "Word", "parse"]

_STRUCTURES = frozenset(
    ["program", "list", "pipeline", "subshell", "compound_statement", "negated_command", "if_statement",
     "elif_clause", "else_clause"]
)  # fmt: skip
_JOINTS = frozenset(
    ["&&", "||", ";", "&", "|", "|&", "(", ")", "{", "}", "!", "if", "then", "elif", "else", "fi", "\n"]
)
_WORDS = frozenset(["word", "number", "string", "raw_string", "concatenation", "simple_expansion"])
_REDIRECTS = frozenset([">", ">>", "<", "&>", "&>>", ">|", ">&", "<&", ">&-", "<&-"])
_RESERVED = frozenset(
    ["case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select",
     "then", "time", "until", "while", "[[", "]]", "{", "}", "!"]
)  # fmt: skip
_BETWEEN = re.compile(rb"(?:[ \t\n]|(?<=[ \t])\\\n(?=[ \t]*[^#\s]))*")
_IN_LINE = re.compile(rb"(?:[ \t]|(?<=[ \t])\\\n(?=[ \t]*[^#\s]))*")
_HARMLESS_VARIABLES = frozenset(
    [
        "CI",
        "NO_COLOR",
        "FORCE_COLOR",
        "NODE_ENV",
        "LANG",
        "LC_ALL",
        "TZ",
        "PYTHONUNBUFFERED",
        "RUST_BACKTRACE",
    ]
)
_HARMLESS_VALUE = re.compile(r"[A-Za-z0-9_.-]*")
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Redirect:
    """A file opened for a command. Copies of descriptors (``2>&1``) are none."""

    target: Word
    writes: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One command, in the order bash reaches it. ``words`` is empty for a bare redirection."""

    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]
    text: str


def parse(command: str) -> list[Part]:
    """The commands of a line.

    Raises:
        Unclear: it can't be said for certain what would run.
    """
    _check_characters(command)
    source = command.encode()
    root = _parser().parse(source).root_node
    if root.has_error:
        raise Unclear("it isn't understood as a shell line")
    reader = _Reader(source)
    reader.check_gap(_BETWEEN, 0, root.start_byte)
    reader.check_gap(_BETWEEN, root.end_byte, len(source))
    reader.visit(root)
    if not reader.parts:
        raise Unclear("it runs nothing")
    return reader.parts


@cache
def _parser() -> Parser:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))


def _check_characters(command: str) -> None:
    if len(command) > _LONGEST:
        raise Unclear("it is too long to be checked")
    for character in command:
        if character not in " \t\n" and unicodedata.category(character)[0] in "CZ":
            raise Unclear(f"it holds an invisible character (U+{ord(character):04X})")


class _Reader:
    def __init__(self, source: bytes) -> None:
        self.source = source
        self.parts: list[Part] = []

    def visit(self, node: Node) -> None:
        if node.is_missing or node.is_error:
            raise Unclear("it isn't understood as a shell line")
        if node.type in _STRUCTURES:
            self._check_gaps(node, _BETWEEN)
            for child in node.children:
                self.visit(child)
        elif node.type == "command":
            self._command(node, [])
        elif node.type == "redirected_statement":
            self._redirected(node)
        elif node.type == "comment":
            self._comment(node)
        elif node.is_named or node.type not in _JOINTS:
            raise Unclear(f"it holds a {node.type.replace('_', ' ')}")

    def _redirected(self, node: Node) -> None:
        self._check_gaps(node, _IN_LINE)
        redirects = [child for child in node.children if child.type == "file_redirect"]
        bodies = [child for child in node.children if child.type != "file_redirect"]
        if not bodies:
            self._add(node, [], redirects)
        elif len(bodies) == 1 and bodies[0].type == "command":
            self._command(bodies[0], redirects, whole=node)
        else:
            for body in bodies:
                if body.type not in _STRUCTURES:
                    raise Unclear(f"it holds a {body.type.replace('_', ' ')}")
                self.visit(body)
            self._add(node, [], redirects)

    def _command(self, node: Node, redirects: list[Node], whole: Node | None = None) -> None:
        self._check_gaps(node, _IN_LINE)
        words: list[Node] = []
        for child in node.children:
            if child.type == "variable_assignment" and not words:
                self._assignment(child)
            elif child.type == "command_name":
                words.append(child.children[0])
            elif child.type == "file_redirect":
                redirects = [*redirects, child]
            elif child.type in _WORDS:
                words.append(child)
            else:
                raise Unclear(f"it holds a {child.type.replace('_', ' ')}")
        self._add(whole or node, words, redirects)

    def _add(self, node: Node, words: list[Node], redirects: list[Node]) -> None:
        read = tuple(self._word(word) for word in words)
        if read:
            _check_program(read[0])
        opened = tuple(redirect for found in redirects if (redirect := self._redirect(found)) is not None)
        self.parts.append(Part(read, opened, self._text(node)))

    def _word(self, node: Node) -> Word:
        if node.type not in _WORDS:
            raise Unclear(f"it holds a {node.type.replace('_', ' ')}")
        return read_word(self._text(node))

    def _redirect(self, node: Node) -> Redirect | None:
        self._check_gaps(node, _IN_LINE)
        *before, last = node.children
        operators = [child.type for child in node.children if not child.is_named]
        if len(operators) != 1 or operators[0] not in _REDIRECTS:
            raise Unclear("it holds an unusual redirection")
        if any(child.is_named and child.type != "file_descriptor" for child in before):
            raise Unclear("it holds an unusual redirection")
        if not last.is_named:
            return None  # >&- closes a descriptor
        target = self._word(last)
        if operators[0] in {">&", "<&"} and target.text.rstrip("-").isdecimal():
            return None
        return Redirect(target, writes=operators[0] != "<")

    def _assignment(self, node: Node) -> None:
        name, _, value = self._text(node).partition("=")
        if name not in _HARMLESS_VARIABLES or not _HARMLESS_VALUE.fullmatch(value):
            raise Unclear(f"it sets {name} for a command")

    def _comment(self, node: Node) -> None:
        before = self.source[: node.start_byte]
        if before and before[-1:] not in b" \t\n;":
            raise Unclear("it holds a comment in an odd place")
        if before.rstrip(b" \t").endswith(b"\\\n") or b"\n" in (node.text or b"\n"):
            raise Unclear("it holds a comment in an odd place")

    def _check_gaps(self, node: Node, allowed: re.Pattern[bytes]) -> None:
        at = node.start_byte
        for child in node.children:
            self.check_gap(allowed, at, child.start_byte)
            at = child.end_byte
        self.check_gap(allowed, at, node.end_byte)

    def check_gap(self, allowed: re.Pattern[bytes], start: int, end: int) -> None:
        match = allowed.match(self.source, start)
        if match is None or match.end() < end:
            raise Unclear("it can't be taken apart with certainty")

    def _text(self, node: Node) -> str:
        return self.source[node.start_byte : node.end_byte].decode()


def _check_program(word: Word) -> None:
    if word.dynamic or word.glob or word.home or "=" in word.text or not word.text:
        raise Unclear("the program's name isn't known before it runs")
    if word.text in _RESERVED:
        raise Unclear(f"it uses “{word.text}”")
