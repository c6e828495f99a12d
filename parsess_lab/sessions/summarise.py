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
    RewoundEvent,
    Seen,
    SessionInfoUpdate,
    SnapshotTaken,
    StateUpdate,
    StopReason,
    Stored,
    TextBlock,
    ToolCall,
    ToolCallUpdate,
    UsageUpdate,
    UserMessage,
    WorktreeEvent,
)
from parsess_lab.log import AnyStored, Header
from parsess_lab.sessions.places import Place
from parsess_lab.sessions.summary import (
    ConflictSummary,
    EnvironmentSummary,
    LacksSummary,
    Question,
    SessionState,
    Summary,
    Usage,
    WorktreeSummary,
)

_TEXT = 200  # characters of a message that the list may show
_OPEN = ("pending", "in_progress")


class OpenTool(msgspec.Struct, frozen=True):
    """A tool call that has not ended."""

    id: str
    title: str


class Headline(msgspec.Struct, frozen=True):
    """What the list says of a session, and all else that a rewind of the conversation brings back."""

    text: str
    text_of: str | None
    prompt: str
    failure: str
    stop_reason: StopReason | None
    context_used: int | None


class TurnMark(msgspec.Struct, frozen=True):
    """A turn that is not hidden: the number and id of its prompt, and what there was before it.

    ``ended`` is the number of the event that ended it, 0 while it runs; ``snapshot`` its files before.
    """

    seq: int
    prompt: str
    before: Headline
    ended: int = 0
    snapshot: str | None = None

    def contains(self, seq: int) -> bool:
        """Whether the event was part of it."""
        return self.seq <= seq and (not self.ended or seq < self.ended)


class RewindMark(msgspec.Struct, frozen=True):
    """A rewind, and what there was before it."""

    seq: int
    event: RewoundEvent
    headline: Headline
    turns: tuple[TurnMark, ...]
    hidden: tuple[tuple[int, int], ...]


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
    worktree: WorktreeEvent | None = None
    turns: tuple[TurnMark, ...] = ()
    rewinds: tuple[RewindMark, ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()
    """Events, first and last number, that a rewind of the conversation has hidden."""

    @property
    def making(self) -> bool:
        """Its worktree is being made."""
        return self.activity == "starting" and self.worktree is not None

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
    worktree: WorktreeSummary | None
    environment: EnvironmentSummary | None
    conflicts: list[ConflictSummary]


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
            return _prompts(facts, event, seq)
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
        case WorktreeEvent():
            return _worktree(facts, event)
        case SnapshotTaken(moment="before_turn"):
            return _snapshot(facts, event)
        case RewoundEvent():
            return _rewound(facts, event, seq)
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
    turns = facts.turns
    if turns and not turns[-1].ended:
        turns = (*turns[:-1], replace(turns[-1], ended=seq))
    return replace(
        facts,
        activity="idle",
        stop_reason=event.stop_reason,
        ended_seq=ended,
        questions=(),
        tools=(),
        turns=turns,
    )


def _prompts(facts: Facts, event: UserMessage | PromptQueued | PromptRemoved, seq: int) -> Facts:
    known = any(prompt.id == event.id for prompt in facts.queue)
    if isinstance(event, PromptQueued) and known:
        queue = tuple(event if prompt.id == event.id else prompt for prompt in facts.queue)
    else:
        queue = tuple(prompt for prompt in facts.queue if prompt.id != event.id)
        queue += (event,) if isinstance(event, PromptQueued) else ()
    facts = replace(facts, queue=queue, prompts=facts.prompts | {event.id})
    if not isinstance(event, UserMessage):
        return facts
    if not facts.turns or facts.turns[-1].ended:
        facts = replace(facts, turns=(*facts.turns, TurnMark(seq, event.id, _headline(facts))))
    return replace(facts, text="", text_of=None, failure="", prompt=text_of_prompt(event.content))


def _headline(facts: Facts) -> Headline:
    return Headline(
        facts.text, facts.text_of, facts.prompt, facts.failure, facts.stop_reason, facts.usage.context_used
    )


def _worktree(facts: Facts, event: WorktreeEvent) -> Facts:
    if event.status != "making":
        return replace(facts, worktree=event)
    return replace(facts, worktree=event, activity="starting", stop_reason=None, failure="")


def _snapshot(facts: Facts, event: SnapshotTaken) -> Facts:
    if not facts.turns or facts.turns[-1].prompt != event.prompt:
        return facts
    return replace(facts, turns=(*facts.turns[:-1], replace(facts.turns[-1], snapshot=event.id)))


def _rewound(facts: Facts, event: RewoundEvent, seq: int) -> Facts:
    mark = RewindMark(seq, event, _headline(facts), facts.turns, facts.hidden)
    facts = replace(facts, rewinds=(*facts.rewinds, mark))
    undone = next((one for one in facts.rewinds if one.seq == event.undoes), None)
    if event.what == "files":
        return facts
    if undone is not None:
        facts = replace(facts, turns=undone.turns, hidden=(*undone.hidden, (undone.seq, seq - 1)))
        return _with(facts, undone.headline)
    back = next((turn for turn in facts.turns if turn.seq >= event.to), None)
    if back is None:
        return facts
    kept = tuple(turn for turn in facts.turns if turn.seq < back.seq)
    facts = replace(facts, turns=kept, hidden=(*facts.hidden, (back.seq, seq - 1)))
    return _with(facts, back.before)


def _with(facts: Facts, headline: Headline) -> Facts:
    return replace(
        facts,
        text=headline.text,
        text_of=headline.text_of,
        prompt=headline.prompt,
        failure=headline.failure,
        stop_reason=headline.stop_reason,
        usage=replace(facts.usage, context_used=headline.context_used),
    )


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


def text_of_prompt(content: list[Block]) -> str:
    """The beginning of what a prompt says, without its attachments."""
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


def worktree_of(
    told: WorktreeEvent | None, place: Place, lacks: LacksSummary | None, *, kept: bool
) -> WorktreeSummary | None:
    """The worktree that a session works in: what is there now, else what the log tells of it.

    ``kept``: it was removed here, and can be brought back.
    """
    record = place.record
    if record is not None:
        return WorktreeSummary(
            id=record.id,
            branch=place.branch,
            base=record.base_name,
            lacks=lacks,
            path=record.path,
            base_commit=record.base,
            source=record.source,
            landed=record.landed.target if record.landed else None,
        )
    if place.around is not None:  # made elsewhere
        source = str(place.around.main) if place.around.main else None
        path = str(place.around.worktree)
        return WorktreeSummary(
            id=None, branch=place.branch, base="", path=path, base_commit="", source=source
        )
    if told is None:
        return None
    return WorktreeSummary(
        id=told.id,
        branch=told.branch,
        base=told.base,
        status=told.status if told.status != "ready" else "removed" if kept else "gone",
        path=told.path,
        base_commit=told.base_commit,
        source=told.source,
    )
