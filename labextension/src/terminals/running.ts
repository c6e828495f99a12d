/** A command line run on somebody's behalf, in sight of the person. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ICommandRecord } from './records';
import type { TerminalServer } from './server';
import type { Shell } from './shell';

export interface IRunner {
  readonly server: TerminalServer;
  readonly trans: TranslationBundle;
}

/**
 * Run it there and wait for its end; the record has the output.
 *
 * @param directory - Where it is to run; null: wherever the shell is.
 * @param onStarted - Called with the command's number.
 */
export async function runToEnd(
  { server, trans }: IRunner,
  shell: Shell,
  command: string,
  directory: string | null,
  onStarted: (id: number) => void
): Promise<ICommandRecord> {
  if (directory !== null && shell.work.directory !== directory) {
    shell.work.take(await server.follow(shell.name, directory));
  }
  // It may end before the server has answered.
  const ends = new Ends(shell, trans.__('The shell has ended before the command did.'));
  try {
    const id = await server.run(shell.name, command);
    onStarted(id);
    await ends.of(id);
    return await server.output(shell.name, id);
  } finally {
    ends.dispose();
  }
}

/** The commands of a shell that have ended since. */
class Ends {
  constructor(
    private readonly shell: Shell,
    private readonly lost: string
  ) {
    shell.work.commandChanged.connect(this.onCommand);
    shell.lifeline.ended.connect(this.onLost);
    shell.terminal.disposed.connect(this.onLost);
  }

  /** Rejects when the shell ends before. */
  of(id: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting = { id, resolve, reject };
      if (this.ended.has(id)) {
        resolve();
      } else if (!this.shell.isAlive) {
        this.onLost();
      }
    });
  }

  dispose(): void {
    this.shell.work.commandChanged.disconnect(this.onCommand);
    this.shell.lifeline.ended.disconnect(this.onLost);
    this.shell.terminal.disposed.disconnect(this.onLost);
  }

  private readonly onCommand = (_: unknown, { id, ended }: ICommandRecord) => {
    if (ended !== null) {
      this.ended.add(id);
      if (this.waiting?.id === id) {
        this.waiting.resolve();
      }
    }
  };

  private readonly onLost = () => {
    this.waiting?.reject(new Error(this.lost));
  };

  private readonly ended = new Set<number>();
  private waiting: {
    readonly id: number;
    readonly resolve: () => void;
    readonly reject: (error: Error) => void;
  } | null = null;
}
