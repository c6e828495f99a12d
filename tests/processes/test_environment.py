"""What children may know."""

import os
import subprocess
import sys

import pytest

from parsess_lab.processes import CHILD_MARK, SERVER_MARK, SESSION_MARK, child_environment, server_id

SECRETS = {
    "JUPYTER_TOKEN": "s3cret-1",
    "JUPYTERHUB_API_TOKEN": "s3cret-2",
    "JPY_API_TOKEN": "s3cret-3",
    "CONFIGPROXY_AUTH_TOKEN": "s3cret-4",
    "ANTHROPIC_API_KEY": "s3cret-5",
    "OPENAI_API_KEY": "s3cret-6",
    "AWS_SECRET_ACCESS_KEY": "s3cret-7",
    "AWS_ACCESS_KEY_ID": "s3cret-8",
    "CONDA_TOKEN": "s3cret-9",
    "XDG_SECRET_THING": "s3cret-10",
    "PIP_INDEX_URL": "https://me:s3cret-11@index.example/simple",
    "UV_PUBLISH_PASSWORD": "s3cret-12",
    "MY_DATABASE": "s3cret-13",
    "UV_PROJECT_ENVIRONMENT": "/s3cret-14",
}
LOADER = ["LD_PRELOAD", "DYLD_INSERT_LIBRARIES", "PYTHONPATH", "NODE_OPTIONS", "BASH_ENV", "ENV"]


def test_children_see_neither_secrets_nor_loader_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    for name in LOADER:
        monkeypatch.setenv(name, "")
    seen = subprocess.run(
        ["/usr/bin/env"], env=child_environment(), capture_output=True, text=True, check=True
    )
    assert "s3cret" not in seen.stdout
    names = {line.partition("=")[0] for line in seen.stdout.splitlines()}
    assert not names & set(LOADER)
    assert {"PATH", "HOME"} <= names


def test_what_a_shell_needs_goes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {
        "LC_ALL": "C.UTF-8",
        "XDG_RUNTIME_DIR": "/run/user/1",
        "SSH_AUTH_SOCK": "/run/agent",
        "CONDA_PREFIX": "/opt/conda",
        "VIRTUAL_ENV": "/opt/venv",
        "https_proxy": "http://proxy.example:3128",
        "GIT_AUTHOR_NAME": "Ada",
        "PIP_INDEX_URL": "https://index.example/simple",
    }
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)
    assert wanted.items() <= child_environment().items()


def test_the_administrator_may_let_names_through_but_not_the_servers_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    passed = child_environment(
        passing=["AWS_SECRET_ACCESS_KEY", "MY_DATABASE", "JUPYTERHUB_API_TOKEN", "LD_PRELOAD"]
    )
    assert passed["AWS_SECRET_ACCESS_KEY"] == "s3cret-7"
    assert passed["MY_DATABASE"] == "s3cret-13"
    assert "JUPYTERHUB_API_TOKEN" not in passed
    assert "LD_PRELOAD" not in passed


def test_no_program_is_looked_for_in_the_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", ".:/usr/bin::bin:/bin:")
    assert child_environment()["PATH"] == "/usr/bin:/bin"


def test_marks_name_the_server_the_session_and_the_child() -> None:
    first = child_environment(session="abc", extra={"PAGER": "cat"})
    second = child_environment()
    assert first[SERVER_MARK] == second[SERVER_MARK] == server_id()
    assert server_id().startswith(f"{os.getpid()}:")
    assert first[SESSION_MARK] == "abc"
    assert SESSION_MARK not in second
    assert first[CHILD_MARK] != second[CHILD_MARK]
    assert first["PAGER"] == "cat"


def test_a_server_id_is_the_same_seen_from_outside() -> None:
    code = f"from parsess_lab.processes.environment import start_time; print(start_time({os.getpid()}))"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert server_id() == f"{os.getpid()}:{seen.stdout.strip()}"
