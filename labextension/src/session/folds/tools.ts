/** Tool calls, each with its updates folded in. */
import type { ToolCall, ToolCallUpdate, ToolStatus } from '../../protocol';
import type { IToolItem } from '../state';
import type { Folds } from './fold';
import { append, find, replace, type Items } from './items';

export const tools: Folds<'tool_call' | 'tool_call_update'> = {
  tool_call: (state, event, { at }) => ({ items: addTool(state.items, event, at), retry: null }),
  tool_call_update: (state, event, { at }) => ({ items: updateTool(state.items, event, at), retry: null })
};

function addTool(items: Items, event: ToolCall, at: string): Items {
  const known = find(items, 'tool', event.tool_call_id);
  const tool: IToolItem = {
    type: 'tool',
    id: event.tool_call_id,
    at: known?.at ?? at,
    name: event.name ?? null,
    title: event.title,
    kind: event.tool_kind ?? 'other',
    content: event.content ?? [],
    output: '',
    locations: event.locations ?? [],
    rawInput: event.raw_input ?? null,
    exitCode: null,
    terminal: known?.terminal ?? null,
    ...times(known, event.status ?? 'pending', at)
  };
  return known ? replace(items, known, tool) : append(items, tool, at);
}

function updateTool(items: Items, event: ToolCallUpdate, at: string): Items {
  const tool = find(items, 'tool', event.tool_call_id);
  if (tool === undefined) {
    return items;
  }
  return replace(items, tool, {
    ...tool,
    title: event.title ?? tool.title,
    kind: event.tool_kind ?? tool.kind,
    content: event.content ?? tool.content,
    output: (event.content ? '' : tool.output) + (event.append_output ?? ''),
    locations: event.locations ?? tool.locations,
    rawInput: event.raw_input ?? tool.rawInput,
    exitCode: event.exit_code ?? tool.exitCode,
    ...times(tool, event.status ?? tool.status, at)
  });
}

function times(tool: IToolItem | undefined, status: ToolStatus, at: string) {
  const started = status === 'pending' ? null : at;
  const ended = status === 'pending' || status === 'in_progress' ? null : at;
  return { status, startedAt: tool?.startedAt ?? started, endedAt: ended && (tool?.endedAt ?? ended) };
}
