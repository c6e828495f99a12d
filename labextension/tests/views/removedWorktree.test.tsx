import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { WorktreeInfo } from '../../src/protocol';
import { ProblemBar } from '../../src/views/problemBar';
import { Setup } from '../../src/views/setup';
import { WorktreeList } from '../../src/views/worktreeList';
import { makeContext, noteActions, type Calls } from './items';

let actions: Calls;
let context: ReturnType<typeof makeContext>;

beforeEach(() => {
  actions = noteActions();
  context = makeContext(actions);
});
afterEach(cleanup);

const summary = { id: 'wt-1', branch: 'tea', base: 'main', path: '/shop-tea', base_commit: '0' };

test('a removed worktree is brought back from where the session says that it is gone', () => {
  const problem = 'The worktree of this session was removed.';
  const session = { problem, worktree: { ...summary, status: 'removed' as const }, readOnly: false };
  render(<ProblemBar context={context} session={session} />);
  fireEvent.click(screen.getByRole('button', { name: 'Bring it back' }));
  expect(actions.bringBack).toHaveBeenCalledOnce();
});

test('of one that somebody else deleted only that is said', () => {
  const session = {
    problem: 'The directory is gone.',
    worktree: { ...summary, status: 'gone' as const },
    readOnly: false
  };
  render(<ProblemBar context={context} session={session} />);
  expect(screen.getByText('The directory is gone.')).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

test('nothing is offered to be run in a worktree that is not there', () => {
  const worktree = { ...summary, status: 'ready' as const, source: '/shop', request: {} };
  const setup = [
    { step: 'setup', status: 'needs_consent' as const, at: '', seconds: null, detail: 'make setup' }
  ];
  const state = { worktree, setup, activity: 'idle' as const, items: [] };
  const { rerender } = render(<Setup context={context} there state={state} />);
  expect(screen.getByRole('button', { name: 'Run it' })).toBeTruthy();
  rerender(<Setup context={context} there={false} state={state} />);
  expect(screen.queryByRole('button', { name: 'Run it' })).toBeNull();
});

const info = (id: string, more: Partial<WorktreeInfo> = {}): WorktreeInfo => ({
  id,
  session: 's1',
  repository: '/shop/.git',
  source: '/shop',
  path: `/shop-${id}`,
  branch: id,
  made_branch: true,
  base: '0',
  base_name: 'main',
  base_ref: null,
  created_at: '2026-11-24T10:00:00Z',
  landed: null,
  removed: null,
  exists: true,
  ...more
});

test('the list tells what is in use, what can come back and what is left over', () => {
  const removed = { snapshot: '1', at: '2026-11-25T10:00:00Z', branch: 'tea', head: '0' };
  const gone = info('tea', { exists: false, removed });
  const leftover = {
    kind: 'folder_gone' as const,
    path: '/shop-milk',
    detail: 'Deleted by hand.',
    worktree: 'milk'
  };
  const onOpen = vi.fn();
  const onBringBack = vi.fn(() => Promise.resolve());
  render(
    <WorktreeList
      trans={context.trans}
      worktrees={[gone, info('coffee'), info('water', { session: 'deleted' })]}
      leftovers={[leftover]}
      sessionName={id => (id === 's1' ? 'Roast' : null)}
      shorten={path => path}
      onOpen={onOpen}
      onBringBack={onBringBack}
    />
  );
  const kept = screen.getByRole('list', { name: 'Removed, and kept for a while' });
  expect(within(kept).getAllByRole('listitem')).toHaveLength(1);
  fireEvent.click(within(kept).getByRole('button', { name: 'Bring it back' }));
  expect(onBringBack).toHaveBeenCalledWith(gone);
  const left = screen.getByRole('list', { name: 'Left over: nothing is deleted without you' });
  expect(left.textContent).toContain('Deleted by hand.');
  const used = screen.getByRole('list', { name: 'In use' });
  expect(used.textContent).toContain('no session');
  fireEvent.click(within(used).getByRole('button', { name: 'Roast' }));
  expect(onOpen).toHaveBeenCalledWith('s1');
});
