import type { Terminal } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ServerError } from '../../src/server/request';
import { Lifeline, type ExitCode } from '../../src/terminals/lifeline';
import type { TerminalServer } from '../../src/terminals/server';

/** The part of JupyterLab's connection that is looked at. */
class Connection {
  readonly name = 'abc';
  readonly messageReceived = new Signal<this, Terminal.IMessage>(this);
  readonly connectionStatusChanged = new Signal<this, Terminal.ConnectionStatus>(this);
  readonly disposed = new Signal<this, void>(this);
  readonly reconnect = vi.fn(() => Promise.resolve());
  connectionStatus: Terminal.ConnectionStatus = 'connecting';
  isDisposed = false;

  become(status: Terminal.ConnectionStatus): void {
    this.connectionStatus = status;
    this.connectionStatusChanged.emit(status);
  }

  exit(code: number): void {
    this.messageReceived.emit({ type: 'exit' as Terminal.MessageType, content: [code] });
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.isDisposed = true;
      this.disposed.emit();
    }
  }
}

const gone = (details = {}) => new ServerError('not_found', 'It has ended.', 404, details);
const unreachable = () => new ServerError('unreachable', 'No answer.', 0);

describe('Lifeline', () => {
  let connection: Connection;
  let check: ReturnType<typeof vi.fn<(name: string) => Promise<void>>>;
  let lifeline: Lifeline;
  let reached: boolean[];
  let ended: ExitCode[];

  beforeEach(() => {
    vi.useFakeTimers();
    connection = new Connection();
    check = vi.fn(() => Promise.resolve());
    lifeline = new Lifeline(
      { check } as unknown as TerminalServer,
      connection as unknown as Terminal.ITerminalConnection
    );
    reached = [];
    ended = [];
    lifeline.reachedChanged.connect((_, value) => reached.push(value));
    lifeline.ended.connect((_, code) => ended.push(code));
    connection.become('connected');
  });

  afterEach(() => {
    lifeline.dispose();
    vi.useRealTimers();
  });

  it('asks nothing while the connection stands', async () => {
    await vi.advanceTimersByTimeAsync(600_000);
    expect(check).not.toHaveBeenCalled();
    expect(reached).toEqual([true]);
  });

  it('tells how the shell ended', () => {
    connection.exit(3);
    connection.dispose();
    expect(ended).toEqual([3]);
    expect(lifeline.isDisposed).toBe(true);
  });

  it('tells that a shell ended of which nobody can say how', () => {
    connection.dispose();
    expect(ended).toEqual([null]);
  });

  it('notices that the terminal went down with its server', async () => {
    check.mockRejectedValueOnce(unreachable()).mockRejectedValueOnce(unreachable()).mockRejectedValue(gone());
    connection.become('connecting');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(reached).toEqual([true, false]);
    expect(connection.isDisposed).toBe(true);
    expect(ended).toEqual([null]);
  });

  it('says nothing of a connection that is back at once', async () => {
    connection.become('connecting');
    await vi.advanceTimersByTimeAsync(100);
    connection.become('connected');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(check).not.toHaveBeenCalled();
    expect(reached).toEqual([true]);
  });

  it('learns the exit code of a shell that ended meanwhile', async () => {
    check.mockRejectedValue(gone({ exit_code: 4 }));
    connection.become('connecting');
    await vi.advanceTimersByTimeAsync(5000);
    expect(ended).toEqual([4]);
  });

  it('connects again after the stock client has given up', async () => {
    check.mockRejectedValueOnce(unreachable()).mockResolvedValue(undefined);
    connection.become('connecting');
    connection.become('disconnected');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(connection.reconnect).toHaveBeenCalled();
    connection.become('connected');
    const calls = check.mock.calls.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(check.mock.calls.length).toBe(calls);
    expect(reached).toEqual([true, false, true]);
    expect(ended).toEqual([]);
  });

  it('leaves the connection alone once disposed', () => {
    lifeline.dispose();
    connection.become('connecting');
    connection.dispose();
    expect(reached).toEqual([true]);
    expect(ended).toEqual([]);
  });
});
