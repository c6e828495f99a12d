/** Items and surroundings for the tests of the views. */
import { RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import { vi, type Mock } from 'vitest';

import {
  EMPTY,
  type IMessageItem,
  type ISessionState,
  type IThoughtItem,
  type IToolItem,
  type Item
} from '../../src/session/state';
import type { IPaneActions, IViewContext } from '../../src/views/contract';
import type { IConversationProps } from '../../src/views/conversation';
import { NO_DRAFT } from '../../src/views/draft';

const at = '2026-11-24T10:02:00.000Z';

export const message = (id: string, text: string, finished = true): IMessageItem => ({
  type: 'message',
  id,
  at,
  text,
  blocks: [],
  finished
});

export const thought = (id: string, text: string): IThoughtItem => ({
  type: 'thought',
  id,
  at,
  text,
  finished: true,
  finishedAt: at
});

export const prompt = (id: string, text: string): Item => ({
  type: 'prompt',
  id,
  at,
  seq: 1,
  snapshot: null,
  content: [{ type: 'text', text }]
});

export const tool = (
  id: string,
  kind: IToolItem['kind'],
  title: string,
  more: Partial<IToolItem> = {}
): IToolItem => ({
  type: 'tool',
  id,
  at,
  name: null,
  title,
  kind,
  status: 'completed',
  content: [],
  output: '',
  locations: [],
  rawInput: null,
  exitCode: null,
  terminal: null,
  startedAt: at,
  endedAt: at,
  ...more
});

export type Calls = { readonly [Name in keyof IPaneActions]: Mock<IPaneActions[Name]> };

/** Actions that note what was asked of them; all succeed. */
export function noteActions(): Calls {
  const done = () => vi.fn(() => Promise.resolve());
  return {
    send: done(),
    stop: done(),
    answer: done(),
    editQueued: done(),
    removeQueued: done(),
    sendQueuedNow: done(),
    setMode: done(),
    setOption: done(),
    rename: done(),
    findFiles: vi.fn(() => Promise.resolve([{ path: 'src/app.py', directory: false }])),
    pickFiles: vi.fn(() => Promise.resolve([])),
    openFile: vi.fn(),
    blobUrl: vi.fn(() => Promise.resolve('data:,')),
    toTerminal: vi.fn(),
    runInTerminal: vi.fn(() => Promise.resolve(null)),
    previewRewind: vi.fn(() =>
      Promise.resolve({ to: 1, prompt: { id: '1', text: 'one' }, files: null, turns: 1 })
    ),
    rewind: vi.fn(() =>
      Promise.resolve({
        seq: 9,
        to: 1,
        what: 'both' as const,
        prompt: { id: '1', text: 'one' },
        written: [],
        deleted: [],
        kept: [],
        undo: null
      })
    ),
    carryOver: vi.fn(() => Promise.resolve(2)),
    retryWorktree: done(),
    changeWorktree: vi.fn(),
    bringBack: done(),
    setupInfo: vi.fn(() => Promise.resolve({ setup: null, recipe: null, run: null, tail: '' })),
    runSetup: done(),
    skipSetup: done(),
    cancelSetup: done(),
    openSession: vi.fn(),
    sessionName: vi.fn(() => 'thesis'),
    showChanges: vi.fn(),
    newWorktree: vi.fn()
  };
}

export function makeContext(actions: IPaneActions): IViewContext {
  return {
    trans: nullTranslator.load('parsess_lab'),
    rendermime: new RenderMimeRegistry({
      initialFactories: standardRendererFactories,
      markdownParser: { render: source => Promise.resolve(`<p>${source}</p>`) }
    }),
    actions,
    density: 'normal'
  };
}

export const session = (state: Partial<ISessionState>): ISessionState => ({
  ...EMPTY,
  lastSeq: 1,
  name: 'payments',
  activity: 'idle',
  ...state
});

export function conversationProps(context: IViewContext, state: ISessionState): IConversationProps {
  return {
    context,
    state,
    session: {
      id: 's',
      directory: '/shop/payments',
      branch: 'main',
      worktree: null,
      environment: null,
      conflicts: [],
      agent: 'tour',
      agentName: 'Tour',
      modes: ['ask', 'plan'],
      readOnly: false,
      problem: null,
      unconfigured: null
    },
    connection: 'live',
    draft: NO_DRAFT,
    onCompose: () => undefined,
    rewinds: 0,
    onDraftChange: vi.fn(),
    onDensityChange: vi.fn(),
    shorten: path => path,
    menu: [],
    linkContents: () => [],
    onRestore: vi.fn(() => Promise.resolve()),
    onClose: vi.fn(),
    onNewSession: vi.fn()
  };
}
