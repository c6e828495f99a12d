/** The form of a session in a new worktree, beside the session it is asked for from. */
import type { SessionModel } from '../session/model';
import type { Choices } from '../views/creationForm';
import { newDraft, type Subject } from './pane';
import type { IPaneServices } from './services';

/** A form beside the current pane, filled in. */
export async function openForm(services: IPaneServices, choices: Choices): Promise<void> {
  const subject = filledForm(services, choices);
  await services.app.commands.execute('parsess-lab:open-session', { ...subject, beside: true });
}

/** A form that is filled in, for a pane to show. */
export function filledForm({ memory }: IPaneServices, choices: Choices): Subject {
  const subject = newDraft(choices.directory ?? null);
  if ('draft' in subject) {
    memory.saveForm(`draft-${subject.draft}`, choices);
  }
  return subject;
}

/** A session like this one in a new worktree of the same repository. */
export function worktreeBeside({ summary, state }: SessionModel, branch: string): Choices {
  return {
    directory: summary?.worktree?.source ?? summary?.directory ?? '',
    agent: summary?.agent ?? '',
    model: summary?.model ?? null,
    effort: summary?.effort ?? null,
    mode: state.mode,
    worktree: branch === '' ? {} : { branch }
  };
}
