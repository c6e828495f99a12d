import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { IOpenQuestion, Item } from '../../src/session/state';
import { Conversation } from '../../src/views/conversation';
import {
  conversationProps,
  makeContext,
  message,
  noteActions,
  prompt,
  session,
  tool,
  type Calls
} from './items';

let actions: Calls;
let context: ReturnType<typeof makeContext>;

beforeEach(() => {
  actions = noteActions();
  context = makeContext(actions);
  // Nothing is laid out here: what is far off stays far off, and nothing scrolls.
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe = () => undefined;
      disconnect = () => undefined;
    }
  );
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const show = (state: Parameters<typeof session>[0]) =>
  render(<Conversation {...conversationProps(context, session(state))} />);
const input = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Prompt' });
const type = (text: string) => {
  fireEvent.change(input(), { target: { value: text, selectionStart: text.length } });
};

const question: IOpenQuestion = {
  id: 'q',
  at: '2026-11-24T10:02:00Z',
  title: 'Run git push',
  toolCall: null,
  command: 'git push',
  directory: '/shop/payments',
  reason: 'No rule allows it.',
  options: [
    { id: '1', kind: 'allow_once', label: 'Allow once' },
    { id: '2', kind: 'allow_session', label: 'Allow for this session' },
    { id: '3', kind: 'allow_project', label: 'Allow in this project', rules: ['Bash(git push)'] },
    { id: '4', kind: 'reject_once', label: 'Deny' }
  ]
};

test('the names that others rely on are there, each once', () => {
  show({
    activity: 'waiting',
    questions: [question],
    queue: [{ id: 'k', at: '', content: [], when: 'queue' }]
  });
  expect(screen.getByRole('status').textContent).toBe('Waiting for you');
  expect(screen.getByRole('log', { name: 'Conversation' })).toBeTruthy();
  expect(screen.getByRole('group', { name: 'Permission' })).toBeTruthy();
  for (const name of [
    /Send/,
    /Stop/,
    'Allow once',
    'Allow for this session',
    'Allow in this project',
    /Deny/
  ]) {
    expect(screen.getByRole('button', { name })).toBeTruthy();
  }
  expect(screen.getByRole('textbox', { name: /Prompt/ })).toBeTruthy();
});

test('Enter sends what is typed, Shift Enter and an unfinished word do not', () => {
  show({});
  type('Run the tests');
  fireEvent.keyDown(input(), { key: 'Enter', shiftKey: true });
  fireEvent.keyDown(input(), { key: 'Enter', isComposing: true });
  expect(actions.send).not.toHaveBeenCalled();
  fireEvent.keyDown(input(), { key: 'Enter' });
  expect(actions.send).toHaveBeenCalledExactlyOnceWith(expect.any(String), 'Run the tests', [], 'queue');
  expect(input().value).toBe('');
});

test('letters typed while the pane is drawn with an older draft stay; another draft takes their place', () => {
  const onDraftChange = vi.fn();
  const props = { ...conversationProps(context, session({})), onDraftChange };
  const { rerender } = render(<Conversation {...props} />);
  type('w');
  const older = onDraftChange.mock.lastCall?.[0] as typeof props.draft;
  type('write');
  rerender(<Conversation {...props} draft={older} />);
  expect(input().value).toBe('write');
  rerender(<Conversation {...props} draft={{ text: 'out of the terminal', attachments: [] }} />);
  expect(input().value).toBe('out of the terminal');
});

test('a prompt that was not taken comes back, and goes again under the same id', async () => {
  actions.send.mockRejectedValueOnce(new Error('The disk is full'));
  show({});
  type('Run the tests');
  fireEvent.click(screen.getByRole('button', { name: 'Send' }));
  await screen.findByText('The disk is full');
  expect(input().value).toBe('Run the tests');
  fireEvent.click(screen.getByRole('button', { name: 'Send' }));
  const [first, second] = actions.send.mock.calls;
  expect(second?.[0]).toBe(first?.[0]);
  expect(screen.queryByText('The disk is full')).toBeNull();
});

test('what was typed meanwhile follows what comes back', async () => {
  let refuse: (reason: Error) => void = () => undefined;
  actions.send.mockReturnValueOnce(new Promise((_, reject) => (refuse = reject)));
  show({});
  type('first');
  fireEvent.keyDown(input(), { key: 'Enter' });
  type('second');
  refuse(new Error('no'));
  await waitFor(() => {
    expect(input().value).toBe('first\nsecond');
  });
});

test('Up recalls, Down returns, and neither touches what one is writing', () => {
  show({ items: [prompt('1', 'one'), message('m', 'x'), prompt('2', 'two')] });
  const press = (key: string) => fireEvent.keyDown(input(), { key });
  press('ArrowUp');
  expect(input().value).toBe('two');
  press('ArrowUp');
  press('ArrowUp');
  expect(input().value).toBe('one');
  press('ArrowDown');
  press('ArrowDown');
  expect(input().value).toBe('');
  type('mine');
  press('ArrowUp');
  expect(input().value).toBe('mine');
});

test('@ completes a file, which goes along as a link', async () => {
  show({});
  type('Look at @app');
  fireEvent.select(input());
  await screen.findByRole('option', { name: 'src/app.py' });
  fireEvent.keyDown(input(), { key: 'Enter' });
  expect(input().value).toBe('Look at @src/app.py ');
  fireEvent.keyDown(input(), { key: 'Enter' });
  const link = { type: 'resource_link', uri: 'src/app.py', name: 'src/app.py' };
  expect(actions.send).toHaveBeenCalledExactlyOnceWith(
    expect.any(String),
    'Look at @src/app.py',
    [link],
    'queue'
  );
});

test('an image that is pasted becomes a chip, can be taken off, and is sent', async () => {
  show({});
  const file = new File([new Uint8Array([1, 2, 3])], 'plot.png', { type: 'image/png' });
  fireEvent.paste(input(), { clipboardData: { files: [file] } });
  fireEvent.click(await screen.findByRole('button', { name: 'Remove plot.png' }));
  expect(screen.queryByText('plot.png')).toBeNull();
  fireEvent.paste(input(), { clipboardData: { files: [file] } });
  await screen.findByText('plot.png');
  fireEvent.click(screen.getByRole('button', { name: 'Send' }));
  const block = { type: 'image', mime_type: 'image/png', data: 'AQID', name: 'plot.png' };
  expect(actions.send).toHaveBeenCalledExactlyOnceWith(expect.any(String), '', [block], 'queue');
});

test('an answer is given once', () => {
  show({ activity: 'waiting', questions: [question] });
  fireEvent.click(screen.getByRole('button', { name: 'Allow once' }));
  fireEvent.click(screen.getByRole('button', { name: 'Allow once' }));
  expect(actions.answer).toHaveBeenCalledExactlyOnceWith('q', question.options[0], undefined);
});

test('a rule for the project is shown before it is kept', () => {
  show({ activity: 'waiting', questions: [question] });
  fireEvent.click(screen.getByRole('button', { name: 'Allow in this project' }));
  expect(actions.answer).not.toHaveBeenCalled();
  expect(screen.getByText('Bash(git push)')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Back' }));
  fireEvent.click(screen.getByRole('button', { name: 'Allow in this project' }));
  fireEvent.click(screen.getByRole('button', { name: 'Save rule and allow' }));
  expect(actions.answer).toHaveBeenCalledExactlyOnceWith('q', question.options[2], undefined);
});

test('a refusal can say why', () => {
  show({ activity: 'waiting', questions: [question] });
  fireEvent.click(screen.getByRole('button', { name: 'Say why not' }));
  const reason = screen.getByRole('textbox', { name: 'Reason' });
  fireEvent.change(reason, { target: { value: 'use make' } });
  fireEvent.keyDown(reason, { key: 'Enter' });
  expect(actions.answer).toHaveBeenCalledExactlyOnceWith('q', question.options[3], 'use make');
});

test('a command is run in the terminal, or in a new one where that is busy', async () => {
  const options = [
    ...question.options,
    { id: 'run', kind: 'run_in_terminal' as const, label: 'Run it in my terminal' }
  ];
  const asked = { ...question, options };
  actions.runInTerminal.mockResolvedValueOnce({ command: 'npm run dev' });
  show({ activity: 'waiting', questions: [asked] });
  fireEvent.click(screen.getByRole('button', { name: 'Run it in my terminal' }));
  const fresh = await screen.findByRole('button', { name: 'Run it in a new terminal' });
  expect(screen.getByText('“npm run dev” runs in your terminal.')).toBeTruthy();
  expect(document.activeElement).toBe(fresh);
  fireEvent.click(fresh);
  expect(actions.runInTerminal.mock.calls).toEqual([
    [asked, false],
    [asked, true]
  ]);
});

test('the keyboard goes to the answers only where one is at work with nothing typed', () => {
  const props = conversationProps(context, session({}));
  const asked = session({ activity: 'waiting', questions: [question] });
  const { rerender } = render(<Conversation {...props} />);
  rerender(<Conversation {...props} state={asked} />);
  expect(document.activeElement).toBe(document.body);

  rerender(<Conversation {...props} />);
  input().focus();
  rerender(<Conversation {...props} state={asked} />);
  expect(document.activeElement?.textContent).toContain('Allow once');
  fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' });
  expect(document.activeElement?.textContent).toContain('Deny');

  rerender(<Conversation {...props} />);
  input().focus();
  type('half a thought');
  rerender(<Conversation {...props} state={asked} />);
  expect(document.activeElement).toBe(input());
});

test('a letter typed on an answer belongs to the composer', () => {
  const props = conversationProps(context, session({ activity: 'waiting', questions: [question] }));
  render(<Conversation {...props} />);
  const button = screen.getByRole('button', { name: 'Allow once' });
  button.focus();
  fireEvent.keyDown(button, { key: 'n' });
  expect(document.activeElement).toBe(input());
});

test('finished blocks of a message that grows are drawn once', async () => {
  const props = conversationProps(context, session({ activity: 'running' }));
  const at = (text: string, finished: boolean) => ({
    ...props,
    state: session({ items: [message('m', text, finished)] })
  });
  const { rerender } = render(<Conversation {...at('First.\n\nSec', false)} />);
  const first = await screen.findByText('First.');
  rerender(<Conversation {...at('First.\n\nSecond.\n\nThi', false)} />);
  await screen.findByText('Second.');
  rerender(<Conversation {...at('First.\n\nSecond.\n\nThird.', true)} />);
  await screen.findByText('Third.');
  expect(await screen.findByText('First.')).toBe(first);
});

test('an open call stays open when a second one makes a run of it', () => {
  const read = (id: string) =>
    tool(id, 'read', `Read ${id}.py`, { locations: [{ path: `/shop/payments/${id}.py` }] });
  const props = conversationProps(context, session({ items: [read('a')] }));
  const { rerender } = render(<Conversation {...props} />);
  fireEvent.click(screen.getByRole('button', { name: /Read a.py/ }));
  rerender(<Conversation {...props} state={session({ items: [read('a'), read('b')] })} />);
  expect(screen.getByRole('button', { name: /Read 2 files/ }).getAttribute('aria-expanded')).toBe('true');
  fireEvent.click(screen.getByRole('button', { name: 'a.py' }));
  expect(actions.openFile).toHaveBeenCalledExactlyOnceWith('/shop/payments/a.py', undefined);
});

test('of a long transcript only the end is drawn', () => {
  const items: Item[] = Array.from({ length: 5000 }, (_, at) => prompt(`p${at}`, `prompt ${at}`));
  show({ items });
  expect(screen.getByText('prompt 4999')).toBeTruthy();
  expect(screen.getAllByRole('article').length).toBeLessThan(100);
});

test('try again sends the last prompt, and only the last failure offers it', async () => {
  const failure = (id: string): Item => ({
    type: 'failure',
    id,
    at: '2026-11-24T10:02:00Z',
    reason: 'overloaded',
    message: `overloaded ${id}`,
    detail: null,
    retryable: true
  });
  show({ activity: 'failed', items: [prompt('1', 'one'), failure('f'), prompt('2', 'two'), failure('g')] });
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => {
    expect(actions.send).toHaveBeenCalledExactlyOnceWith(expect.any(String), 'two', [], 'queue');
  });
});

test('a queued prompt can be changed, brought forward and taken back', async () => {
  show({
    activity: 'running',
    queue: [{ id: 'k', at: '', content: [{ type: 'text', text: 'later' }], when: 'queue' }]
  });
  const queue = within(screen.getByRole('group', { name: 'Queue' }));
  fireEvent.click(queue.getByRole('button', { name: 'Now' }));
  fireEvent.click(queue.getByRole('button', { name: 'Remove from the queue' }));
  fireEvent.click(queue.getByRole('button', { name: 'Edit' }));
  const field = queue.getByRole('textbox', { name: 'Queued message' });
  fireEvent.change(field, { target: { value: 'sooner' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(actions.sendQueuedNow).toHaveBeenCalledWith('k');
  expect(actions.removeQueued).toHaveBeenCalledWith('k');
  expect(actions.editQueued).toHaveBeenCalledWith('k', 'sooner');
  await queue.findByText('later');
});

test('a double click renames; Escape keeps the name', () => {
  show({});
  const begin = () => {
    fireEvent.doubleClick(screen.getByText('payments'));
    return screen.getByRole('textbox', { name: 'Session name' });
  };
  fireEvent.keyDown(begin(), { key: 'Escape' });
  expect(actions.rename).not.toHaveBeenCalled();
  const field = begin();
  fireEvent.change(field, { target: { value: 'refunds' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(actions.rename).toHaveBeenCalledExactlyOnceWith('refunds');
});

test('an archived session says so, takes nothing, and comes back', () => {
  const props = conversationProps(context, session({ activity: 'archived', archived: true }));
  render(<Conversation {...props} />);
  expect(input().disabled).toBe(true);
  fireEvent.click(screen.getByRole('button', { name: 'Restore' }));
  expect(props.onRestore).toHaveBeenCalledOnce();
});

test('a session that is gone can be left', () => {
  const props = { ...conversationProps(context, session({})), connection: 'gone' as const };
  render(<Conversation {...props} />);
  fireEvent.click(screen.getByRole('button', { name: 'New session here' }));
  fireEvent.click(screen.getByRole('button', { name: 'Close pane' }));
  expect(props.onNewSession).toHaveBeenCalledOnce();
  expect(props.onClose).toHaveBeenCalledOnce();
});
