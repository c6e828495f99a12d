import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { SameDirectory } from '../../src/panes/sameDirectory';
import type { ISameDirectoryOptions } from '../../src/panes/sameDirectory';
import { Strip } from '../../src/terminals/strip';

const trans = nullTranslator.load('parsess_lab');

class FakeTerminal {
  directory: string | null = '/shop';
  offeredDirectory: string | null = null;
  readonly strip = new Strip(trans);
  readonly follow = vi.fn(() => Promise.resolve());

  get lines(): string[] {
    return [...this.strip.node.querySelectorAll('.parsess-TerminalStrip-text')].map(
      ({ textContent }) => textContent
    );
  }

  press(label: string): void {
    [...this.strip.node.querySelectorAll('button')]
      .find(({ textContent, title }) => [textContent, title].includes(label))
      ?.click();
  }
}

describe('SameDirectory', () => {
  let terminal: FakeTerminal;
  let other: FakeTerminal;
  let model: { state: { directory: string | null }; stateChanged: Signal<unknown, void> };
  let changed: Signal<unknown, void>;

  beforeEach(() => {
    terminal = new FakeTerminal();
    other = new FakeTerminal();
    model = { state: { directory: null }, stateChanged: new Signal<unknown, void>({}) };
    changed = new Signal<unknown, void>({});
    const options = {
      services: { trans },
      model,
      terminals: { all: [terminal, other], current: terminal, changed },
      home: '/shop',
      node: document.createElement('div'),
      shorten: (path: string) => path
    };
    new SameDirectory(options as unknown as ISameDirectoryOptions);
  });

  const agentIn = (directory: string) => {
    model.state = { directory };
    model.stateChanged.emit();
  };
  const offered = (directory: string | null) => {
    terminal.offeredDirectory = directory;
    changed.emit();
  };

  it('offers a busy shell what the server could not do, whichever of both is told first', () => {
    offered('/shop/sub');
    expect(terminal.lines).toEqual([]);
    agentIn('/shop/sub');
    expect(terminal.lines).toEqual(['The agent is in sub/']);
    expect(other.lines).toEqual([]);
    terminal.press('Take the shell there');
    expect(terminal.follow).toHaveBeenCalledWith('/shop/sub');
  });

  it('takes the offer back when the shell is there, or the agent is elsewhere', () => {
    agentIn('/shop/sub');
    offered('/shop/sub');
    offered(null);
    expect(terminal.lines).toEqual([]);
    offered('/shop/sub');
    agentIn('/shop');
    expect(terminal.lines).toEqual([]);
  });

  it('is silent once it was dismissed, until the agent moves on', () => {
    agentIn('/shop/sub');
    offered('/shop/sub');
    terminal.press('Dismiss');
    changed.emit();
    expect(terminal.lines).toEqual([]);
    offered('/shop/sub/deep');
    agentIn('/shop/sub/deep');
    expect(terminal.lines).toEqual(['The agent is in sub/deep/']);
  });

  it('stands again when the shell was still busy', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    agentIn('/shop/sub');
    offered('/shop/sub');
    terminal.follow.mockRejectedValueOnce(new Error('busy'));
    terminal.press('Take the shell there');
    expect(terminal.lines).toEqual([]);
    await vi.waitFor(() => {
      expect(terminal.lines).toEqual(['The agent is in sub/']);
    });
  });
});
