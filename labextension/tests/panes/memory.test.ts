import { StateDB } from '@jupyterlab/statedb';
import { afterEach, expect, test, vi } from 'vitest';

import { choicesFor, Memory, remember } from '../../src/panes/memory';
import type { INewSession } from '../../src/views/creationForm';
import { NO_DRAFT } from '../../src/views/draft';

const choice = (directory: string, mode = 'ask'): INewSession => ({
  directory,
  agent: 'tour',
  model: null,
  mode,
  effort: null,
  worktree: null,
  prompt: 'Do it'
});

afterEach(() => {
  localStorage.clear();
  vi.restoreAllMocks();
});

test('the last choice of a directory counts, without its task', () => {
  const all = [choice('/a'), choice('/b'), choice('/a', 'plan')].reduce(remember, []);
  expect(all.map(({ directory }) => directory)).toEqual(['/a', '/b']);
  expect(choicesFor(all, '/a')).toMatchObject({ mode: 'plan', prompt: '' });
});

test('choices and layouts are there the next time', async () => {
  const state = new StateDB();
  const memory = new Memory(state);
  await memory.saveChoice(choice('/a'));
  memory.saveLayout('s', { sizes: [0.7, 0.3], open: false, front: 'changes' });
  const next = new Memory(state);
  await expect(next.choices()).resolves.toHaveLength(1);
  await expect(next.layout('s')).resolves.toEqual({ sizes: [0.7, 0.3], open: false, front: 'changes' });
});

test('without a state database nothing is remembered, and nothing fails', async () => {
  const memory = new Memory(null);
  await memory.saveChoice(choice('/a'));
  await expect(memory.choices()).resolves.toEqual([]);
});

test('a draft is kept until it is empty', () => {
  const memory = new Memory(null);
  memory.saveDraft('s', { text: 'Half a', attachments: [] });
  expect(new Memory(null).draft('s').text).toBe('Half a');
  memory.saveDraft('s', NO_DRAFT);
  expect(localStorage).toHaveLength(0);
});

test('words are kept where images are too much for the browser', () => {
  const image = { type: 'image' as const, mime_type: 'image/png', data: 'x'.repeat(6_000_000) };
  new Memory(null).saveDraft('s', { text: 'See this', attachments: [image] });
  expect(new Memory(null).draft('s')).toEqual({ text: 'See this', attachments: [] });
});

test.each(['{', '{"text": 1}', '[]', 'null'])('a damaged draft (%s) is none', damaged => {
  localStorage.setItem('parsess-lab:draft:s', damaged);
  expect(new Memory(null).draft('s')).toEqual(NO_DRAFT);
});

test('a form is kept until it is sent or given up; a damaged one is empty', () => {
  const memory = new Memory(null);
  memory.saveForm('draft-1', { directory: '/a', prompt: 'Half a' });
  expect(new Memory(null).form('draft-1')).toEqual({ directory: '/a', prompt: 'Half a' });
  expect(memory.form('draft-2')).toEqual({});
  memory.forgetForm('draft-1');
  expect(localStorage).toHaveLength(0);
  localStorage.setItem('parsess-lab:form:draft-1', '{');
  expect(memory.form('draft-1')).toEqual({});
});
