import type { Widget } from '@lumino/widgets';

/** The inside of a pane. */
export interface IPaneContent extends Widget {
  /** Put the cursor where the person goes on: the form, the composer, the terminal. */
  focus(): void;
  /** From the composer to the terminal, opened if need be, and back. */
  toggleTerminal(): void;
}
