/** What is asked before something is done with a terminal. */
import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { PaneTerminal } from '../terminals';

export interface IMonitorAnswer {
  /** What to wait for in the output; empty: only the exit. */
  readonly pattern: string;
  readonly tellAgent: boolean;
}

/** The name that the person gives; empty: the one it has by itself; null: no answer. */
export async function askName(trans: TranslationBundle, terminal: PaneTerminal): Promise<string | null> {
  const { value } = await InputDialog.getText({
    title: trans.__('Rename terminal'),
    label: trans.__('Leave it empty for the name that it has by itself.'),
    text: terminal.title.label
  });
  return value?.trim() ?? null;
}

/** Whether a terminal may be closed in which `command` runs. */
export async function confirmClose(
  trans: TranslationBundle,
  terminal: PaneTerminal,
  command: string
): Promise<boolean> {
  const title = trans.__('Close “%1”?', terminal.title.label);
  const body = trans.__('“%1” runs in it and is ended.', command);
  const buttons = [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Close') })];
  return (await showDialog({ title, body, buttons, defaultButton: 0 })).button.accept;
}

/** What to tell of the command that runs; null: no answer. */
export async function askMonitor(
  trans: TranslationBundle,
  terminal: PaneTerminal
): Promise<IMonitorAnswer | null> {
  const { value, isChecked } = await InputDialog.getText({
    title: trans.__('Monitor “%1”', terminal.running?.command ?? ''),
    label: trans.__('You are told when it exits. Tell also when it prints (* stands for anything):'),
    okLabel: trans.__('Monitor'),
    checkbox: {
      label: trans.__('Tell the agent too'),
      caption: trans.__('It gets the output as a prompt, also while no page is open.'),
      checked: false
    }
  });
  return value === null ? null : { pattern: value.trim(), tellAgent: isChecked === true };
}
