/** What a session does, in sign and word: the same in header, tab, sidebar and status bar. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';

import type { Activity } from '../session/state';
import {
  archivedIcon,
  failedIcon,
  finishedIcon,
  idleIcon,
  interruptedIcon,
  runningIcon,
  startingIcon,
  waitingIcon
} from './icons';

export const ACTIVITY_ICONS: Readonly<Record<Activity, LabIcon>> = {
  starting: startingIcon,
  idle: idleIcon,
  running: runningIcon,
  waiting: waitingIcon,
  finished: finishedIcon,
  failed: failedIcon,
  interrupted: interruptedIcon,
  archived: archivedIcon
};

/** The same as one character, where only text fits: a tab's title. */
export const ACTIVITY_SIGNS: Readonly<Record<Activity, string>> = {
  starting: '◌',
  idle: '○',
  running: '●',
  waiting: '?',
  finished: '✓',
  failed: '!',
  interrupted: '‖',
  archived: '▫'
};

export function activityWord(trans: TranslationBundle, activity: Activity): string {
  switch (activity) {
    case 'starting':
      return trans.__('Starting');
    case 'idle':
      return trans.__('Idle');
    case 'running':
      return trans.__('Running');
    case 'waiting':
      return trans.__('Waiting for you');
    case 'finished':
      return trans.__('Finished');
    case 'failed':
      return trans.__('Failed');
    case 'interrupted':
      return trans.__('Interrupted');
    case 'archived':
      return trans.__('Archived');
  }
}
