/** What is typed and not sent yet. */
import type { Block } from '../protocol';

export interface IDraft {
  readonly text: string;
  readonly attachments: readonly Block[];
}

export const NO_DRAFT: IDraft = { text: '', attachments: [] };
