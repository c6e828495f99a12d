/** The agent's plan: one line with how far it is, that opens to a check-list. It keeps its place. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { useState, type ReactElement } from 'react';

import type { PlanEntry } from '../protocol';
import type { Activity } from '../session/state';
import { Fold } from './fold';
import { doingIcon, doneIcon, planIcon, todoIcon } from './icons';

type Status = NonNullable<PlanEntry['status']>;

const ICONS: Readonly<Record<Status, LabIcon>> = {
  pending: todoIcon,
  in_progress: doingIcon,
  completed: doneIcon
};

export interface IPlanProps {
  readonly trans: TranslationBundle;
  readonly entries: readonly PlanEntry[];
  readonly activity: Activity;
}

export function Plan({ trans, entries, activity }: IPlanProps): ReactElement | null {
  const [open, setOpen] = useState(false);
  const done = entries.filter(({ status }) => status === 'completed').length;
  const active = activity === 'running' || activity === 'waiting';
  if (entries.length === 0 || (done === entries.length && !active)) {
    return null;
  }
  const current = entries.find(({ status }) => status === 'in_progress') ?? entries.find(isOpen);
  return (
    <Fold
      className="parsess-Plan"
      open={open}
      onToggle={setOpen}
      line={
        <>
          <planIcon.react tag="span" className="parsess-Line-icon" />
          <span className="parsess-Line-verb">{trans.__('Plan')}</span>
          <span className="parsess-Line-object">{open ? '' : current?.content}</span>
          <span className="parsess-Line-space" />
          <span className="parsess-Line-fact">{trans.__('%1 of %2', done, entries.length)}</span>
        </>
      }
    >
      <ul className="parsess-Plan-entries">
        {entries.map((entry, index) => (
          <Step key={index} trans={trans} entry={entry} />
        ))}
      </ul>
    </Fold>
  );
}

function isOpen({ status }: PlanEntry): boolean {
  return status !== 'completed';
}

function Step({
  trans,
  entry
}: {
  readonly trans: TranslationBundle;
  readonly entry: PlanEntry;
}): ReactElement {
  const status = entry.status ?? 'pending';
  const Icon = ICONS[status];
  return (
    <li data-status={status}>
      <Icon.react tag="span" className="parsess-Line-icon" />
      <span>{entry.content}</span>
      <span className="parsess-Hidden">{word(trans, status)}</span>
    </li>
  );
}

function word(trans: TranslationBundle, status: Status): string {
  switch (status) {
    case 'pending':
      return trans.__('to do');
    case 'in_progress':
      return trans.__('in progress');
    case 'completed':
      return trans.__('done');
  }
}
