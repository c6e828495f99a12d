/** The list of completions above the composer. The cursor stays in the text; the list only follows it. */
import { useEffect, useRef, type ReactElement } from 'react';

import type { ISuggestion } from './completion';

export interface ISuggestionsProps {
  readonly id: string;
  readonly label: string;
  readonly suggestions: readonly ISuggestion[];
  readonly active: number;
  readonly onChoose: (suggestion: ISuggestion) => void;
}

export function optionId(list: string, index: number): string {
  return `${list}-${index}`;
}

export function Suggestions(props: ISuggestionsProps): ReactElement {
  const { id, label, suggestions, active, onChoose } = props;
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <ul className="parsess-Suggestions" id={id} role="listbox" aria-label={label} ref={list}>
      {suggestions.map((suggestion, index) => (
        <li
          key={suggestion.label}
          id={optionId(id, index)}
          role="option"
          aria-selected={index === active}
          // A click must not take the cursor out of the text.
          onMouseDown={event => {
            event.preventDefault();
          }}
          onClick={() => {
            onChoose(suggestion);
          }}
        >
          <span className="parsess-Suggestions-label">{suggestion.label}</span>
          <span className="parsess-Suggestions-detail">{suggestion.detail}</span>
        </li>
      ))}
    </ul>
  );
}
