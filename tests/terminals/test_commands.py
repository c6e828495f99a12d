"""What is said of a command: output as a person would read it, trimmed, without secrets; what is waited for."""

from __future__ import annotations

import time

import pytest

from parsess_lab.terminals.commands import KEPT, Command, Output, trim
from parsess_lab.terminals.mask import mask
from parsess_lab.terminals.monitors import Monitor, Watch
from parsess_lab.terminals.reduce import reduce

READ = {
    "plain": ("one\r\ntwo\r\n", "one\ntwo"),
    "colours": ("\x1b[1;31mred\x1b[0m and \x1b[38;5;1mmore\x1b[m  \r\n", "red and more"),
    "tabs": ("a\tb\r\n", "a       b"),
    "a bar": ("  0%\r 50%\r100%\r\ndone", "100%\ndone"),
    "a shorter line over a longer": ("downloading\rdone\x1b[K\r\n", "done"),
    "without erasing": ("abcdef\rxy", "xycdef"),
    "backspaces": ("passwort\b \bd", "password"),
    "bold by overstriking": ("b\bbo\bo", "bo"),
    "two bars, redrawn": ("a 0\r\nb 0\r\n\x1b[2A\x1b[Ka 9\r\n\x1b[Kb 9\r\n", "a 9\nb 9"),
    "erase the whole line": ("gone\x1b[2K\rnew", "new"),
    "erase the beginning": ("abcdef\x1b[3D\x1b[1K", "    ef"),
    "erase below": ("a\r\nb\r\nc\x1b[2A\r\x1b[J", ""),
    "insert and delete": ("abc\r\x1b[2@xy\x1b[1P", "xybc"),
    "to a column": ("abc\x1b[10Gx", "abc      x"),
    "cursor kept": ("ab\x1b7cd\x1b8x", "abxd"),
    "titles and links": ("\x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
    "full screen": ("before\r\n\x1b[?1049h\x1b[2Jdrawn\x1b[?1049lafter", "before\nafter"),
    "wrapped": ("x" * 90 + "\r\n", "x" * 90),
    "a bar as wide as the screen": ("#" * 80 + "\r" + "=" * 80 + "\r\n", "=" * 80),
    "wrapped and drawn again": ("y" * 90 + "\r\x1b[A" + "z" * 90 + "\r\n", "z" * 90),
    "up beyond the top": ("a\x1b[9A\rb", "b"),
    "numbers beyond all bounds": ("a\x1b[999999999Cb\x1b[99999999B", "a" + " " * 78 + "b"),
    "other sequences": ("\x1b(B\x1b[?2004h\x1b[>4;1mx\x1bP$qm\x1b\\\x1b=", "x"),
    "binary": ("\x00\x01\x7fa\x08\x1b", "a"),
    "characters": ("ä€𝄞\r\n", "ä€𝄞"),
}


@pytest.mark.parametrize("case", READ)
def test_output_is_read_as_a_person_would(case: str) -> None:
    printed, read = READ[case]
    assert reduce(printed) == read


def test_reading_takes_time_in_proportion() -> None:
    begun = time.perf_counter()
    reduce("\x1b[31m#\r\x1b[K" * (KEPT // 8))
    assert time.perf_counter() - begun < 3


SECRETS = {
    "AWS key": "AKIAIOSFODNN7EXAMPLE",
    "GitHub token": "ghp_" + "a1B2" * 9,
    "Anthropic key": "sk-ant-api03-" + "x_Y-" * 12,
    "OpenAI key": "sk-proj-" + "x1Y2" * 12,
    "private key": "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----",
    "JSON web token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "npm token": "npm_" + "a1B2" * 9,
    "Slack token": "xoxb-1234567890-abcdefghij",
    "Google key": "AIza" + "a1B2c" * 7,
    "Hugging Face token": "hf_" + "aBcDeF" * 6,
    "Databricks token": "dapi" + "0a1b" * 8,
    "DigitalOcean token": "dop_v1_" + "0a1b" * 16,
    "Docker token": "dckr_pat_" + "a1B-" * 7,
    "Groq key": "gsk_" + "a1B2" * 13,
    "NVIDIA key": "nvapi-" + "a1B_" * 16,
    "Replicate token": "r8_" + "a1B2" * 10,
    "SendGrid key": "SG." + "a1" * 11 + "." + "a" * 43,
    "xAI key": "xai-" + "a1B2" * 20,
    "age key": "AGE-SECRET-KEY-1" + "0A1B" * 14,
}
PARTLY = {
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY": "aws_secret_access_key = [masked: AWS secret]",
    "//registry.example.org/:_authToken=abcdef-0123": "//registry.example.org/:_authToken=[masked: npm token]",
    "https://user:hunter2@example.org/x": "https://user:[masked: password]@example.org/x",
    "postgres://:pw@db/1 redis://h:6379/0": "postgres://:[masked: password]@db/1 redis://h:6379/0",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE": "[masked: private key]",
    "AccountKey=" + "a1B/" * 21 + "==;x": "AccountKey=[masked: Azure key];x",
    "> Authorization: Bearer a1b2.c3d4": "> Authorization: Bearer [masked: authorization]",
    "MY_TOKEN=0a1b2c3d4e5f6a7b rest": "MY_TOKEN=[masked: secret] rest",
    '"client_secret": "Zx9-Zx9-Zx9-Zx9-Zx9"': '"client_secret": "[masked: secret]"',
}
INNOCENT = [
    "git@github.com:me/repo.git", "http://localhost:8888/lab?x=a@b", "sk-learn sk-12", "AKIA is a prefix", "eyJ",
    "commit 3f786850e387550fdab836ed7e6dc881de23001b", "task-scheduler-with-a-rather-long-name", "npm_config_cache",
    "max_tokens=4096", "token = next_token_of_v2_stream(x)", "password: the same as before",
    "api_key = os.environ['K3Y']", "token=" + "1234567890" * 2, "hf_transfer", "secret: a-name-without-any-digit",
]  # fmt: skip


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_is_masked_wherever_it_stands(kind: str) -> None:
    assert mask(f"export KEY='{SECRETS[kind]}' # mine") == (f"export KEY='[masked: {kind}]' # mine", 1)


@pytest.mark.parametrize("text", PARTLY)
def test_of_a_line_only_the_secret_goes(text: str) -> None:
    assert mask(text) == (PARTLY[text], 1)


@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask(text) == (text, 0)


@pytest.mark.parametrize(
    "part", ["a.", "http://a:", "-----BEGIN PRIVATE KEY-----", "eyJ", "sk-", "aws_secret_access_key="]
)
def test_masking_takes_time_in_proportion(part: str) -> None:
    begun = time.perf_counter()
    mask(part * (KEPT // len(part)))
    assert time.perf_counter() - begun < 3


def test_a_long_text_loses_its_middle_and_says_how_much() -> None:
    text = "\n".join(f"line {number}" for number in range(10_000))
    short = trim(text, 1000)
    begin, said, end = short.partition("\n[… ")[0], short.partition("\n[… ")[2], short.rpartition("…]\n")[2]
    assert len(short) < 1100
    assert text.startswith(begin + "\n")
    assert text.endswith("\n" + end)
    assert int(said.split()[0]) == len(text) - len(begin) - len(end)
    assert trim("short", 1000) == "short"
    assert "…" in trim("x" * 5000, 1000)


def test_a_flood_is_kept_in_fixed_memory() -> None:
    output = Output()
    for number in range(200_000):
        output.append(f"\x1b[32mline {number}\x1b[0m\r\n")
    assert output.kept < 2 * KEPT + 100
    text = output.text(80)
    assert text.startswith("line 0\n")
    assert text.endswith("line 199999")
    assert f"[… {output.lost} characters left out …]" in text


def test_a_secret_at_the_place_of_the_cut_is_not_shown_in_half() -> None:
    command = Command(1, "env", "/", 80)
    assert command.output is not None
    command.output.append("x " * 240 + SECRETS["GitHub token"] + " y" * 5000)
    record = command.with_output(1000)
    assert record.masked == 1
    assert record.output is not None
    assert "ghp_" not in record.output
    assert record.truncated


def watch(pattern: str) -> Watch:
    return Watch(Monitor(id=1, command=1, pattern=pattern, exit=True))


def test_a_pattern_is_found_across_pieces_and_colours_once() -> None:
    seen = watch("listening on *:3000")
    assert seen.saw("Starting\r\nListen") is None
    assert seen.saw("ing \x1b[1mon\x1b[0m http://localhost") is None
    fired = seen.saw(":3000/")
    assert fired is not None
    assert (fired.reason, fired.line) == ("pattern", "Listening on http://localhost:3000/")
    assert seen.saw("listening on x:3000\r\n") is None
    ended = seen.ended(1, 2)
    assert ended is not None
    assert (ended.reason, ended.exit_code) == ("exit", 2)


def test_a_pattern_stays_within_its_line_and_its_command() -> None:
    seen = watch("a*b")
    assert seen.saw("a\r\nb\r\n") is None
    assert seen.ended(2, 0) is None
    assert watch("[x].*").saw("[x].y\n") is not None
