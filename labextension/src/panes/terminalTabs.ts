/** The tabs of a session's terminals: which there are, and which is in front. */
import { terminalIcon } from '@jupyterlab/ui-components';
import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { ResourceBlock } from '../protocol';
import type { SessionModel } from '../session/model';
import { PaneTerminal, type ITerminalModel } from '../terminals';
import { showError } from './actions';
import type { LowerArea } from './lower';
import { openForeign, openLocal } from './localAddress';
import { tellOf } from './monitoring';
import type { SessionPane } from './pane';
import type { ITerminals } from './sessionContent';
import { openTerminalMenu } from './terminalMenu';

export interface ITerminalTabsOptions {
  readonly pane: SessionPane;
  readonly model: SessionModel;
  /** The session's own directory, absolute. */
  readonly directory: string;
  readonly shared: ITerminals;
  readonly lower: LowerArea;
  readonly toPrompt: (block: ResourceBlock) => void;
}

export class TerminalTabs implements IDisposable {
  constructor(protected readonly options: ITerminalTabsOptions) {
    const { lower, shared, model } = options;
    const listed = shared.server.available
      ? shared.server.list(model.id).catch(() => [])
      : Promise.resolve<ITerminalModel[]>([]);
    this.last = this.add(async () => (await listed)[0] ?? this.openModel(false));
    void listed.then(([first, ...others]) => {
      // Also unseen it tells what runs there, and what was watched for meanwhile.
      if (first && !this._isDisposed) {
        void this.last.open();
      }
      others.forEach(model => {
        this.add(() => Promise.resolve(model));
      });
    });
    lower.currentChanged.connect(this.onCurrent);
  }

  /** What one of them does or where it is, or which one is in front. */
  readonly changed = new Signal<this, void>(this);

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The one in front, or the one that was last. */
  get current(): PaneTerminal {
    return this.last;
  }

  get all(): readonly PaneTerminal[] {
    return this.terminals;
  }

  get hasFocus(): boolean {
    return this.terminals.some(terminal => terminal.hasFocus);
  }

  focus(): void {
    this.current.focus();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this.options.lower.currentChanged.disconnect(this.onCurrent);
      Signal.clearData(this);
    }
  }

  openNew(): PaneTerminal {
    const terminal = this.add(() => this.openModel(true));
    this.show(terminal);
    terminal.focus();
    return terminal;
  }

  show(terminal: PaneTerminal): void {
    const { lower } = this.options;
    lower.currentWidget = terminal;
    lower.open = true;
  }

  private add(find: () => Promise<ITerminalModel>): PaneTerminal {
    const { pane, model, directory, shared, lower, toPrompt } = this.options;
    const { trans } = pane.services;
    this.count += 1;
    const terminal = new PaneTerminal({
      ...shared,
      session: model.id,
      directory,
      name: this.count === 1 ? trans.__('Terminal') : trans.__('Terminal %1', this.count),
      find,
      trans,
      toPrompt,
      openers: {
        local: address => {
          openLocal(pane, address).catch(showError);
        },
        foreign: address => {
          openForeign(pane, address).catch(showError);
        }
      },
      onError: showError
    });
    terminal.id = `parsess-terminal-${UUID.uuid4()}`;
    terminal.title.icon = terminalIcon;
    this.terminals = [...this.terminals, terminal];
    lower.insertWidget(this.terminals.length - 1, terminal);
    this.follow(terminal);
    // Tabs tell what runs in terminals that nobody has looked at yet.
    if (this.terminals.length > 1) {
      void terminal.open();
    }
    this.onCount();
    return terminal;
  }

  private follow(terminal: PaneTerminal): void {
    terminal.changed.connect(() => {
      this.changed.emit();
    });
    terminal.told.connect((_, monitor) => {
      tellOf(this.options.pane, terminal, monitor, () => {
        this.show(terminal);
        terminal.focus();
      });
    });
    terminal.menuRequested.connect((_, { x, y }) => {
      this.last = terminal;
      openTerminalMenu(this.options.pane, this, x, y);
    });
    terminal.disposed.connect(() => {
      this.onGone(terminal);
    });
  }

  private onGone(terminal: PaneTerminal): void {
    this.terminals = this.terminals.filter(other => other !== terminal);
    const [first] = this.terminals;
    if (!this._isDisposed && first && this.last === terminal) {
      this.last = first;
      this.options.lower.currentWidget = first;
    }
    this.onCount();
  }

  /** The only one has nothing to be closed for. */
  private onCount(): void {
    this.terminals.forEach(terminal => {
      terminal.title.closable = this.terminals.length > 1;
    });
  }

  private readonly onCurrent = () => {
    const { currentWidget } = this.options.lower;
    if (currentWidget instanceof PaneTerminal) {
      this.last = currentWidget;
      this.changed.emit();
    }
  };

  private openModel(fresh: boolean): Promise<ITerminalModel> {
    const { model, directory, shared } = this.options;
    return shared.server.open(model.id, fresh ? (this.agentDirectory ?? directory) : directory, fresh);
  }

  private get agentDirectory(): string | null {
    return this.options.model.state.directory;
  }

  private terminals: readonly PaneTerminal[] = [];
  private last: PaneTerminal;
  private count = 0;
  private _isDisposed = false;
}
