/** Keeps the shells of a session and its agent in one directory, as far as the person wants it. */
import { PathExt } from '@jupyterlab/coreutils';
import type { IDisposable } from '@lumino/disposable';

import type { SessionModel } from '../session/model';
import type { PaneTerminal } from '../terminals';
import { showError } from './actions';
import type { IPaneServices } from './services';
import type { TerminalTabs } from './terminalTabs';

export interface ISameDirectoryOptions {
  readonly services: IPaneServices;
  readonly model: SessionModel;
  readonly terminals: TerminalTabs;
  /** The session's own, absolute: the agent works in it or below. */
  readonly home: string;
  /** Where it is said that the shell is elsewhere. */
  readonly node: HTMLElement;
  readonly shorten: (path: string) => string;
}

export class SameDirectory implements IDisposable {
  constructor(private readonly options: ISameDirectoryOptions) {
    const { trans } = options.services;
    this.place.className = 'parsess-Lower-place';
    this.button.type = 'button';
    this.button.className = 'parsess-Button parsess-mod-link';
    this.button.textContent = trans.__('Let the agent follow');
    this.button.addEventListener('click', () => {
      this.letFollow().catch(showError);
    });
    options.node.append(this.place, this.button);
    options.model.stateChanged.connect(this.draw);
    options.terminals.changed.connect(this.draw);
    this.draw();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this.options.model.stateChanged.disconnect(this.draw);
      this.options.terminals.changed.disconnect(this.draw);
    }
  }

  private get agentDirectory(): string {
    return this.options.model.state.directory ?? this.options.home;
  }

  /** The server took the idle shells along; what it offers for the others counts while the agent is there. */
  private drawOffer(terminal: PaneTerminal): void {
    const { offeredDirectory } = terminal;
    const wanted = offeredDirectory === this.agentDirectory ? offeredDirectory : null;
    if (wanted === (this.drawn.get(terminal) ?? null)) {
      return; // what was dismissed stays away
    }
    this.drawn.set(terminal, wanted);
    if (wanted === null) {
      terminal.strip.withdraw('directory');
    } else {
      this.offer(terminal, wanted);
    }
  }

  private async take(terminal: PaneTerminal, directory: string): Promise<void> {
    try {
      await terminal.follow(directory);
    } catch (error) {
      this.drawn.delete(terminal);
      this.drawOffer(terminal);
      throw error;
    }
  }

  private offer(terminal: PaneTerminal, directory: string): void {
    const { services } = this.options;
    terminal.strip.offer({
      kind: 'directory',
      text: services.trans.__('The agent is in %1', this.within(directory)),
      action: services.trans.__('Take the shell there'),
      run: () => {
        this.take(terminal, directory).catch(showError);
      }
    });
  }

  private async letFollow(): Promise<void> {
    const { services, model, terminals } = this.options;
    const { directory } = terminals.current;
    if (directory !== null) {
      await services.server.move(model.id, directory);
    }
  }

  private readonly draw = () => {
    const { terminals, shorten, node, home, services } = this.options;
    terminals.all.forEach(terminal => {
      this.drawOffer(terminal);
    });
    const { directory } = terminals.current;
    const apart = directory !== null && directory !== this.agentDirectory;
    node.hidden = !apart;
    if (apart) {
      this.place.textContent = this.within(directory);
      this.place.title = services.trans.__('The shell is in %1', shorten(directory));
      this.button.hidden = !isWithin(home, directory);
      this.button.title = services.trans.__('The agent goes on in %1', shorten(directory));
    }
  };

  /** `sub/` below the session's directory, else as a person reads it. */
  private within(directory: string): string {
    const { home, shorten } = this.options;
    const below = directory === home ? '' : PathExt.relative(home, directory);
    return directory !== home && isWithin(home, directory) ? `${below}/` : shorten(directory);
  }

  private readonly place = document.createElement('span');
  private readonly button = document.createElement('button');
  private readonly drawn = new WeakMap<PaneTerminal, string | null>();
  private _isDisposed = false;
}

export const isWithin = (home: string, directory: string): boolean =>
  directory === home || directory.startsWith(home === '/' ? '/' : `${home}/`);
