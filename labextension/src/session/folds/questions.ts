/** Questions to the person, and what was answered. */
import type { EventOf, OptionKind } from '../../protocol';
import type { ISessionState, Item } from '../state';
import type { Folds, Patch, Stamp } from './fold';
import { append, find, replace, type Items } from './items';

export const questions: Folds<'_question_asked' | '_question_answered'> = {
  _question_asked: (state, event, { at }) => ({
    questions: [
      ...state.questions.filter(question => question.id !== event.id),
      {
        id: event.id,
        at,
        title: event.title,
        toolCall: event.tool_call ?? null,
        command: event.command ?? null,
        directory: event.directory ?? null,
        reason: event.reason ?? null,
        options: event.options
      }
    ]
  }),
  _question_answered: answer
};

function answer(state: ISessionState, event: EventOf<'_question_answered'>, { at }: Stamp): Patch {
  const question = state.questions.find(({ id }) => id === event.id);
  if (question === undefined) {
    return {};
  }
  const chosen = question.options.find(({ id }) => id === event.option);
  const item: Item = {
    type: 'answer',
    id: event.id,
    at,
    title: question.title,
    toolCall: question.toolCall,
    label: chosen?.label ?? event.option ?? null,
    allowed: isLeave(event.option_kind ?? chosen?.kind),
    reason: event.reason ?? null,
    rules: event.rules ?? []
  };
  return {
    items: append(inTerminal(state.items, question.toolCall, event.terminal ?? null), item, at),
    questions: state.questions.filter(other => other !== question)
  };
}

const isLeave = (kind: OptionKind | null | undefined): boolean =>
  kind === 'run_in_terminal' || (kind ?? '').startsWith('allow');

/** The call that the person had run in a terminal. */
function inTerminal(items: Items, toolCall: string | null, terminal: string | null): Items {
  const tool = toolCall === null ? undefined : find(items, 'tool', toolCall);
  return tool && terminal !== null ? replace(items, tool, { ...tool, terminal }) : items;
}
