/** What the tab of a terminal shows: its name, what runs, how the last command ended, that something happened. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Work } from './work';

export interface ITabFacts {
  /** Null: there is no shell (yet). */
  readonly work: Work | null;
  readonly alive: boolean;
  /** Something was printed, or a command began or ended, while another tab was in front. */
  readonly unseen: boolean;
}

/** Parts of the widget's title; what is drawn beside the label stands in the data set. */
export interface ITab {
  readonly label: string;
  readonly caption: string;
  readonly dataset: { readonly running: string; readonly exit: string; readonly unseen: string };
}

export function tabOf(trans: TranslationBundle, name: string, { work, alive, unseen }: ITabFacts): ITab {
  const running = (alive ? work?.running?.command : undefined) ?? '';
  const code = work?.lastCommand?.exit_code ?? 0;
  const exit = running === '' && code !== 0 ? String(code) : '';
  const facts = [
    work?.directory ?? '',
    running === '' ? '' : trans.__('Running: %1', running),
    exit === '' ? '' : trans.__('The last command exited %1', exit)
  ];
  return {
    label: work?.label ?? name,
    caption: facts.filter(Boolean).join('\n'),
    dataset: { running, exit, unseen: unseen ? 'true' : '' }
  };
}
