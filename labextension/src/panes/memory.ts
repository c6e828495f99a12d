/** What is remembered between visits. Content of sessions never is: that is in their logs. */
import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyJSONValue } from '@lumino/coreutils';

import type { Choices, INewSession } from '../views/creationForm';
import { NO_DRAFT, type IDraft } from '../views/draft';
import { forgetChanges } from './changesMemory';

const RECENT = 8;
const CHOICES = 'parsess-lab-choices:all';

/** How the two parts of a pane share its height, whether the lower one is open, and what is in front there. */
export interface IPaneLayout {
  readonly sizes: readonly number[];
  readonly open: boolean;
  readonly front: 'terminal' | 'changes';
}

/** The last choices by directory, the latest first. */
export type Remembered = readonly INewSession[];

export class Memory {
  constructor(private readonly state: IStateDB | null) {}

  layout(session: string): Promise<IPaneLayout | null> {
    return this.fetch<IPaneLayout>(layoutKey(session));
  }

  saveLayout(session: string, layout: IPaneLayout): void {
    void this.state?.save(layoutKey(session), { ...layout, sizes: [...layout.sizes] });
  }

  async choices(): Promise<Remembered> {
    const saved = await this.fetch<Remembered>(CHOICES);
    return saved ?? [];
  }

  async saveChoice(choice: INewSession): Promise<void> {
    const all = remember(await this.choices(), choice);
    await this.state?.save(CHOICES, all as unknown as ReadonlyJSONValue);
  }

  /** A draft outlives a crash of the page, so it is written at once and here. */
  draft(session: string): IDraft {
    try {
      const saved: unknown = JSON.parse(localStorage.getItem(draftKey(session)) ?? 'null');
      return isDraft(saved) ? saved : NO_DRAFT;
    } catch {
      return NO_DRAFT;
    }
  }

  saveDraft(session: string, draft: IDraft): void {
    if (draft.text === '' && draft.attachments.length === 0) {
      localStorage.removeItem(draftKey(session));
      return;
    }
    try {
      localStorage.setItem(draftKey(session), JSON.stringify(draft));
    } catch {
      // Pasted images may be too much for the browser's storage: the words are worth more.
      if (draft.attachments.length > 0) {
        this.saveDraft(session, { text: draft.text, attachments: [] });
      }
    }
  }

  /** A form that was not sent yet. */
  form(name: string): Choices {
    try {
      const saved: unknown = JSON.parse(localStorage.getItem(formKey(name)) ?? '{}');
      return typeof saved === 'object' && saved !== null ? saved : {};
    } catch {
      return {};
    }
  }

  saveForm(name: string, choices: Choices): void {
    try {
      localStorage.setItem(formKey(name), JSON.stringify(choices));
    } catch {
      // A full storage keeps no drafts; the form works without.
    }
  }

  forgetForm(name: string): void {
    localStorage.removeItem(formKey(name));
  }

  forget(session: string): void {
    localStorage.removeItem(draftKey(session));
    forgetChanges(session);
    void this.state?.remove(layoutKey(session));
  }

  /** What only this class has written, in the shape it has written it. */
  private async fetch<T>(key: string): Promise<T | null> {
    const saved = await this.state?.fetch(key).catch(() => null);
    return (saved ?? null) as T | null;
  }
}

/** The newest first, one a directory. */
export function remember(all: Remembered, choice: INewSession): Remembered {
  const others = all.filter(({ directory }) => directory !== choice.directory);
  // A branch and a consent are for one time.
  const { base = null, carry_over = false, environment = false } = choice.worktree ?? {};
  const worktree = choice.worktree ? { base, carry_over, environment } : null;
  return [{ ...choice, worktree, prompt: '' }, ...others].slice(0, RECENT);
}

export const choicesFor = (all: Remembered, directory: string): Choices | undefined =>
  all.find(choice => choice.directory === directory);

const layoutKey = (session: string) => `parsess-lab-layout:${session}`;
const formKey = (name: string) => `parsess-lab:form:${name}`;
const draftKey = (session: string) => `parsess-lab:draft:${session}`;

function isDraft(value: unknown): value is IDraft {
  return (
    typeof value === 'object' &&
    value !== null &&
    'text' in value &&
    typeof value.text === 'string' &&
    'attachments' in value &&
    Array.isArray(value.attachments)
  );
}
