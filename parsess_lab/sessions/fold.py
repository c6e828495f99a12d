"""The fold: the facts after one more event. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from parsess_lab.events import (
    AgentFailedEvent,
    AgentMessageChunk,
    AnyEvent,
    Block,
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
    Stored,
    TextBlock,
    ToolCall,
    ToolCallUpdate,
    UsageUpdate,
    UserMessage,
    WorktreeEvent,
)
from parsess_lab.log import AnyStored
from parsess_lab.sessions.facts import Facts, Headline, OpenTool, RewindMark, TurnMark
from parsess_lab.sessions.summary import Usage

_TEXT = 200  # characters of a message that the list may show
_OPEN = ("pending", "in_progress")


def fold(facts: Facts, stored: AnyStored) -> Facts:
    """The facts after one more event; one folded before, or of an unknown kind, changes nothing else."""
    if stored.seq <= facts.seq:
        return facts
    if isinstance(stored, Stored):
        facts = _fold(facts, stored.event, stored.seq)
    return replace(facts, seq=stored.seq, at=stored.at)


def text_of_prompt(content: list[Block]) -> str:
    """The beginning of what a prompt says, without its attachments."""
    texts = (block.text for block in content if isinstance(block, TextBlock))
    return next((text[:_TEXT] for text in texts if text.strip()), "")


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
