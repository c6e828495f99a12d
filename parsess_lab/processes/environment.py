"""What a child process may know: an allow-list of the server's environment, and marks to find it again."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

import psutil

SERVER_MARK = "PARSESS_SERVER"
"""Names the server that started the process: :func:`server_id`."""
SESSION_MARK = "PARSESS_SESSION"
"""Names the session it works for."""
CHILD_MARK = "PARSESS_CHILD"
"""Unique for each :func:`child_environment`: whatever carries it came from that one child."""

_ALLOWED = frozenset(
    """
    HOME PATH SHELL TERM COLORTERM USER LOGNAME HOSTNAME LANG LANGUAGE TZ TMPDIR TMP TEMP
    DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS SSH_AUTH_SOCK SSH_AGENT_PID GPG_TTY
    EDITOR VISUAL PAGER LESS LS_COLORS MANPATH INFOPATH LD_LIBRARY_PATH PKG_CONFIG_PATH
    VIRTUAL_ENV CARGO_HOME RUSTUP_HOME GOPATH GOROOT GOPROXY JAVA_HOME NVM_DIR NVM_BIN RBENV_ROOT
    SDKMAN_DIR CUDA_HOME CUDA_PATH CUDA_VISIBLE_DEVICES MODULEPATH MODULESHOME LOADEDMODULES
    GIT_SSL_CAINFO SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS
    """.split()  # noqa: SIM905 (a list of that length reads worse)
)
_ALLOWED_PREFIXES = (
    "LC_", "XDG_", "CONDA_", "MAMBA_", "PYENV_", "ASDF_", "GIT_AUTHOR_", "GIT_COMMITTER_", "PIP_", "UV_",
    "NPM_CONFIG_",
)  # fmt: skip
# Where the server's own project is installed: uv, run in a worktree, would install that one's code there.
_OWN = frozenset({"UV_PROJECT_ENVIRONMENT"})
_PROXIES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"})
_SECRET = re.compile(r"SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|_AUTH$|API_?KEY|PRIVATE_KEY", re.I)
_NEVER = re.compile(
    r"JUPYTER|JPY_|CONFIGPROXY_|(LD_PRELOAD|BASH_ENV|ENV|PYTHONPATH|NODE_OPTIONS)$|DYLD_", re.I
)
_URL_WITH_PASSWORD = re.compile(r"://[^/\s@]*:[^/\s@]*@")


def child_environment(
    *,
    extra: Mapping[str, str] | None = None,
    session: str | None = None,
    passing: Iterable[str] = (),
) -> dict[str, str]:
    """The environment for one child process.

    Args:
        extra: set whatever it's called; it comes from our own code.
        session: id of the session it works for.
        passing: further names the administrator lets through, secrets included; those of the Jupyter
            server itself and of the loader never are.
    """
    names = set(passing)
    environment = {
        name: value for name, value in os.environ.items() if _is_open(name, value) or _is_passed(name, names)
    }
    # A relative entry would make programs of whatever lies in the directory.
    directories = environment.get("PATH", os.defpath).split(os.pathsep)
    environment["PATH"] = os.pathsep.join(filter(os.path.isabs, directories))
    environment |= extra or {}
    environment |= {SERVER_MARK: server_id(), CHILD_MARK: secrets.token_hex(8)}
    if session is not None:
        environment[SESSION_MARK] = session
    return environment


def _is_open(name: str, value: str) -> bool:
    if name.upper() in _PROXIES:
        return True
    allowed = name in _ALLOWED or name.upper().startswith(_ALLOWED_PREFIXES)
    return allowed and name not in _OWN and not _SECRET.search(name) and not _URL_WITH_PASSWORD.search(value)


def _is_passed(name: str, passing: set[str]) -> bool:
    return name in passing and not _NEVER.match(name)


def server_id() -> str:
    """This process as ``pid:start time``: unlike a pid alone, never anybody else's."""
    return f"{os.getpid()}:{start_time(os.getpid())}"


def start_time(pid: int) -> str | None:
    """When a living process began, as a text that no change of the clock alters; None for the dead."""
    try:
        if Path("/proc/self/stat").exists():
            # After the program's name, which may hold blanks and brackets: the state is field 3, the start
            # (ticks since boot) field 22.
            fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
            return None if fields[0] in {"Z", "X"} else fields[19]
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    except (OSError, psutil.Error):
        return None
