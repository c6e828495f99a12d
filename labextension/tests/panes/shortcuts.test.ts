import { CommandRegistry } from '@lumino/commands';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Shortcuts } from '../../src/panes/shortcuts';

let commands: CommandRegistry;
let pane: HTMLElement;
let terminal: HTMLElement;
let shortcuts: Shortcuts;
/** What the terminal's program got. */
let typed: string[];

function press(key: string, code: number, modifiers: KeyboardEventInit = {}): void {
  // Lumino goes by key codes.
  const init: Record<string, unknown> = { key, keyCode: code, bubbles: true, cancelable: true, ...modifiers };
  terminal.dispatchEvent(new KeyboardEvent('keydown', init));
}

function bind(command: string, keys: string[]): ReturnType<typeof vi.fn> {
  const execute = vi.fn();
  commands.addCommand(command, { execute });
  commands.addKeyBinding({ command, keys, selector: '.pane' });
  return execute;
}

beforeEach(() => {
  typed = [];
  commands = new CommandRegistry();
  pane = document.body.appendChild(document.createElement('div'));
  pane.className = 'pane';
  terminal = pane.appendChild(document.createElement('textarea'));
  // As xterm does: what it takes goes no further.
  terminal.addEventListener('keydown', event => {
    typed.push(event.key);
    event.stopPropagation();
  });
  shortcuts = new Shortcuts(commands, pane);
});

afterEach(() => {
  shortcuts.dispose();
  pane.remove();
});

test('ours win over a terminal', () => {
  const split = bind('parsess-lab:split-right', ['Ctrl \\']);
  press('\\', 220, { ctrlKey: true });
  expect(split).toHaveBeenCalledOnce();
  expect(typed).toEqual([]);
});

test('all other keys are the terminal’s', () => {
  const other = bind('other:command', ['Ctrl R']);
  press('a', 65);
  press('r', 82, { ctrlKey: true });
  expect(other).not.toHaveBeenCalled();
  expect(typed).toEqual(['a', 'r']);
});

test('a sequence is taken to its end', () => {
  const next = bind('parsess-lab:focus-next', ['Ctrl ;', 'ArrowRight']);
  press('Control', 17, { ctrlKey: true });
  press(';', 59, { ctrlKey: true });
  press('ArrowRight', 39);
  expect(next).toHaveBeenCalledOnce();
  press('ArrowRight', 39);
  expect(typed).toEqual(['Control', 'ArrowRight']);
});

test('a shortcut that the person has changed works at once', () => {
  const stop = bind('parsess-lab:stop', ['Ctrl .']);
  commands.addKeyBinding({ command: 'parsess-lab:stop', keys: ['F8'], selector: '.pane' });
  press('F8', 119);
  expect(stop).toHaveBeenCalledOnce();
});
