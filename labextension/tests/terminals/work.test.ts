import { nullTranslator } from '@jupyterlab/translation';
import { beforeEach, describe, expect, it } from 'vitest';

import type { ICommandRecord, ITerminalModel } from '../../src/terminals/records';
import { parseMark } from '../../src/terminals/rows';
import { tabOf } from '../../src/terminals/tab';
import { Work } from '../../src/terminals/work';
import { Connection } from './connection';

const trans = nullTranslator.load('parsess_lab');
const model: ITerminalModel = { name: 'abc', directory: '/shop', session: 's' };

const command = (
  id: number,
  line: string,
  exit_code: number | null,
  ended: string | null
): ICommandRecord => ({
  id,
  command: line,
  directory: '/shop',
  exit_code,
  started: 'then',
  ended,
  output_bytes: 0,
  truncated: false,
  output: null,
  masked: 0,
  for_agent: false
});

describe('Work', () => {
  let connection: Connection;
  let work: Work;

  beforeEach(() => {
    connection = new Connection();
    work = new Work(connection.asConnection, model);
  });

  const dataset = (unseen = false) => tabOf(trans, 'Terminal', { work, alive: true, unseen }).dataset;

  it('tells what runs, then how it ended', () => {
    connection.receive('command', command(1, 'npm test', null, null));
    expect(work.running?.command).toBe('npm test');
    expect(dataset()).toEqual({ running: 'npm test', exit: '', unseen: '' });
    connection.receive('command', command(1, 'npm test', 1, 'now'));
    expect(work.running).toBeNull();
    expect(dataset(true)).toEqual({ running: '', exit: '1', unseen: 'true' });
    connection.receive('command', command(2, 'true', 0, 'now'));
    expect(dataset().exit).toBe('');
  });

  it('keeps what began before the end of another was told', () => {
    connection.receive('command', command(2, 'second', null, null));
    connection.receive('command', command(1, 'first', 0, 'now'));
    expect(work.running?.command).toBe('second');
  });

  it('follows the directory, the name and whether there are marks', () => {
    connection.receive('directory', '/shop/sub');
    connection.receive('integration', true);
    expect([work.directory, work.integrated]).toEqual(['/shop/sub', true]);
    connection.receive('state', { ...model, label: 'tests' });
    expect(tabOf(trans, 'Terminal', { work, alive: true, unseen: false }).label).toBe('tests');
  });

  it('tells of what was watched for, once, also of what happened before it looked', () => {
    const told: number[] = [];
    work.told.connect((_, { id }) => told.push(id));
    const monitor = { command: 1, command_line: 'make', pattern: null, exit: true, agent: false, line: null };
    const fired = { ...monitor, id: 1, reason: 'exit', exit_code: 2 };
    const waiting = { ...monitor, id: 2, reason: null, exit_code: null };
    connection.receive('state', { ...model, monitors: [fired, waiting] });
    connection.receive('state', { ...model, monitors: [fired, waiting] });
    expect(told).toEqual([1]);
    connection.receive('monitor', { ...waiting, reason: 'exit', exit_code: 0 });
    expect(told).toEqual([1, 2]);
  });

  it('tells that something was printed unseen', () => {
    let printed = 0;
    work.printed.connect(() => (printed += 1));
    connection.receive('activity', true);
    expect(printed).toBe(1);
  });

  it('shows nothing running in a shell that has ended', () => {
    connection.receive('command', command(1, 'npm test', null, null));
    expect(tabOf(trans, 'Terminal', { work, alive: false, unseen: false }).dataset.running).toBe('');
  });
});

describe('parseMark', () => {
  it.each([
    ['A', { kind: 'A', id: null, exitCode: null }],
    ['C;id=17', { kind: 'C', id: 17, exitCode: null }],
    ['D;1;id=17', { kind: 'D', id: 17, exitCode: 1 }],
    ['D;;id=17', { kind: 'D', id: 17, exitCode: null }],
    ['D;-1;id=x', { kind: 'D', id: null, exitCode: -1 }]
  ])('reads %j', (data, mark) => {
    expect(parseMark(data)).toEqual(mark);
  });
});
