/** What a person does with the worktree of a session, and with the points it can go back to. */
import type { WorktreeRequest } from '../protocol';
import { SessionChanges } from '../server/changes';
import { Worktrees } from '../server/worktrees';
import type { SessionModel } from '../session/model';
import type { IWorktreeActions } from '../views/contract';
import type { Choices } from '../views/creationForm';
import { showError } from './actions';
import { bringBack } from './bringBack';
import type { Subject } from './pane';
import type { IPaneServices } from './services';
import { filledForm, openForm, worktreeBeside } from './worktreeForm';

/** What only the pane can do. */
export interface IPlace {
  readonly showChanges: () => void;
  readonly become: (subject: Subject) => void;
  readonly onRestored: () => void;
}

export function worktreeActions(
  services: IPaneServices,
  model: SessionModel,
  { showChanges, become, onRestored }: IPlace
): IWorktreeActions {
  const { app, server, feed, trans } = services;
  const changes = new SessionChanges(server.settings, model.id);
  const worktrees = new Worktrees(server.settings);
  const worktree = (): string => {
    const id = model.state.worktree?.id ?? model.summary?.worktree?.id;
    if (!id) {
      throw new Error(trans.__('The worktree of this session is not made yet.'));
    }
    return id;
  };
  return {
    previewRewind: to => changes.rewindPreview(to),
    rewind: rewinding => changes.rewind(rewinding),
    carryOver: async () => {
      const { files = [] } = await changes.carryOver();
      feed.put(await server.get(model.id));
      return files.length;
    },
    retryWorktree: () => changes.retryWorktree(),
    changeWorktree: () => {
      become(filledForm(services, madeOf(model)));
    },
    bringBack: async () => {
      await bringBack(services, worktree(), { id: model.id, archived: model.state.archived });
      onRestored();
      feed.put(await server.get(model.id));
    },
    setupInfo: async () => worktrees.setup(worktree()),
    runSetup: async (which, consent) => worktrees.runSetup(worktree(), which, consent),
    skipSetup: async () => worktrees.skipSetup(worktree()),
    cancelSetup: async () => worktrees.cancelSetup(worktree()),
    openSession: id => {
      app.commands.execute('parsess-lab:open-session', { id }).catch(showError);
    },
    sessionName: id => feed.sessions.get(id)?.name ?? null,
    newWorktree: branch => {
      openForm(services, worktreeBeside(model, branch)).catch(showError);
    },
    showChanges
  };
}

/** What was asked for, as the server wrote it down. */
interface IAsked {
  readonly directory?: string;
  readonly worktree?: WorktreeRequest;
}

/** What a session was made of that got no worktree, with the prompts that wait. */
function madeOf(model: SessionModel): Choices {
  const { worktree, queue } = model.state;
  const blocks = queue.flatMap(({ content }) => content);
  const prompt = blocks.flatMap(block => (block.type === 'text' ? [block.text] : [])).join('\n\n');
  // What the form has no place for is kept where it is.
  const whole = blocks.every(({ type }) => type === 'text');
  const beside = worktreeBeside(model, '');
  const asked: IAsked = worktree?.request ?? {};
  return {
    ...beside,
    directory: asked.directory ?? worktree?.source ?? beside.directory,
    worktree: { ...asked.worktree },
    prompt,
    ...(whole ? { replaces: model.id } : {})
  };
}
