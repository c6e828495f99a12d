/** What the agent says and thinks, chunk by chunk. */
import type { Block } from '../../protocol';
import type { IMessageItem, IThoughtItem } from '../state';
import type { Folds } from './fold';
import { append, find, replace, type Items } from './items';

export const texts: Folds<'agent_message_chunk' | 'agent_thought_chunk'> = {
  agent_message_chunk: (state, { message_id, content }, { at }) => ({
    items: addMessageChunk(state.items, message_id, content, at),
    retry: null
  }),
  agent_thought_chunk: (state, { message_id, content }, { at }) => ({
    items: addThoughtChunk(state.items, message_id, content, at),
    retry: null
  })
};

function addMessageChunk(items: Items, id: string, block: Block, at: string): Items {
  const known = find(items, 'message', id);
  const message: IMessageItem = known ?? { type: 'message', id, at, text: '', blocks: [], finished: false };
  const longer =
    block.type === 'text'
      ? { ...message, text: message.text + block.text }
      : { ...message, blocks: [...message.blocks, block] };
  return known ? replace(items, known, longer) : append(items, longer, at);
}

function addThoughtChunk(items: Items, id: string, block: Block, at: string): Items {
  if (block.type !== 'text') {
    return items;
  }
  const known = find(items, 'thought', id);
  const thought: IThoughtItem = known ?? {
    type: 'thought',
    id,
    at,
    text: '',
    finished: false,
    finishedAt: null
  };
  const longer = { ...thought, text: thought.text + block.text };
  return known ? replace(items, known, longer) : append(items, longer, at);
}
