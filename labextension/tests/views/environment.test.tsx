/** The header says which Python a session's commands run. */
import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';

import { Environment, type IEnvironmentProps } from '../../src/views/environmentBadge';

const trans = nullTranslator.load('parsess_lab');

afterEach(cleanup);

function show(session: Partial<IEnvironmentProps['session']>): HTMLElement | null {
  const shorten = (path: string) => path.replace('/home/ada', '~');
  render(
    <Environment
      trans={trans}
      session={{ environment: null, worktree: null, ...session }}
      shorten={shorten}
    />
  );
  return screen.queryByTitle(/./);
}

const own = { prefix: '/home/ada/shop/.venv', version: '3.12.4', problem: null };

describe('The Python of a session', () => {
  it('is not told where it is the one of the server', () => {
    expect(show({})).toBeNull();
  });

  it('is told shortly, with all of it in its caption', () => {
    const badge = show({ environment: own });
    expect(badge?.textContent).toBe('Python 3.12 · .venv');
    expect(badge?.title).toBe(
      'Python 3.12.4 in ~/shop/.venv\nCommands and new terminals in this directory run it.'
    );
  });

  it('is the one of notebooks too in a worktree that was made here', () => {
    const worktree = { id: 'wt-1', branch: 'x', base: 'main', base_commit: '1', path: '/home/ada/shop-x' };
    expect(show({ environment: own, worktree })?.title).toContain('and notebooks in this worktree');
  });

  it('has the name of its folder where nobody can tell its version', () => {
    const prefix = '/home/ada/shop/.pixi/envs/default';
    expect(show({ environment: { prefix, version: null, problem: null } })?.textContent).toBe('.pixi');
  });

  it('is flagged where it is not used, with the reason', () => {
    const badge = show({ environment: { ...own, problem: 'It came with the repository.' } });
    expect(badge?.textContent).toContain('.venv is not used');
    expect(badge?.title).toContain('It came with the repository.');
  });
});
