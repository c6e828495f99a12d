"""The vocabulary: all that can happen in a session.

Names and meanings follow the Agent Client Protocol (``session/update`` of v1, turn states as events as
v2 drafts them, https://agentclientprotocol.com); kinds of our own begin with ``_``. Fields are in snake
case, and ACP's ``kind`` of a tool call is ``tool_kind`` here, because ``kind`` is the tag of the union.
Agent SDK classes are never stored. Changes are additive.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from parsess_lab.errors import InvalidRequest

ToolKind = Literal[
    "read", "edit", "delete", "move", "search", "execute", "think", "fetch", "switch_mode", "other"
]
ToolStatus = Literal["pending", "in_progress", "completed", "failed", "cancelled"]
OptionKind = Literal[
    "allow_once", "allow_session", "allow_project", "reject_once", "reject_always", "run_in_terminal"
]
StopReason = Literal[
    "end_turn", "max_tokens", "max_turn_requests", "refusal", "cancelled", "interrupted", "failed"
]
Mode = Literal["ask", "accept_edits", "plan", "auto", "bypass"]


class Model(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Base of what crosses a boundary: immutable, defaults left out on the wire."""


# --- content -----------------------------------------------------------------------------------------


class TextBlock(Model, frozen=True, tag_field="type", tag="text"):
    """Markdown from an agent, plain text from a person."""

    text: str


class ImageBlock(Model, frozen=True, tag_field="type", tag="image"):
    """An image: ``data`` (base64) on the way in, ``blob`` (content hash in the session's blobs) in the log."""

    mime_type: str
    data: str | None = None
    blob: str | None = None
    name: str | None = None


class ResourceLinkBlock(Model, frozen=True, tag_field="type", tag="resource_link"):
    """A file that is mentioned, not included. ``uri`` is a ``file://`` address or a path."""

    uri: str
    name: str
    mime_type: str | None = None
    size: int | None = None


class ResourceBlock(Model, frozen=True, tag_field="type", tag="resource"):
    """A file or excerpt that is included: ``text``, or bytes as ``data`` (base64) in and ``blob`` in the log."""

    name: str
    uri: str | None = None
    mime_type: str | None = None
    text: str | None = None
    data: str | None = None
    blob: str | None = None


Block = TextBlock | ImageBlock | ResourceLinkBlock | ResourceBlock


class BlockContent(Model, frozen=True, tag_field="type", tag="content"):
    """Any block as a tool call's content."""

    content: Block


class DiffContent(Model, frozen=True, tag_field="type", tag="diff"):
    """A file before and after. ``old_text`` is None for a new file; ``path`` is absolute."""

    path: str
    new_text: str
    old_text: str | None = None


class OutputContent(Model, frozen=True, tag_field="type", tag="output"):
    """A command's output as text, trimmed in the middle; the whole is in ``blob`` when it was."""

    text: str
    total_bytes: int = 0
    blob: str | None = None


ToolContent = BlockContent | DiffContent | OutputContent


class Location(Model, frozen=True):
    """A file a tool call touches; ``line`` counts from 1."""

    path: str
    line: int | None = None


class PlanEntry(Model, frozen=True):
    """One line of the agent's plan."""

    content: str
    status: Literal["pending", "in_progress", "completed"] = "pending"
    priority: Literal["high", "medium", "low"] = "medium"


class Command(Model, frozen=True):
    """A slash command the composer offers."""

    name: str
    description: str
    hint: str | None = None


class Choice(Model, frozen=True):
    """One value of a configuration option."""

    value: str
    name: str
    description: str | None = None


class ConfigOption(Model, frozen=True):
    """A setting of the session, as ACP's config options: ``category`` is model, thought_level, mode…"""

    id: str
    name: str
    category: str
    current_value: str | None = None
    options: list[Choice] = []


class QuestionOption(Model, frozen=True):
    """One answer that may be given. ``rules`` are what an *always* would remember, shown before it is."""

    id: str
    kind: OptionKind
    label: str
    rules: list[str] = []


# --- events ------------------------------------------------------------------------------------------


class Event(Model, frozen=True, tag_field="kind"):
    """Base of all events."""


class UserMessage(Event, frozen=True, tag="user_message"):
    """A prompt that the agent now reads; ``id`` is the client's, the same as when it was queued."""

    id: str
    content: list[Block]


class AgentMessageChunk(Event, frozen=True, tag="agent_message_chunk"):
    """A piece of the agent's answer; pieces of one ``message_id`` join."""

    message_id: str
    content: Block


class AgentThoughtChunk(Event, frozen=True, tag="agent_thought_chunk"):
    """A piece of the agent's thinking; pieces of one ``message_id`` join."""

    message_id: str
    content: Block


class ToolCall(Event, frozen=True, tag="tool_call"):
    """The agent wants a tool. Later updates patch it field by field."""

    tool_call_id: str
    title: str
    tool_kind: ToolKind = "other"
    status: ToolStatus = "pending"
    content: list[ToolContent] = []
    locations: list[Location] = []
    raw_input: Any = None
    name: str | None = None


class ToolCallUpdate(Event, frozen=True, tag="tool_call_update"):
    """A patch: a field that is None stays. ``append_output`` is added to the output shown so far;
    ``content`` replaces it. ``exit_code`` is a command's."""

    tool_call_id: str
    title: str | None = None
    tool_kind: ToolKind | None = None
    status: ToolStatus | None = None
    content: list[ToolContent] | None = None
    locations: list[Location] | None = None
    raw_input: Any = None
    append_output: str | None = None
    exit_code: int | None = None


class Plan(Event, frozen=True, tag="plan"):
    """The whole plan; the last one wins."""

    entries: list[PlanEntry]


class AvailableCommandsUpdate(Event, frozen=True, tag="available_commands_update"):
    """The slash commands the agent offers; the last one wins."""

    available_commands: list[Command]


class CurrentModeUpdate(Event, frozen=True, tag="current_mode_update"):
    """The permission mode from now on."""

    current_mode_id: str


class ConfigOptionUpdate(Event, frozen=True, tag="config_option_update"):
    """All settings of the session (model, effort…); the last one wins."""

    config_options: list[ConfigOption]


class SessionInfoUpdate(Event, frozen=True, tag="session_info_update"):
    """Name and archived flag; None leaves as it is."""

    title: str | None = None
    archived: bool | None = None


class UsageUpdate(Event, frozen=True, tag="usage_update"):
    """``used``/``size``: the context window in tokens. The rest is what this one step added."""

    used: int | None = None
    size: int | None = None
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cost_usd: float | None = None
    model: str | None = None


class StateUpdate(Event, frozen=True, tag="state_update"):
    """Where the turn is. ``stop_reason`` goes with ``idle``."""

    state: Literal["running", "requires_action", "idle"]
    stop_reason: StopReason | None = None


class QuestionAsked(Event, frozen=True, tag="_question_asked"):
    """The agent needs a permission. ``reason`` says why it is asked, ``directory`` where it would act."""

    id: str
    title: str
    options: list[QuestionOption]
    tool_call: str | None = None
    command: str | None = None
    directory: str | None = None
    reason: str | None = None


class QuestionAnswered(Event, frozen=True, tag="_question_answered"):
    """``option`` is None when the question was closed because the turn ended. ``rules`` were remembered.

    ``terminal`` is the name of the one in which the person had it run.
    """

    id: str
    option: str | None = None
    option_kind: OptionKind | None = None
    reason: str | None = None
    rules: list[str] = []
    terminal: str | None = None


class PromptQueued(Event, frozen=True, tag="_prompt_queued"):
    """A prompt waits. The same id again replaces its content; ``now``: read at the agent's next step."""

    id: str
    content: list[Block]
    when: Literal["queue", "now"] = "queue"


class PromptRemoved(Event, frozen=True, tag="_prompt_removed"):
    """A queued prompt was taken back by the person."""

    id: str


class DirectoryChanged(Event, frozen=True, tag="_directory_changed"):
    """The agent works in ``directory`` (absolute) from now on."""

    directory: str
    origin: Literal["agent", "person"] = "agent"


class AgentFailedEvent(Event, frozen=True, tag="_agent_failed"):
    """Why the turn failed and what can be done. ``reason``: see :class:`parsess_lab.errors.AgentFailed`."""

    reason: str
    message: str
    retryable: bool = False
    detail: str | None = None
    exit_code: int | None = None
    stderr_tail: str | None = None


class RetryScheduled(Event, frozen=True, tag="_retry_scheduled"):
    """The model service failed; the same request goes out again after ``delay`` seconds."""

    attempt: int
    attempts: int
    delay: float
    reason: str
    message: str
    discard_message_id: str | None = None


class Notice(Event, frozen=True, tag="_notice"):
    """One line for the person: what was found, cut, kept aside."""

    text: str
    level: Literal["info", "warning", "error"] = "info"


class Seen(Event, frozen=True, tag="_seen"):
    """A person has looked at the session when its last event was ``upto``."""

    upto: int


class WorktreeEvent(Event, frozen=True, tag="_worktree"):
    """The session's directory is a worktree of its own. While it is ``making`` there is no directory yet.

    ``id`` names it once it is made. ``base`` is what a person calls the start, ``base_commit`` what it is.
    ``request`` is what was asked for, so that a failed one can be tried again.
    """

    status: Literal["making", "ready", "failed"]
    path: str
    base: str
    base_commit: str
    branch: str | None = None
    source: str | None = None
    id: str | None = None
    request: dict[str, Any] | None = None


class SetupStep(Event, frozen=True, tag="_setup_step"):
    """A step of making the worktree, or of what prepares it; the same ``step`` again replaces what it said.

    ``seconds`` is None while it runs. ``needs_consent``: ``detail`` is a command that somebody must agree to.
    """

    step: str
    status: Literal["running", "done", "failed", "skipped", "needs_consent"]
    seconds: float | None = None
    detail: str = ""


class SnapshotTaken(Event, frozen=True, tag="_snapshot"):
    """The files as they were before or after the turn of ``prompt`` are kept; ``left_out`` counts those too large."""

    id: str
    moment: Literal["before_turn", "after_turn"]
    prompt: str
    left_out: int = 0


class RewoundEvent(Event, frozen=True, tag="_rewound"):
    """The session went back to where it was right before the event ``to``, or took that back again.

    What a conversation said between ``to`` and here is hidden from the agent and from view. ``undoes`` is the
    ``_rewound`` that this one takes back: all is again as it was right before that. ``snapshot`` is what the
    files are now, ``undo`` what they were; ``files`` counts those that changed. ``prompt`` is the prompt taken back.
    """

    to: int
    what: Literal["files", "conversation", "both"]
    prompt: str | None = None
    snapshot: str | None = None
    undo: str | None = None
    files: int = 0
    undoes: int | None = None


class ModelMessage(Event, frozen=True, tag="_model_message"):
    """The exact Messages API turn (ids, signatures, results). Never leaves the server."""

    message: dict[str, Any]
    prompt: str | None = None


AnyEvent = (
    UserMessage
    | AgentMessageChunk
    | AgentThoughtChunk
    | ToolCall
    | ToolCallUpdate
    | Plan
    | AvailableCommandsUpdate
    | CurrentModeUpdate
    | ConfigOptionUpdate
    | SessionInfoUpdate
    | UsageUpdate
    | StateUpdate
    | QuestionAsked
    | QuestionAnswered
    | PromptQueued
    | PromptRemoved
    | DirectoryChanged
    | AgentFailedEvent
    | RetryScheduled
    | Notice
    | Seen
    | WorktreeEvent
    | SetupStep
    | SnapshotTaken
    | RewoundEvent
    | ModelMessage
)


class Unknown(msgspec.Struct, frozen=True):
    """An event of a later version: kept and passed on as it is, ignored by every fold."""

    kind: str
    raw: msgspec.Raw


class Stored(Model, frozen=True):
    """One line of the log after the header."""

    seq: int
    at: str
    event: AnyEvent


class _Envelope(msgspec.Struct):
    seq: int
    at: str
    event: msgspec.Raw


class _Kind(msgspec.Struct):
    kind: str


class StoredUnknown(msgspec.Struct, frozen=True):
    """A stored line whose event is of a kind this version doesn't know."""

    seq: int
    at: str
    event: Unknown


_encoder = msgspec.json.Encoder()
_stored = msgspec.json.Decoder(Stored)
_envelope = msgspec.json.Decoder(_Envelope)
_kind = msgspec.json.Decoder(_Kind)
_KNOWN = frozenset(str(kind.__struct_config__.tag) for kind in AnyEvent.__args__)


def now() -> str:
    """The present as RFC 3339 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def encode(stored: Stored | StoredUnknown) -> bytes:
    """One line, without its newline."""
    if isinstance(stored, StoredUnknown):
        return _encoder.encode(_Envelope(stored.seq, stored.at, stored.event.raw))
    return _encoder.encode(stored)


def is_public(stored: Stored | StoredUnknown) -> bool:
    """Whether a client may see it."""
    return not isinstance(stored.event, ModelMessage)


def decode(line: bytes) -> Stored | StoredUnknown:
    """Read one stored line.

    Raises:
        InvalidRequest: the line is no stored event (torn or damaged).
    """
    try:
        return _stored.decode(line)
    except msgspec.DecodeError as error:
        return _decode_unknown(line, error)


def _decode_unknown(line: bytes, error: msgspec.DecodeError) -> StoredUnknown:
    try:
        envelope = _envelope.decode(line)
        kind = _kind.decode(envelope.event).kind
    except msgspec.DecodeError:
        raise InvalidRequest(f"Not a stored event: {error}", code="damaged_line") from error
    if kind in _KNOWN:
        raise InvalidRequest(f"Damaged {kind} event: {error}", code="damaged_line") from error
    return StoredUnknown(envelope.seq, envelope.at, Unknown(kind, envelope.event))
