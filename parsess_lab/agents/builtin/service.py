"""Which server speaks for the model, and the one client to it."""

from __future__ import annotations

import asyncio
import importlib.util
from typing import TYPE_CHECKING, Any, Literal

from parsess_lab.agents.builtin.options import Options
from parsess_lab.errors import AgentFailed

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

Kind = Literal["anthropic", "bedrock", "vertex"]

CONNECT_SECONDS = 10.0
STALL_SECONDS = 120.0
LOCAL_STALL_SECONDS = 600.0
"""A model on one's own machine may read a long prompt for minutes before it says anything."""

KEYS = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_PROFILE",
    "ANTHROPIC_IDENTITY_TOKEN",
    "ANTHROPIC_IDENTITY_TOKEN_FILE",
)
HOW = (
    "Set ANTHROPIC_API_KEY in the environment the Jupyter server is started with, or ANTHROPIC_BASE_URL for "
    "a server of your own (Ollama, llama.cpp, vLLM, a gateway), then restart it."
)


class Service:
    """The Anthropic API, Amazon Bedrock, Google Vertex AI, or any server that speaks the Messages API."""

    def __init__(self, options: Options) -> None:
        self._environ = options.environ
        self._api_key = options.api_key
        self._base_url = options.base_url or options.environ.get("ANTHROPIC_BASE_URL") or None
        self._stall = options.stall_timeout or (LOCAL_STALL_SECONDS if self._base_url else STALL_SECONDS)
        self.model = options.model or options.environ.get("ANTHROPIC_MODEL") or None
        """The model that is asked for where a session names none."""
        self._client: AsyncAnthropic | None = None
        self._opening = asyncio.Lock()

    @property
    def kind(self) -> Kind:
        """Whose client is used."""
        if self._environ.get("CLAUDE_CODE_USE_BEDROCK") == "1":
            return "bedrock"
        if self._environ.get("CLAUDE_CODE_USE_VERTEX") == "1":
            return "vertex"
        return "anthropic"

    def why_not(self) -> str | None:
        """What to set before it can be used, in one line; None: all is there. Imports nothing heavy."""
        match self.kind:
            case "bedrock":
                return self._why_not_bedrock()
            case "vertex":
                return self._why_not_vertex()
            case "anthropic":
                given = self._api_key or self._base_url or any(self._environ.get(key) for key in KEYS)
                return None if given else HOW

    def _why_not_bedrock(self) -> str | None:
        if importlib.util.find_spec("boto3") is None:
            return "Amazon Bedrock needs boto3: pip install 'anthropic[bedrock]', then restart the server."
        if not (self._environ.get("AWS_REGION") or self._environ.get("AWS_DEFAULT_REGION")):
            return "Set AWS_REGION: CLAUDE_CODE_USE_BEDROCK asks for Amazon Bedrock. Then restart the server."
        if self.model is None:
            return "Set ANTHROPIC_MODEL to a model id of Amazon Bedrock: it differs by region and account."
        return None

    def _why_not_vertex(self) -> str | None:
        # The parent package may be missing altogether, which find_spec("google.auth") would raise for.
        if importlib.util.find_spec("google") is None or importlib.util.find_spec("google.auth") is None:
            return "Vertex AI needs google-auth: pip install 'anthropic[vertex]', then restart the server."
        if not self._environ.get("CLOUD_ML_REGION"):
            return "Set CLOUD_ML_REGION: CLAUDE_CODE_USE_VERTEX asks for Vertex AI. Then restart the server."
        return None

    async def client(self) -> AsyncAnthropic:
        """The client that all sessions share; the SDK is imported on first use, in a thread.

        Raises:
            AgentFailed: not configured.
        """
        async with self._opening:
            if self._client is None:
                why_not = self.why_not()
                if why_not is not None:
                    raise AgentFailed(why_not, reason="authentication")
                self._client = await asyncio.to_thread(self._open)
            return self._client

    def _open(self) -> AsyncAnthropic:
        import anthropic
        import httpx2

        timeout = httpx2.Timeout(self._stall, connect=CONNECT_SECONDS)
        # Retries are ours: they must be seen, and reach into the stream.
        common: dict[str, Any] = {"timeout": timeout, "max_retries": 0}
        try:
            match self.kind:
                case "bedrock":
                    return anthropic.AsyncAnthropicBedrock(**common)  # type: ignore[return-value]
                case "vertex":
                    return anthropic.AsyncAnthropicVertex(**common)  # type: ignore[return-value]
                case "anthropic":
                    return anthropic.AsyncAnthropic(base_url=self._base_url, **self._credentials(), **common)
        except (ValueError, anthropic.AnthropicError) as error:
            raise AgentFailed(f"The model service can't be used: {error}", reason="authentication") from error

    def _credentials(self) -> dict[str, Any]:
        key = self._api_key or self._environ.get("ANTHROPIC_API_KEY")
        token = self._environ.get("ANTHROPIC_AUTH_TOKEN")
        if key or token:
            return {"api_key": key} if key else {"auth_token": token}
        if self._base_url and not any(self._environ.get(name) for name in KEYS):
            # Servers of one's own need no key; the SDK does.
            return {"api_key": "none"}
        return {}

    async def close(self) -> None:
        """End all connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()
