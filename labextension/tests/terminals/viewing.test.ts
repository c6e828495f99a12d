import type { Terminal } from '@jupyterlab/terminal';
import { beforeEach, describe, expect, it } from 'vitest';

import { Viewing } from '../../src/terminals/viewing';
import { Connection } from './connection';

/** A widget whose screen draws when it is told to. */
class Screen {
  readonly ready = Promise.resolve();
  readonly _term = {
    element: undefined as HTMLElement | undefined,
    write: (_: string, done: () => void) => this.waiting.push(done)
  };

  draw(): void {
    this.waiting.splice(0).forEach(done => {
      done();
    });
  }

  open(): void {
    this._term.element = document.createElement('div');
  }

  private readonly waiting: (() => void)[] = [];
}

const settled = () => new Promise<void>(resolve => setTimeout(resolve));

describe('Viewing', () => {
  let connection: Connection;
  let screen: Screen;
  let viewing: Viewing;

  const begin = (visible: boolean) => {
    connection = new Connection();
    screen = new Screen();
    viewing = new Viewing(connection.asConnection, visible);
    viewing.follow(screen as unknown as Terminal);
  };

  const resize = (rows: number, columns: number) => {
    viewing.gated.send({ type: 'set_size', content: [rows, columns, 1, 1] });
  };

  beforeEach(() => {
    begin(true);
  });

  it('acknowledges what the screen has drawn, not what has arrived', async () => {
    connection.become('connected');
    connection.receive('stdout', 'four');
    await settled();
    expect(connection.sent).toEqual([]);
    screen.draw();
    expect(connection.sent).toEqual([['ack', 4]]);
  });

  it('acknowledges nothing to a socket that has not sent it', async () => {
    connection.become('connected');
    connection.receive('stdout', 'lost with the socket');
    await settled();
    connection.become('connecting');
    connection.become('connected');
    screen.draw();
    expect(connection.sent).toEqual([]);
  });

  it('keeps the size to itself that nobody has chosen', () => {
    connection.become('connected');
    resize(24, 80);
    expect(connection.sent).toEqual([]);
    screen.open();
    resize(30, 100);
    expect(connection.sent).toEqual([['set_size', 30, 100, 1, 1]]);
  });

  it('says on each socket that nobody looks, and has no say in the size meanwhile', () => {
    begin(false);
    screen.open();
    connection.become('connected');
    resize(30, 100);
    connection.become('connecting');
    connection.become('connected');
    expect(connection.sent).toEqual([
      ['visible', false],
      ['visible', false]
    ]);
  });

  it('tells its size when it comes into sight, and after a drop', () => {
    begin(false);
    screen.open();
    connection.become('connected');
    resize(30, 100);
    connection.sent.length = 0;
    viewing.show(true);
    connection.become('connecting');
    connection.become('connected');
    expect(connection.sent).toEqual([
      ['visible', true],
      ['set_size', 30, 100, 1, 1],
      ['set_size', 30, 100, 1, 1]
    ]);
  });

  it('lets keys pass', () => {
    connection.become('connected');
    viewing.gated.send({ type: 'stdin', content: ['ls\r'] });
    expect(connection.sent).toEqual([['stdin', 'ls\r']]);
    expect(viewing.gated.name).toBe('abc');
  });
});
