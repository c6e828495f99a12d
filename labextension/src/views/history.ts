/** Up and Down in the composer: the person's own earlier prompts. */
import { useRef } from 'react';

import type { IPromptItem } from '../session/state';

export interface IHistory {
  /** The text to show after a step back (-1) or forth (1), or null when the key means something else. */
  readonly step: (by: -1 | 1, text: string) => string | null;
  /** What is typed or sent leaves the past. */
  readonly leave: () => void;
}

export function textOf({ content }: Pick<IPromptItem, 'content'>): string {
  return content
    .map(block => (block.type === 'text' ? block.text : ''))
    .join('\n\n')
    .trim();
}

export function useHistory(prompts: readonly IPromptItem[]): IHistory {
  /** How far back, and what was shown there: text that was changed since is the person's own. */
  const place = useRef({ back: 0, shown: '' });
  return {
    step(by, text) {
      if (text !== place.current.shown) {
        place.current = { back: 0, shown: '' };
      }
      const isRecalled = place.current.back > 0;
      if (!isRecalled && (text !== '' || by === 1)) {
        return null;
      }
      const back = place.current.back - by;
      if (back > prompts.length) {
        return text;
      }
      const prompt = prompts[prompts.length - back];
      const shown = back > 0 && prompt ? textOf(prompt) : '';
      place.current = { back: Math.max(0, back), shown };
      return shown;
    },
    leave() {
      place.current = { back: 0, shown: '' };
    }
  };
}
