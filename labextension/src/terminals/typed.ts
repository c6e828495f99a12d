/** Text put into a shell on somebody's behalf: it must not run, and it must not be more than it looks. */

const PASTE_ON = '\x1b[?2004h';
const PASTE_OFF = '\x1b[?2004l';

/** What a terminal would take for keys and commands of its own, line ends and tabs excepted. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

/** Follows what the shell prints, to know whether it takes a paste as text (bracketed paste) or as keys. */
export class PasteMode {
  get bracketed(): boolean {
    return this._bracketed;
  }

  /** @param output - The next piece; a control sequence may be cut anywhere. */
  follow(output: string): void {
    const text = this.tail + output;
    const on = text.lastIndexOf(PASTE_ON);
    const off = text.lastIndexOf(PASTE_OFF);
    if (on !== off) {
      this._bracketed = on > off;
    }
    this.tail = text.slice(-(PASTE_ON.length - 1));
  }

  private _bracketed = false;
  private tail = '';
}

/**
 * The keys that put `text` on the shell's line without running it; null when the shell would run its lines.
 */
export function keysFor(text: string, bracketed: boolean): string | null {
  const lines = text.replace(/\r\n?/g, '\n').replace(CONTROL, '').trim();
  if (bracketed) {
    return `\x1b[200~${lines.replaceAll('\n', '\r')}\x1b[201~`;
  }
  // As a key, a tab would ask for completions.
  return lines.includes('\n') ? null : lines.replaceAll('\t', ' ');
}
