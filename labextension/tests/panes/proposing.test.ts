/** A message that the agent writes: what of it comes into the field, and what of it outlives the page. */
import { nullTranslator } from '@jupyterlab/translation';
import { ServerConnection } from '@jupyterlab/services';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { ChangesModel } from '../../src/panes/changesModel';
import { Proposing } from '../../src/panes/proposing';
import type { Event } from '../../src/protocol';
import { SessionChanges } from '../../src/server/changes';
import { reduce } from '../../src/session/reduce';
import { EMPTY } from '../../src/session/state';
import { stored } from '../session/events';

const pane = { send: vi.fn(), stop: vi.fn(), removeQueued: vi.fn() };
let model: ChangesModel;
let proposing: Proposing;

beforeEach(() => {
  localStorage.clear();
  Object.values(pane).forEach(mock => mock.mockReset().mockResolvedValue(undefined));
  begin();
});
afterEach(() => {
  model.dispose();
});

function begin(): void {
  // Nobody looks at the list here, and nobody answers.
  const settings = ServerConnection.makeSettings({ baseUrl: 'http://127.0.0.1:1/' });
  model = new ChangesModel(new SessionChanges(settings, 's'), 's');
  proposing = new Proposing({ trans: nullTranslator.load('parsess_lab'), model, pane });
}

const sent = () => String(pane.send.mock.calls.at(-1)?.[0]);

function answer(message: string, reason = 'end_turn'): void {
  const events = [
    { kind: 'user_message', id: sent(), content: [] },
    { kind: 'state_update', state: 'running' },
    {
      kind: 'agent_message_chunk',
      message_id: 'm',
      content: { type: 'text', text: `\`\`\`\n${message}\n\`\`\`` }
    },
    { kind: 'state_update', state: 'idle', stop_reason: reason }
  ] as unknown as Event[];
  stored(...events)
    .map((_, index, all) => all.slice(0, index + 1).reduce(reduce, EMPTY))
    .forEach(state => {
      proposing.follow(state);
    });
}

test('what the agent writes comes into an empty field, and over its own words the next time', () => {
  proposing.propose(false);
  expect(pane.send).toHaveBeenCalledWith(sent(), expect.stringContaining('git diff --cached'), [], 'queue');
  answer('First');
  expect(model.state).toMatchObject({ message: 'First', proposal: null });
  proposing.propose(true);
  expect(pane.send).toHaveBeenLastCalledWith(sent(), expect.stringContaining('git diff HEAD'), [], 'queue');
  answer('Second');
  expect(model.state).toMatchObject({ message: 'Second', proposal: null });
});

test('over the words of the person it is offered only', () => {
  proposing.propose(false);
  model.write({ message: 'Mine' });
  answer('Its own');
  expect(model.state).toMatchObject({ message: 'Mine', proposal: { stage: 'offered', message: 'Its own' } });
  proposing.useProposal();
  expect(model.state).toMatchObject({ message: 'Its own', proposal: null });
});

test('a turn that was stopped gives the button back', () => {
  proposing.propose(false);
  answer('Half a', 'cancelled');
  expect(model.state).toMatchObject({ message: '', proposal: null });
});

test('what is awaited is awaited by the next page too', () => {
  proposing.propose(false);
  model.dispose();
  begin();
  expect(model.state.proposal?.prompt).toBe(sent());
  answer('Later');
  expect(model.state.message).toBe('Later');
});

test('given up while it is written, the agent stops; while it waits, it leaves the queue', async () => {
  proposing.propose(false);
  const stages = { queued: pane.removeQueued, writing: pane.stop };
  for (const [stage, told] of Object.entries(stages)) {
    const proposal = { prompt: sent(), over: '', stage: stage as 'queued' | 'writing', seq: 1, message: '' };
    model.write({ proposal });
    proposing.giveUpProposal();
    await vi.waitFor(() => {
      expect(told).toHaveBeenCalledOnce();
    });
    expect(model.state.proposal).toBeNull();
  }
});

test('what could not be sent is told, and is sent once', async () => {
  pane.send.mockRejectedValueOnce(new Error('cut off'));
  proposing.propose(false);
  const first = sent();
  await vi.waitFor(() => {
    expect(model.state).toMatchObject({ error: 'cut off', proposal: null });
  });
  proposing.propose(false);
  expect(sent()).toBe(first);
});
