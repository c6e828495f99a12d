"""The fold: what a session's events say that the list and the guards need to know. Pure."""

from __future__ import annotations

from typing import Literal, TypedDict, Unpack

import msgspec
from msgspec.structs import replace

from parsess_lab.events import (
    AgentFailedEvent,
    AgentMessageChunk,
    AnyEvent,
    Block,
    Command,
    ConfigOption,
    ConfigOptionUpdate,
    CurrentModeUpdate,
    DirectoryChanged,
    PromptQueued,
    PromptRemoved,
    QuestionAnswered,
    QuestionAsked,
    RetryScheduled,
    Seen,
    SessionInfoUpdate,
    StateUpdate,
    StopReason,
    Stored,
    TextBlock,
    ToolCall,
    ToolCallUpdate,
    UsageUpdate,
    UserMessage,
)
from parsess_lab.log import AnyStored, Header
from parsess_lab.sessions.summary import Question, SessionState, Summary, Usage

_TEXT = 200  # characters of a message that the list may show
_OPEN = ("pending", "in_progress")


class OpenTool(msgspec.Struct, frozen=True):
    """A tool call that has not ended."""

    id: str
    title: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the events up to ``seq`` say; of ``text``, ``prompt`` and ``failure`` only the beginning."""

    seq: int = 0
    at: str = ""
    name: str = ""
    archived: bool = False
    directory: str | None = None
    mode: str = "ask"
    options: tuple[ConfigOption, ...] = ()
    commands: tuple[Command, ...] = ()
    activity: Literal["starting", "idle", "running", "requires_action"] = "starting"
    stop_reason: StopReason | None = None
    ended_seq: int = 0
    seen_upto: int = 0
    questions: tuple[QuestionAsked, ...] = ()
    answered: frozenset[str] = frozenset()
    prompts: frozenset[str] = frozenset()
    queue: tuple[PromptQueued, ...] = ()
    tools: tuple[OpenTool, ...] = ()
    rules: tuple[str, ...] = ()
    usage: Usage = Usage()
    text: str = ""
    text_of: str | None = None
    prompt: str = ""
    failure: str = ""

    @property
    def in_turn(self) -> bool:
        """A turn has begun and not ended."""
        return self.activity in ("running", "requires_action")

    @property
    def state(self) -> SessionState:
        """The one word that a person sees."""
        if self.archived:
            return "archived"
        if self.activity == "starting":
            return "starting"
        if self.in_turn:
            return "waiting" if self.questions else "running"
        match self.stop_reason:
            case "failed" | "interrupted" as reason:
                return reason
            case "end_turn" if self.ended_seq > self.seen_upto:
                return "finished"
            case _:
                return "idle"

    @property
    def headline(self) -> str:
        """One line of what it does, asks or said last."""
        if self.questions:
            return self.questions[0].title
        if self.in_turn and self.tools:
            return self.tools[-1].title
        return first_line(self.failure or self.text or self.prompt)

    def option(self, category: str) -> str | None:
        """The present value of the first setting of a category (model, thought_level)."""
        return next((option.current_value for option in self.options if option.category == category), None)


class Present(TypedDict, total=False):
    """What the log can't say, because it is only true now."""

    branch: str | None
    state: SessionState
    read_only: bool
    problem: str | None


def fold(facts: Facts, stored: AnyStored) -> Facts:
    """The facts after one more event; one folded before, or of an unknown kind, changes nothing else."""
    if stored.seq <= facts.seq:
        return facts
    if isinstance(stored, Stored):
        facts = _fold(facts, stored.event, stored.seq)
    return replace(facts, seq=stored.seq, at=stored.at)


def first_line(text: str) -> str:
    """The first line that says something."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _fold(facts: Facts, event: AnyEvent, seq: int) -> Facts:  # noqa: PLR0911, PLR0912 - one case a kind
    match event:
        case AgentMessageChunk():
            return _message(facts, event)
        case ToolCall():
            return _tool(facts, event)
        case ToolCallUpdate():
            return _tool_update(facts, event)
        case StateUpdate():
            return _turn(facts, event, seq)
        case UserMessage() | PromptQueued() | PromptRemoved():
            return _prompts(facts, event)
        case QuestionAsked():
            others = tuple(question for question in facts.questions if question.id != event.id)
            return replace(facts, questions=(*others, event))
        case QuestionAnswered():
            return _answered(facts, event)
        case UsageUpdate():
            return replace(facts, usage=_usage(facts.usage, event))
        case CurrentModeUpdate(current_mode_id=mode):
            return replace(facts, mode=mode)
        case ConfigOptionUpdate(config_options=options):
            return replace(facts, options=tuple(options))
        case SessionInfoUpdate(title=title, archived=archived):
            return replace(
                facts,
                name=facts.name if title is None else title,
                archived=facts.archived if archived is None else archived,
            )
        case Seen(upto=upto):
            return replace(facts, seen_upto=max(upto, facts.seen_upto))
        case DirectoryChanged(directory=directory):
            return replace(facts, directory=directory)
        case AgentFailedEvent(message=message):
            return replace(facts, failure=message[:_TEXT])
        case RetryScheduled(discard_message_id=str(message)) if message == facts.text_of:
            return replace(facts, text="", text_of=None)
        case _:
            return facts


def _message(facts: Facts, event: AgentMessageChunk) -> Facts:
    if not isinstance(event.content, TextBlock):
        return facts
    known = facts.text if event.message_id == facts.text_of else ""
    if len(known) >= _TEXT:
        return facts
    return replace(facts, text=(known + event.content.text)[:_TEXT], text_of=event.message_id)


def _tool(facts: Facts, event: ToolCall) -> Facts:
    others = tuple(tool for tool in facts.tools if tool.id != event.tool_call_id)
    opened = (OpenTool(event.tool_call_id, event.title),) if event.status in _OPEN else ()
    return replace(facts, tools=others + opened)


def _tool_update(facts: Facts, event: ToolCallUpdate) -> Facts:
    if event.title is None and event.status in (None, *_OPEN):
        return facts
    tools = tuple(
        tool if tool.id != event.tool_call_id else OpenTool(tool.id, event.title or tool.title)
        for tool in facts.tools
        if tool.id != event.tool_call_id or event.status in (None, *_OPEN)
    )
    return replace(facts, tools=tools)


def _turn(facts: Facts, event: StateUpdate, seq: int) -> Facts:
    if event.state != "idle":
        return replace(facts, activity=event.state)
    ended = seq if event.stop_reason is not None else facts.ended_seq
    return replace(
        facts, activity="idle", stop_reason=event.stop_reason, ended_seq=ended, questions=(), tools=()
    )


def _prompts(facts: Facts, event: UserMessage | PromptQueued | PromptRemoved) -> Facts:
    known = any(prompt.id == event.id for prompt in facts.queue)
    if isinstance(event, PromptQueued) and known:
        queue = tuple(event if prompt.id == event.id else prompt for prompt in facts.queue)
    else:
        queue = tuple(prompt for prompt in facts.queue if prompt.id != event.id)
        queue += (event,) if isinstance(event, PromptQueued) else ()
    facts = replace(facts, queue=queue, prompts=facts.prompts | {event.id})
    if isinstance(event, UserMessage):
        return replace(facts, text="", text_of=None, failure="", prompt=_text(event.content))
    return facts


def _answered(facts: Facts, event: QuestionAnswered) -> Facts:
    remembered = tuple(rule for rule in event.rules if rule not in facts.rules)
    return replace(
        facts,
        questions=tuple(question for question in facts.questions if question.id != event.id),
        answered=facts.answered | {event.id},
        rules=facts.rules + (remembered if event.option_kind == "allow_session" else ()),
    )


def _usage(usage: Usage, event: UsageUpdate) -> Usage:
    cost = usage.cost_usd if event.cost_usd is None else (usage.cost_usd or 0.0) + event.cost_usd
    return Usage(
        context_used=usage.context_used if event.used is None else event.used,
        context_size=usage.context_size if event.size is None else event.size,
        input=usage.input + event.input,
        output=usage.output + event.output,
        cache_read=usage.cache_read + event.cache_read,
        cache_write=usage.cache_write + event.cache_write,
        cost_usd=cost,
    )


def _text(content: list[Block]) -> str:
    texts = (block.text for block in content if isinstance(block, TextBlock))
    return next((text[:_TEXT] for text in texts if text.strip()), "")


def summarise(header: Header, facts: Facts, **present: Unpack[Present]) -> Summary:
    """The session as the list shows it: what its log says, and what is true at ``present``."""
    summary = Summary(
        id=header.session,
        name=facts.name,
        directory=header.directory,
        branch=None,
        agent=header.agent,
        model=facts.option("model"),
        mode=facts.mode,
        effort=facts.option("thought_level"),
        state=facts.state,
        summary=facts.headline,
        question=_question(facts.questions[0]) if facts.questions else None,
        created_at=header.created,
        last_event_at=facts.at or header.created,
        last_seq=facts.seq,
        usage=facts.usage,
        archived=facts.archived,
    )
    return replace(summary, **present)


def _question(asked: QuestionAsked) -> Question:
    return Question(id=asked.id, title=asked.title, tool_call=asked.tool_call, options=asked.options)
