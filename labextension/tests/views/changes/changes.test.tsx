import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { ServerError } from '../../../src/server/request';
import { fillList } from '../../../src/session/changes';
import { Changes, type IChangesProps } from '../../../src/views/changes/changes';
import type { IChangesActions, IChangesState, ILandActions } from '../../../src/views/changes/contract';
import { makeContext, noteActions } from '../items';

const list = fillList({
  scope: 'uncommitted',
  top: '/shop',
  files: [
    { path: 'src/refund.py', status: 'modified', added: 3, removed: 1, staged: 'partly' },
    { path: 'logo.png', status: 'added', binary: true },
    { path: 'old.txt', status: 'deleted', removed: 2 }
  ],
  added: 3,
  removed: 3
});

const initial: IChangesState = {
  scope: 'uncommitted',
  list,
  problem: null,
  path: 'src/refund.py',
  file: null,
  layout: 'unified',
  comments: [],
  drafts: [],
  message: '',
  proposal: null,
  reverted: null,
  committed: null,
  error: null,
  busy: false,
  panel: null
};

const target = { name: 'main', commit: 'c1', checked_out_in: '/shop', ahead: 2, behind: 1 };
const info = {
  branch: 'feature/x',
  head: 'h',
  targets: [target],
  target: 'main',
  uncommitted: [],
  remotes: [],
  forge: null
};
const details = {
  id: 'wt-1',
  session: 's',
  repository: '/shop/.git',
  source: '/shop',
  path: '/shop-x',
  branch: 'feature/x',
  made_branch: true,
  base: 'c0',
  base_name: 'main',
  base_ref: null,
  created_at: '',
  landed: null,
  removed: null,
  exists: true,
  lacks: null,
  interpreter: null,
  reasons: [
    { kind: 'dirty' as const, detail: '1 uncommitted change: a.py' },
    { kind: 'unmerged' as const, detail: '2 commits are not merged' }
  ]
};

let actions: { readonly [Name in keyof IChangesActions]: ReturnType<typeof vi.fn> };
let landing: { readonly [Name in keyof ILandActions]: ReturnType<typeof vi.fn> };

beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined;
  actions = {
    setScope: vi.fn(),
    select: vi.fn(),
    setLayout: vi.fn(),
    refresh: vi.fn(),
    stage: vi.fn(),
    unstage: vi.fn(),
    revert: vi.fn(),
    undoRevert: vi.fn(),
    writeMessage: vi.fn(),
    commit: vi.fn(),
    dismiss: vi.fn(),
    draftComment: vi.fn(),
    addComment: vi.fn(),
    editComment: vi.fn(),
    removeComment: vi.fn(),
    sendComments: vi.fn(),
    propose: vi.fn(),
    giveUpProposal: vi.fn(),
    useProposal: vi.fn(),
    open: vi.fn(),
    showPanel: vi.fn()
  };
  landing = {
    info: vi.fn(() => Promise.resolve(info)),
    land: vi.fn(() =>
      Promise.resolve({ head: 'h', target: 'main', commit: 'c2abcdef0', how: 'squash', at: '' })
    ),
    resolve: vi.fn(() => Promise.resolve()),
    push: vi.fn(() => Promise.resolve('origin')),
    openPullRequest: vi.fn(),
    pullRequest: vi.fn(),
    details: vi.fn(() => Promise.resolve(details)),
    remove: vi.fn(() => Promise.resolve())
  };
});
afterEach(cleanup);

function show(state: Partial<IChangesState> = {}) {
  const props = {
    context: makeContext(noteActions()),
    state: { ...initial, ...state },
    actions,
    landing,
    session: {
      name: 'payments',
      branch: 'feature/x',
      worktree: {
        id: 'wt-1',
        branch: 'feature/x',
        base: 'main',
        path: '/shop-x',
        base_commit: 'c0',
        status: 'ready',
        landed: null
      },
      writes: true,
      readOnly: false,
      running: false
    },
    shorten: (path: string) => path
  } as unknown as IChangesProps;
  return render(<Changes {...props} />);
}

const files = () => screen.getByRole('listbox', { name: 'Changed files' });

test('each file says in words what its letter means', () => {
  show();
  const rows = screen.getAllByRole('option').map(row => row.textContent);
  expect(rows[0]).toContain('refund.py, modified, partly staged');
  expect(rows[1]).toContain('logo.png, added, not staged');
  expect(rows[2]).toContain('old.txt, deleted');
});

test('the agent is asked for a message once, says that it writes, and can be told to leave it', () => {
  const { unmount } = show();
  fireEvent.click(screen.getByRole('button', { name: 'Let the agent propose' }));
  expect(actions.propose).toHaveBeenCalledOnce();
  unmount();
  const proposal = { prompt: 'p', over: '', stage: 'writing' as const, seq: 1, message: '' };
  const waiting = show({ proposal });
  expect(screen.getByText('The agent writes…')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Give up' }), { detail: 2 });
  expect(actions.giveUpProposal).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('button', { name: 'Give up' }), { detail: 1 });
  expect(actions.giveUpProposal).toHaveBeenCalledOnce();
  waiting.unmount();
  show({ message: 'Mine', proposal: { ...proposal, stage: 'offered', message: 'Its own' } });
  fireEvent.click(screen.getByRole('button', { name: 'Use the agent’s message' }));
  expect(actions.useProposal).toHaveBeenCalledOnce();
});

test('the list is moved through with the keys, and Space stages', () => {
  show();
  fireEvent.keyDown(files(), { key: 'ArrowDown' });
  expect(actions.select).toHaveBeenLastCalledWith('logo.png');
  fireEvent.keyDown(files(), { key: 'End' });
  expect(actions.select).toHaveBeenLastCalledWith('old.txt');
  fireEvent.keyDown(files(), { key: ' ' });
  expect(actions.stage).toHaveBeenCalledExactlyOnceWith('src/refund.py', []);
});

test('of two thousand files a few are drawn', () => {
  const many = Array.from({ length: 2000 }, (_, index) => ({ path: `f${index}`, status: 'added' as const }));
  show({ list: fillList({ scope: 'uncommitted', top: '/', files: many }), path: 'f0' });
  const rows = screen.getAllByRole('option');
  expect(rows.length).toBeLessThan(100);
  expect(rows[0]?.getAttribute('aria-setsize')).toBe('2000');
});

test('a commit takes what is staged, where nothing is everything, and only with a message', () => {
  const { unmount } = show();
  const commit = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
  expect(commit('Commit 1 staged file').disabled).toBe(true);
  fireEvent.change(screen.getByRole('textbox', { name: 'Commit message' }), { target: { value: 'Fix it' } });
  expect(actions.writeMessage).toHaveBeenCalledExactlyOnceWith('Fix it');
  unmount();
  const partly = show({ message: 'Fix it' });
  fireEvent.click(commit('Commit 1 staged file'));
  expect(actions.commit).toHaveBeenLastCalledWith(false);
  partly.unmount();
  show({
    message: 'Fix it',
    list: { ...list, files: list.files.map(file => ({ ...file, staged: 'none' })) }
  });
  fireEvent.click(commit('Commit all 3 files'));
  expect(actions.commit).toHaveBeenLastCalledWith(true);
});

test('all files go into the next commit and out of it at once, also by their key', () => {
  const { unmount } = show();
  fireEvent.click(screen.getByRole('button', { name: 'Stage all' }));
  fireEvent.keyDown(files(), { key: 'a' });
  expect(vi.mocked(actions.stage).mock.calls).toEqual([
    [null, []],
    [null, []]
  ]);
  fireEvent.click(screen.getByRole('button', { name: 'Unstage all' }));
  expect(actions.unstage).toHaveBeenLastCalledWith(null, []);
  unmount();
  show({ list: { ...list, files: list.files.map(file => ({ ...file, staged: 'all' })) } });
  expect(screen.queryByRole('button', { name: 'Stage all' })).toBeNull();
  fireEvent.keyDown(files(), { key: 'a' });
  expect(actions.unstage).toHaveBeenCalledTimes(2);
});

test('from the list a file is opened, and reverted when that was agreed to', () => {
  const shown = { path: 'src/refund.py', sides: null, hunks: [], problem: null };
  show({ file: shown });
  fireEvent.keyDown(files(), { key: 'o' });
  expect(actions.open).toHaveBeenCalledExactlyOnceWith('src/refund.py', undefined);
  fireEvent.keyDown(files(), { key: 'x' });
  expect(actions.revert).not.toHaveBeenCalled();
  const asked = within(screen.getByRole('group', { name: 'Take all of it back?' }));
  fireEvent.click(asked.getByRole('button', { name: 'Revert file' }));
  expect(actions.revert).toHaveBeenCalledExactlyOnceWith('src/refund.py', []);
});

test('no repository, no turn, nothing changed: each has words and a way on', () => {
  const { unmount } = show({ list: null, problem: { code: 'not_a_repository', message: '' } });
  fireEvent.click(screen.getByRole('button', { name: 'Show the last turn' }));
  expect(actions.setScope).toHaveBeenCalledExactlyOnceWith('turn');
  unmount();
  const gone = show({ list: null, problem: { code: 'directory_missing', message: 'Choose another.' } });
  expect(screen.getByRole('alert').textContent).toContain('is not there any more');
  fireEvent.click(screen.getByRole('button', { name: 'Look again' }));
  expect(actions.refresh).toHaveBeenCalledOnce();
  gone.unmount();
  const failed = show({ list: null, problem: { code: 'git_failed', message: 'git is missing' } });
  expect(screen.getByRole('alert').textContent).toContain('git is missing');
  failed.unmount();
  show({ list: { ...list, files: [] } });
  expect(screen.getByText('Everything is committed.')).toBeTruthy();
});

test('a revert can be undone where it was done', () => {
  show({ reverted: { undo: { id: 'u' }, paths: ['a.py'] } as unknown as IChangesState['reverted'] });
  expect(screen.getByText('Took changes of a.py back.')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect(actions.undoRevert).toHaveBeenCalledOnce();
});

test('comments wait as one bar and go as one prompt', () => {
  const place = { type: 'lines' as const, side: 'new' as const, from: 1, to: 2 };
  const comments = ['1', '2', '3'].map(id => ({ id, path: 'src/refund.py', place, quote: '', text: 'Why?' }));
  show({ comments });
  const review = within(screen.getByRole('group', { name: 'Comments' }));
  expect(review.getByRole('button', { name: '3 comments' })).toBeTruthy();
  fireEvent.click(review.getByRole('button', { name: 'Send comments' }));
  expect(actions.sendComments).toHaveBeenCalledOnce();
});

test('landing says what will happen and names its target', async () => {
  show({ panel: 'land' });
  await screen.findByText('2 commits become one new commit on main.');
  fireEvent.click(screen.getByRole('radio', { name: 'Rebase' }));
  expect(screen.getByText('2 commits are put on top of main, each by itself.')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Land into main' }));
  expect(landing.land).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ how: 'rebase', target: 'main', expected: 'c1' })
  );
  await screen.findByText('Landed on main as c2abcdef0.');
  fireEvent.click(screen.getByRole('button', { name: /remove the worktree/ }));
  expect(actions.showPanel).toHaveBeenCalledWith('remove');
});

test('what is in no commit has to be decided first', async () => {
  landing.info.mockResolvedValue({ ...info, uncommitted: ['notes.txt'] });
  show({ panel: 'land' });
  const land = await screen.findByRole<HTMLButtonElement>('button', { name: 'Land into main' });
  expect(land.disabled).toBe(true);
  fireEvent.click(screen.getByRole('radio', { name: /Commit it first/ }));
  fireEvent.click(land);
  expect(landing.land).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ uncommitted: 'include' }));
});

test('conflicts are listed and can be given to the agent', async () => {
  landing.land.mockRejectedValue(
    new ServerError('conflict', 'menu.txt is in conflict', 409, { files: ['menu.txt'] })
  );
  show({ panel: 'land' });
  fireEvent.click(await screen.findByRole('button', { name: 'Land into main' }));
  await screen.findByText('menu.txt is in conflict');
  fireEvent.click(screen.getByRole('button', { name: 'Let the agent resolve' }));
  expect(landing.resolve).toHaveBeenCalledExactlyOnceWith('main', 'squash', ['menu.txt']);
});

test('a target that moved is looked at anew', async () => {
  landing.land.mockRejectedValue(new ServerError('moved_target', 'main has moved', 409));
  show({ panel: 'land' });
  fireEvent.click(await screen.findByRole('button', { name: 'Land into main' }));
  await screen.findByText('main has moved');
  await waitFor(() => {
    expect(landing.info).toHaveBeenCalledTimes(2);
  });
});

test('a worktree goes only when each loss was agreed to by itself', async () => {
  show({ panel: 'remove' });
  const remove = await screen.findByRole<HTMLButtonElement>('button', { name: 'Remove worktree' });
  await screen.findByText(/1 uncommitted change/);
  expect(remove.disabled).toBe(true);
  fireEvent.click(screen.getByRole('checkbox', { name: /Uncommitted changes/ }));
  expect(remove.disabled).toBe(true);
  fireEvent.click(screen.getByRole('checkbox', { name: /Commits that did not land/ }));
  fireEvent.click(remove);
  expect(landing.remove).toHaveBeenCalledExactlyOnceWith(['dirty', 'unmerged'], true);
});

test('a loss that came up meanwhile is asked for, the others stay agreed to', async () => {
  const reasons = [...details.reasons, { kind: 'untracked', detail: '1 file: b.txt' }];
  landing.remove.mockRejectedValueOnce(new ServerError('would_lose', 'More would be lost', 409, { reasons }));
  show({ panel: 'remove' });
  for (const name of [/Uncommitted changes/, /Commits that did not land/]) {
    fireEvent.click(await screen.findByRole('checkbox', { name }));
  }
  fireEvent.click(screen.getByRole('button', { name: 'Remove worktree' }));
  const third = await screen.findByRole<HTMLInputElement>('checkbox', { name: /Untracked files/ });
  expect(third.checked).toBe(false);
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: /Uncommitted changes/ }).checked).toBe(true);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Remove worktree' }).disabled).toBe(true);
});
