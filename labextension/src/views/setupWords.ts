/** Words for how a worktree comes up. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISetupStep } from '../session/state';

export function headline(trans: TranslationBundle, status: 'making' | 'ready' | 'failed'): string {
  switch (status) {
    case 'making':
      return trans.__('Making the worktree');
    case 'ready':
      return trans.__('Worktree ready');
    case 'failed':
      return trans.__('The worktree was not made');
  }
}

export function stepWord(trans: TranslationBundle, step: string): string {
  switch (step) {
    case 'base':
      return trans.__('Find the base');
    case 'prune':
      return trans.__('Clear stale entries');
    case 'add':
      return trans.__('Make branch and folder');
    case 'checkout':
      return trans.__('Check out the files');
    case 'hook':
      return trans.__('Hooks');
    case 'submodules':
      return trans.__('Submodules');
    case 'include':
      return trans.__('Copy included files');
    case 'carry_over':
      return trans.__('Carry changes over');
    case 'setup':
      return trans.__('Setup command');
    case 'environment':
      return trans.__('Python environment');
    case 'interpreter':
      return trans.__('Interpreter');
    default:
      return step;
  }
}

export function statusWord(trans: TranslationBundle, status: ISetupStep['status']): string {
  switch (status) {
    case 'running':
      return trans.__('running');
    case 'done':
      return trans.__('done');
    case 'failed':
      return trans.__('failed');
    case 'skipped':
      return trans.__('skipped');
    case 'needs_consent':
      return trans.__('waits for you');
  }
}
