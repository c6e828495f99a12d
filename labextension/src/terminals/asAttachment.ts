/** What goes out of a terminal into a prompt. The words are the agent's to read, so they are not translated. */
import type { ResourceBlock } from '../protocol';
import type { ICommandRecord, IMasked } from './records';

/** Words of a command line that say little about what it did. */
const BEFORE = /^(?:[A-Za-z_]\w*=\S*|sudo|time|env|exec|command|builtin|nohup)$/;

/** Lines that begin so are small programs of their own. */
const COMPOUND = /^(?:for|while|until|if|case|select|function|\(|\{|\[)/;

/** `pytest` for `cd shop && PYTHONPATH=. ../.venv/bin/pytest -q tests`: what the exit code is of. */
export function programOf(command: string): string {
  const line = command.trim();
  if (COMPOUND.test(line)) {
    return line.length > 24 ? `${line.slice(0, 24)}…` : line;
  }
  const words = lastOf(line).split(/\s+/);
  const word = words.find(word => !BEFORE.test(word)) ?? words[0] ?? '';
  return word.replace(/^.*\/(?=[^/])/, '').slice(0, 40) || '?';
}

/** The last of several commands on a line; what is quoted separates nothing. */
function lastOf(line: string): string {
  const parts = line.replace(/'[^']*'|"[^"]*"/g, '…').split(/&&|\|\||;/);
  return (
    parts
      .map(part => part.trim())
      .filter(part => part !== '')
      .pop() ?? line
  );
}

/** A command with what it printed. */
export function commandBlock(record: ICommandRecord): ResourceBlock {
  const output = (record.output ?? '').replace(/\s+$/, '');
  const head = [
    `$ ${record.command}`,
    ...(record.directory === null ? [] : [`[in ${record.directory}]`]),
    `[${endOf(record)}]`,
    ...maskedNote(record.masked)
  ];
  const ended = record.exit_code === null ? '' : ` · exit ${record.exit_code}`;
  return {
    type: 'resource',
    name: `${programOf(record.command)} output${ended}${maskedMark(record.masked)}`,
    mime_type: 'text/plain',
    text: `${head.join('\n')}\n\n${output === '' ? '[no output]' : output}\n`
  };
}

/** Lines of the screen. */
export function selectionBlock({ text, masked }: IMasked, name = 'terminal selection'): ResourceBlock {
  const note = maskedNote(masked).map(line => `${line}\n\n`);
  return {
    type: 'resource',
    name: name + maskedMark(masked),
    mime_type: 'text/plain',
    text: `${note.join('')}${text.replace(/\s+$/, '')}\n`
  };
}

function endOf({ ended, exit_code }: ICommandRecord): string {
  if (ended === null) {
    return 'still running';
  }
  return exit_code === null ? 'exit code unknown' : `exit code ${exit_code}`;
}

function maskedNote(masked: number): string[] {
  return masked === 0 ? [] : [`[${secrets(masked)} masked]`];
}

/** Seen without opening it. */
const maskedMark = (masked: number): string => (masked === 0 ? '' : ` · ${secrets(masked)} masked`);

const secrets = (count: number): string => `${count} ${count === 1 ? 'secret' : 'secrets'}`;
