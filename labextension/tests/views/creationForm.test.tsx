import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { AgentInfo } from '../../src/protocol';
import { CreationForm, type ICreationFormProps } from '../../src/views/creationForm';

const model = {
  id: 'model',
  name: 'Model',
  category: 'model',
  current_value: 'sonnet',
  options: [
    { value: 'sonnet', name: 'Sonnet' },
    { value: 'opus', name: 'Opus' }
  ]
};
const agents: AgentInfo[] = [
  {
    id: 'builtin',
    name: 'Parsess',
    available: true,
    capabilities: { modes: ['ask', 'plan'], options: [model] }
  },
  { id: 'tour', name: 'Tour', available: true, capabilities: { modes: ['ask'] } },
  { id: 'claude', name: 'Claude Code', available: false, why_not: 'install claude-agent-acp' }
];
const base = (name: string) => ({
  name,
  ref: `refs/heads/${name}`,
  commit: 'c0ffee',
  subject: 'First',
  committed_at: null,
  upstream: `origin/${name}`,
  behind: 77,
  age: `${name}, 77 commits behind origin/${name}`
});
let props: ICreationFormProps;

beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined;
  props = {
    trans: nullTranslator.load('parsess_lab'),
    initial: { directory: '/shop' },
    draft: {},
    onDraftChange: vi.fn(),
    agents,
    existing: [
      { id: 'a', name: 'payments', directory: '/shop', state: 'idle' },
      { id: 'b', name: 'thesis', directory: '/thesis', state: 'idle' }
    ],
    recent: ['/shop', '/notes'],
    remembered: () => undefined,
    shorten: path => path,
    findDirectories: vi.fn(() =>
      Promise.resolve([
        { path: '/shop', name: 'shop', git: { branch: 'main', changes: 2 } },
        { path: '/shop/api', name: 'shop/api', git: null }
      ])
    ),
    findBases: vi.fn(() =>
      Promise.resolve({
        repository: '/shop',
        head: base('main'),
        branches: [base('main'), base('release')],
        suggestion: { branch: 'parsess/shop', folder: '/shop-worktrees/shop' },
        uncommitted: 2
      })
    ),
    fetchBases: vi.fn(() => Promise.resolve({ head: base('main'), note: 'could not fetch: no route' })),
    pickDirectory: vi.fn(() => Promise.resolve('/picked')),
    create: vi.fn(() => Promise.resolve()),
    open: vi.fn()
  };
});
afterEach(cleanup);

const box = (name: string) => screen.getByRole<HTMLSelectElement>('combobox', { name });
const directory = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Directory' });

test('Enter at once starts with the defaults', () => {
  render(<CreationForm {...props} />);
  fireEvent.keyDown(screen.getByRole('textbox', { name: 'First task' }), { key: 'Enter' });
  expect(props.create).toHaveBeenCalledExactlyOnceWith({
    directory: '/shop',
    agent: 'builtin',
    model: null,
    mode: null,
    effort: null,
    worktree: null,
    prompt: ''
  });
});

test('what is chosen is what is asked for', () => {
  render(<CreationForm {...props} />);
  fireEvent.change(box('Model'), { target: { value: 'opus' } });
  fireEvent.change(box('Mode'), { target: { value: 'plan' } });
  fireEvent.change(screen.getByRole('textbox', { name: 'First task' }), { target: { value: 'Fix it' } });
  fireEvent.click(screen.getByRole('button', { name: 'Start session' }));
  expect(props.create).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ agent: 'builtin', model: 'opus', mode: 'plan', prompt: 'Fix it' })
  );
});

test('another agent is asked for nothing it does not offer', () => {
  render(<CreationForm {...props} remembered={() => ({ agent: 'tour', model: 'opus', mode: 'plan' })} />);
  expect(box('Agent').value).toBe('tour');
  expect(box('Model').disabled).toBe(true);
  fireEvent.click(screen.getByRole('button', { name: 'Start session' }));
  expect(props.create).toHaveBeenCalledWith(
    expect.objectContaining({ agent: 'tour', model: null, mode: null })
  );
});

test('an agent that cannot be started is disabled and says why', () => {
  render(<CreationForm {...props} />);
  expect(screen.getByRole<HTMLOptionElement>('option', { name: 'Claude Code' }).disabled).toBe(true);
  expect(screen.getByText('Claude Code: install claude-agent-acp')).toBeTruthy();
});

test('the server’s objection stands beside its field, and nothing is lost', async () => {
  const refusal = Object.assign(new Error('/shop is a file'), { code: 'not_a_directory' });
  render(<CreationForm {...props} create={() => Promise.reject(refusal)} />);
  fireEvent.change(screen.getByRole('textbox', { name: 'First task' }), { target: { value: 'Fix it' } });
  fireEvent.click(screen.getByRole('button', { name: 'Start session' }));
  await screen.findByText('/shop is a file');
  expect(directory().getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'First task' }).value).toBe('Fix it');
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Start session' }).disabled).toBe(false);
});

test('a directory can be found with the keyboard, and Enter in the list does not start', async () => {
  render(<CreationForm {...props} />);
  await screen.findByText('git · main, 2 changes');
  fireEvent.change(directory(), { target: { value: '/sh' } });
  await screen.findByRole('option', { name: /shop\/api/ });
  fireEvent.keyDown(directory(), { key: 'ArrowUp' });
  fireEvent.keyDown(directory(), { key: 'Enter' });
  expect(directory().value).toBe('/shop/api');
  expect(props.create).not.toHaveBeenCalled();
});

test('a folder can be picked; recent ones and sessions at work there are one click away', async () => {
  render(<CreationForm {...props} />);
  fireEvent.click(screen.getByRole('button', { name: 'Open “payments”' }));
  expect(props.open).toHaveBeenCalledExactlyOnceWith('a');
  expect(screen.queryByText(/thesis/)).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: '/notes' }));
  expect(directory().value).toBe('/notes');
  fireEvent.click(screen.getByRole('button', { name: 'Choose a folder' }));
  await screen.findByDisplayValue('/picked');
});

test('nothing can be started before the server has told its agents', () => {
  render(<CreationForm {...props} agents={undefined} />);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Start session' }).disabled).toBe(true);
});

test('what was typed and chosen comes back before any default, and every change is reported', () => {
  const draft = { directory: '/notes', prompt: 'Half a', mode: 'plan' };
  render(<CreationForm {...props} draft={draft} remembered={() => ({ mode: 'ask' })} />);
  expect(props.onDraftChange).not.toHaveBeenCalled();
  expect(directory().value).toBe('/notes');
  expect(box('Mode').value).toBe('plan');
  const task = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'First task' });
  expect(task.value).toBe('Half a');
  fireEvent.change(task, { target: { value: 'Half a task' } });
  expect(props.onDraftChange).toHaveBeenCalledExactlyOnceWith({ ...draft, prompt: 'Half a task' });
  fireEvent.click(screen.getByRole('button', { name: 'Start session' }));
  expect(props.create).toHaveBeenCalledWith(
    expect.objectContaining({ directory: '/notes', mode: 'plan', prompt: 'Half a task' })
  );
});

test('a new worktree is asked for with its branch and base, whose age is told', async () => {
  render(<CreationForm {...props} />);
  const choice = await screen.findByRole<HTMLInputElement>('radio', { name: 'new worktree' });
  await vi.waitFor(() => {
    expect(choice.disabled).toBe(false);
  });
  fireEvent.click(choice);
  expect(screen.getByText('main, 77 commits behind origin/main')).toBeTruthy();
  const branch = screen.getByRole<HTMLInputElement>('textbox', { name: 'Branch' });
  fireEvent.click(screen.getByRole('button', { name: 'Fetch' }));
  expect(props.fetchBases).toHaveBeenCalledExactlyOnceWith('/shop', null);
  expect(branch.placeholder).toBe('parsess/shop');
  fireEvent.change(branch, { target: { value: 'feature/x' } });
  fireEvent.change(box('Base'), { target: { value: 'release' } });
  fireEvent.click(screen.getByRole('checkbox', { name: 'Carry over 2 uncommitted changes' }));
  fireEvent.click(screen.getByRole('button', { name: 'Start session' }));
  expect(props.create).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({
      worktree: { branch: 'feature/x', existing: false, base: 'release', carry_over: true }
    })
  );
});

test('where no worktree can be made, the choice says why', async () => {
  render(
    <CreationForm
      {...props}
      findBases={() => Promise.resolve({ why_not: '/shop is in no git repository.' })}
    />
  );
  await screen.findByText('/shop is in no git repository.');
  expect(screen.getByRole<HTMLInputElement>('radio', { name: 'new worktree' }).disabled).toBe(true);
});

test('a branch that exists is gone on with; what the server says of a branch stands beside it', async () => {
  const refusal = Object.assign(new Error('release is checked out'), { code: 'branch_checked_out' });
  render(<CreationForm {...props} draft={{ worktree: {} }} create={() => Promise.reject(refusal)} />);
  const branch = await screen.findByRole('textbox', { name: 'Branch' });
  fireEvent.change(branch, { target: { value: 'release' } });
  expect(screen.getByText('This branch exists: the worktree goes on with it.')).toBeTruthy();
  expect(box('Base').disabled).toBe(true);
  fireEvent.click(screen.getByRole('button', { name: 'Start session' }));
  await screen.findByText('release is checked out');
  expect(branch.getAttribute('aria-invalid')).toBe('true');
});

test('the setup command of a repository is run only when it was agreed to, word by word', async () => {
  const setup = {
    command: 'make deps',
    source: 'repository' as const,
    needs_consent: true,
    fingerprint: 'f1',
    wait: false,
    seconds: 1800
  };
  render(
    <CreationForm
      {...props}
      draft={{ worktree: {} }}
      findBases={() => Promise.resolve({ repository: '/shop', head: base('main'), setup })}
    />
  );
  await screen.findByText('make deps');
  const run = screen.getByRole<HTMLInputElement>('checkbox', { name: /setup command/ });
  expect(run.checked).toBe(false);
  fireEvent.click(run);
  fireEvent.click(screen.getByRole('button', { name: 'Start session' }));
  expect(props.create).toHaveBeenCalledWith(
    expect.objectContaining({ worktree: { setup: true, setup_consent: 'f1' } })
  );
});

test('a remote that does not answer is told beside the base', async () => {
  render(<CreationForm {...props} draft={{ worktree: {} }} />);
  fireEvent.click(await screen.findByRole('button', { name: 'Fetch' }));
  await screen.findByText('could not fetch: no route');
});
