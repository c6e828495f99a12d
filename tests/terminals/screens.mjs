// Screens without a browser: xterm.js itself, told what a terminal printed, asked what it shows and what it answers.
// One JSON object a line: {id, op: 'write' | 'show', text}; what is to be shown is written first. A screen is made when it's first named.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(new URL('../../labextension/package.json', import.meta.url));
const { Terminal } = require('@xterm/headless');

const screens = new Map();

function screen(id) {
  if (!screens.has(id)) {
    const terminal = new Terminal({ cols: 80, rows: 24, scrollback: 5000, allowProposedApi: true });
    const made = { terminal, said: '', title: '' };
    terminal.onData(data => (made.said += data));
    terminal.onTitleChange(title => (made.title = title));
    screens.set(id, made);
  }
  return screens.get(id);
}

function show({ terminal, title }) {
  const buffer = terminal.buffer.active;
  const lines = [];
  for (let row = 0; row < buffer.length; row++) {
    lines.push(line(buffer.getLine(row)));
  }
  return {
    lines,
    title,
    alternate: buffer.type === 'alternate',
    cursor: [buffer.cursorX, buffer.cursorY + buffer.baseY],
    modes: { ...terminal.modes, sendFocusMode: null }
  };
}

function line(row) {
  const cells = [];
  let style = '';
  for (let column = 0; column < row.length; column++) {
    const cell = row.getCell(column);
    const now = [
      cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor(),
      cell.isBold(), cell.isDim(), cell.isUnderline(), cell.isInverse()
    ].join();
    cells.push(now === style ? '' : `{${now}}`, cell.getChars() || ' ');
    style = now;
  }
  return cells.join('').trimEnd();
}

for await (const request of createInterface({ input: process.stdin })) {
  const { id, op, text } = JSON.parse(request);
  if (op === 'gone') {
    screens.get(id)?.terminal.dispose();
    screens.delete(id);
    console.log('{}');
    continue;
  }
  const target = screen(id);
  if (text) {
    await new Promise(done => target.terminal.write(text, done));
  }
  const said = target.said;
  target.said = '';
  console.log(JSON.stringify({ said, ...(op === 'show' ? show(target) : {}) }));
}
