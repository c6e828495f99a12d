/** What runs in a terminal and where, as the server tells it. */
import type { Terminal } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import type { ICommandRecord, IMonitor, ITerminalModel } from './records';

type Connection = Terminal.ITerminalConnection;

export class Work {
  constructor(connection: Connection, model: ITerminalModel) {
    this.take(model);
    connection.messageReceived.connect((_, { type, content }) => {
      this.onFrame(type, content?.[0]);
    }, this);
  }

  /** Something of it is another. */
  readonly changed = new Signal<this, void>(this);
  /** A command began (`ended` null) or ended, while this page looked. */
  readonly commandChanged = new Signal<this, ICommandRecord>(this);
  /** A monitor has something to tell, perhaps since before this page looked. */
  readonly told = new Signal<this, IMonitor>(this);
  /** Something was printed while nobody looked. */
  readonly printed = new Signal<this, void>(this);

  get label(): string | null {
    return this.model.label ?? null;
  }

  /** Absolute; null: nobody can say. */
  get directory(): string | null {
    return this.model.current_directory ?? null;
  }

  /** Absolute: where the agent went while the shell could not follow. */
  get offeredDirectory(): string | null {
    return this.model.offered_directory ?? null;
  }

  /** Whether the shell tells where its commands begin and end. */
  get integrated(): boolean {
    return this.model.integration ?? false;
  }

  get running(): ICommandRecord | null {
    return this.model.running ?? null;
  }

  get lastCommand(): ICommandRecord | null {
    return this.model.last_command ?? null;
  }

  take(model: ITerminalModel): void {
    this.model = model;
    this.changed.emit();
  }

  dispose(): void {
    Signal.clearData(this);
  }

  /** The server's own frames, in the shapes that it promises. */
  private onFrame(kind: string, value: unknown): void {
    switch (kind) {
      case 'state':
        this.take(value as ITerminalModel);
        this.model.monitors?.filter(({ reason }) => reason !== null).forEach(this.tell);
        break;
      case 'directory':
        this.take({ ...this.model, current_directory: String(value) });
        break;
      case 'integration':
        this.take({ ...this.model, integration: value === true });
        break;
      case 'command':
        this.onCommand(value as ICommandRecord);
        break;
      case 'monitor':
        this.tell(value as IMonitor);
        break;
      case 'activity':
        this.printed.emit();
        break;
    }
  }

  private onCommand(command: ICommandRecord): void {
    const { running } = this;
    if (command.ended === null) {
      this.take({ ...this.model, running: command });
    } else {
      const still = running !== null && running.id > command.id ? running : null;
      this.take({ ...this.model, running: still, last_command: command });
    }
    this.commandChanged.emit(command);
  }

  /** Each once. */
  private readonly tell = (monitor: IMonitor) => {
    if (!this.known.has(monitor.id)) {
      this.known.add(monitor.id);
      this.told.emit(monitor);
    }
  };

  private readonly known = new Set<number>();
  private model!: ITerminalModel;
}
