/**
 * Our shortcuts win inside a pane. A terminal takes each key for its program before JupyterLab sees it
 * (`Accel \` would end the program), so they are looked at on the way down.
 */
import { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';

/** How long JupyterLab waits for the second key of a sequence. */
const SEQUENCE_MS = 1000;

export class Shortcuts implements IDisposable, EventListenerObject {
  constructor(
    private readonly commands: CommandRegistry,
    private readonly node: HTMLElement
  ) {
    // On the document: the registry matches selectors from the listening node down, and some of ours are `body`.
    document.addEventListener('keydown', this, true);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    document.removeEventListener('keydown', this, true);
  }

  handleEvent(event: KeyboardEvent): void {
    const inside = event.target instanceof Node && this.node.contains(event.target);
    if (!inside || CommandRegistry.isModifierKeyPressed(event)) {
      return;
    }
    const keystroke = CommandRegistry.keystrokeForKeydownEvent(event);
    const begun = ownSequences(this.commands).filter(([first]) => first === keystroke);
    const goesOn = Date.now() < this._sequenceUntil;
    this._sequenceUntil = begun.some(keys => keys.length > 1) ? Date.now() + SEQUENCE_MS : 0;
    if (begun.length > 0 || goesOn) {
      this.commands.processKeydownEvent(event);
    }
  }

  private _sequenceUntil = 0;
  private _isDisposed = false;
}

/** Read each time: the person may have changed them. */
function ownSequences(commands: CommandRegistry): (readonly string[])[] {
  return commands.keyBindings
    .filter(({ command }) => command.startsWith('parsess-lab:'))
    .map(({ keys }) => keys);
}
