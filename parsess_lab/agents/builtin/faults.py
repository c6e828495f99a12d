"""What can go wrong with a request → what it means and whether to try again.

The SDK retries none of this once the response has begun: a dropped stream is an error of the HTTP library,
a corrupt event a JSON error, an error inside the stream an API error with status 200, a truncated stream
no error at all.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from parsess_lab.errors import AgentFailed

if TYPE_CHECKING:
    import anthropic

_STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
_RETRIED = frozenset({408, 409, 429, 529})
_OVERFLOW = re.compile(
    r"prompt is too long|exceeds?\b.{0,60}\bcontext|maximum context length|context (window|length|size)", re.I
)
_BILLING = re.compile(r"credit balance|billing", re.I)


class Truncated(Exception):
    """The stream ended before the message did."""


class NotTheApi(Exception):
    """The answer is no event stream: a web page, most likely."""


@dataclass(frozen=True, slots=True)
class Fault:
    """``message`` is a sentence for a person, ``advice`` what to do when it stays so."""

    reason: str
    message: str
    advice: str
    retryable: bool = False
    retry_after: float | None = None
    detail: str | None = None

    def failure(self) -> AgentFailed:
        """The turn ends with this."""
        words = f"{self.message} {self.advice}"
        return AgentFailed(words, reason=self.reason, retryable=self.retryable, detail=self.detail)


def fault_of(error: Exception) -> Fault:
    """Read any error of a request, from opening it to the last event."""
    import anthropic
    import httpx2

    detail = str(error) or type(error).__name__
    match error:
        case anthropic.APIStatusError():
            return _of_status(error, detail)
        case anthropic.APITimeoutError() | httpx2.TimeoutException():
            found = Fault("timeout", "The model service did not answer in time.", _LATER, retryable=True)
        case anthropic.APIConnectionError() | httpx2.TransportError() | httpx2.StreamError():
            found = Fault(
                "connection", "The connection to the model service broke.", _UNREACHABLE, retryable=True
            )
        case Truncated():
            found = Fault("connection", "The answer stopped in the middle.", _UNREACHABLE, retryable=True)
        case json.JSONDecodeError():
            found = Fault("protocol", "The model service sent something unreadable.", _LATER, retryable=True)
        case NotTheApi():
            found = Fault("protocol", "The server does not speak the Messages API.", _BASE_URL)
        case _:
            found = Fault("authentication", f"The model service can't be used: {_end(detail)}", _CREDENTIALS)
    return replace(found, detail=detail)


_LATER = "Nothing is lost: send again in a while."
_UNREACHABLE = "Check the network and ANTHROPIC_BASE_URL, then send again."
_BASE_URL = "Check ANTHROPIC_BASE_URL in the environment the Jupyter server was started with."
_CREDENTIALS = (
    "Check the credentials in the environment the Jupyter server was started with, then send again."
)
_KEY = "Check ANTHROPIC_API_KEY in the environment the Jupyter server was started with, then send again."
_PAY = "Settle it with the vendor, then send again."
_ANOTHER_MODEL = "Choose another model, then send again; with a server of your own, check ANTHROPIC_BASE_URL."
_SHORTER = "Choose a model with a larger context window, or start a new session in the same directory."
_REPHRASE = "Send another prompt, or choose another model."


def _of_status(error: anthropic.APIStatusError, detail: str) -> Fault:
    said = error.api_message or detail
    # Inside a stream the status is that of the stream, 200: the type tells.
    inside = error.status_code == HTTPStatus.OK
    status = _STATUS_OF_TYPE.get(error.type or "", 500) if inside else error.status_code
    headers = error.response.headers
    if (status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _RETRIED) and headers.get(
        "x-should-retry"
    ) != "false":
        return replace(_of_busy(status), detail=said, retry_after=retry_after(headers))
    return replace(_of_refused(status, said), detail=said)


def _of_busy(status: int) -> Fault:
    match status:
        case 429:
            return Fault(
                "rate_limited", "The rate limit of the model service is reached.", _LATER, retryable=True
            )
        case 503 | 529:
            return Fault("overloaded", "The model service is overloaded.", _LATER, retryable=True)
        case 408 | 504:
            return Fault("timeout", "The model service did not answer in time.", _LATER, retryable=True)
        case _:
            return Fault("overloaded", f"The model service has a problem ({status}).", _LATER, retryable=True)


def _of_refused(status: int, said: str) -> Fault:
    match status:
        case 400 if _OVERFLOW.search(said):
            found = Fault("context_overflow", "The conversation has grown too long for the model.", _SHORTER)
        case 400 | 403 if _BILLING.search(said):
            found = Fault("billing", f"The API wants to be paid: {_end(said)}", _PAY)
        case 401:
            found = Fault("authentication", "The API refused the key.", _KEY)
        case 402:
            found = Fault("billing", f"The API wants to be paid: {_end(said)}", _PAY)
        case 403:
            found = Fault("authentication", f"The API does not allow this: {_end(said)}", _CREDENTIALS)
        case 404:
            found = Fault(
                "invalid_request", f"The API has no such model or address: {_end(said)}", _ANOTHER_MODEL
            )
        case 413:
            found = Fault("context_overflow", "The conversation is larger than the API accepts.", _SHORTER)
        case _ if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            found = Fault("overloaded", f"The model service accepts no more for now: {_end(said)}", _LATER)
        case _:
            found = Fault("invalid_request", f"The API did not accept the request: {_end(said)}", _REPHRASE)
    return found


def _end(words: str) -> str:
    return words.rstrip(".") + "."


def retry_after(headers: Any) -> float | None:
    """Seconds the server asks to wait, if it does so in a number."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers.get(name)) * unit)
        except (TypeError, ValueError):
            continue
    return None
