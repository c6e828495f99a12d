/** The text of the composer: grows with it, sends on Enter, recalls on Up, completes `/` and `@`. */
import {
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type ReactElement
} from 'react';

import type { Command } from '../protocol';
import type { IPromptItem } from '../session/state';
import { tokenAt, useSuggestions, type ISuggestion } from './completion';
import type { IViewContext } from './contract';
import { useHistory } from './history';
import { optionId, Suggestions } from './suggestions';

export interface IComposerInputProps {
  readonly context: IViewContext;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onSend: (when: 'queue' | 'now') => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onMention: (path: string) => void;
  readonly prompts: readonly IPromptItem[];
  readonly commands: readonly Command[];
  readonly placeholder: string;
  readonly disabled: boolean;
}

export function ComposerInput(props: IComposerInputProps): ReactElement {
  const { context, text, onChange, disabled } = props;
  const input = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const [caret, setCaret] = useState(0);
  const history = useHistory(props.prompts);
  const completion = useCompletion(props, caret, (next, at) => {
    onChange(next);
    setCaret(at);
    placeCaret(input.current, at);
  });
  useGrowth(input, text);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While a word is being composed (Japanese, Chinese, accents) the keys are the input method's.
    // Safari ends it with a key that only its old code gives away.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    if (event.nativeEvent.isComposing || event.keyCode === 229) {
      return;
    }
    if (completion.onKey(event.key)) {
      event.preventDefault();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      history.leave();
      props.onSend(event.ctrlKey || event.metaKey ? 'now' : 'queue');
    } else if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && !hasModifier(event)) {
      const recalled = history.step(event.key === 'ArrowUp' ? -1 : 1, text);
      if (recalled !== null) {
        event.preventDefault();
        onChange(recalled);
        placeCaret(input.current, recalled.length);
      }
    }
  };

  const onFiles = (event: ClipboardEvent | DragEvent, data: DataTransfer) => {
    if (data.files.length > 0) {
      event.preventDefault();
      props.onFiles([...data.files]);
    }
  };

  const { suggestions, active } = completion;
  return (
    <div className="parsess-Composer-text">
      {suggestions.length > 0 && (
        <Suggestions
          id={list}
          label={context.trans.__('Suggestions')}
          suggestions={suggestions}
          active={active}
          onChoose={completion.choose}
        />
      )}
      <textarea
        className="parsess-Composer-input"
        ref={input}
        rows={1}
        aria-label={context.trans.__('Prompt')}
        aria-autocomplete="list"
        aria-controls={suggestions.length > 0 ? list : undefined}
        aria-activedescendant={suggestions.length > 0 ? optionId(list, active) : undefined}
        placeholder={props.placeholder}
        disabled={disabled}
        value={text}
        onChange={event => {
          onChange(event.target.value);
          setCaret(event.target.selectionStart);
        }}
        onSelect={event => {
          setCaret(event.currentTarget.selectionStart);
        }}
        onBlur={completion.dismiss}
        onKeyDown={onKeyDown}
        onPaste={event => {
          onFiles(event, event.clipboardData);
        }}
        onDragOver={event => {
          event.preventDefault();
        }}
        onDrop={event => {
          onFiles(event, event.dataTransfer);
        }}
      />
    </div>
  );
}

interface ICompletion {
  readonly suggestions: readonly ISuggestion[];
  readonly active: number;
  readonly choose: (suggestion: ISuggestion) => void;
  readonly dismiss: () => void;
  /** Whether the key was the list's. */
  readonly onKey: (key: string) => boolean;
}

function useCompletion(
  { text, commands, context, onMention }: IComposerInputProps,
  caret: number,
  replace: (text: string, caret: number) => void
): ICompletion {
  /** The text for which the list was sent away; it comes back when that changes. */
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [chosen, setChosen] = useState({ query: '', index: 0 });
  const token = dismissed === text ? null : tokenAt(text, caret);
  const suggestions = useSuggestions(token, commands, context.actions);
  const active = chosen.query === token?.query ? Math.min(chosen.index, suggestions.length - 1) : 0;

  const choose = (suggestion: ISuggestion) => {
    if (!token) {
      return;
    }
    if (suggestion.file !== null) {
      onMention(suggestion.file);
    }
    const before = text.slice(0, token.start) + suggestion.insert;
    replace(before + text.slice(caret), before.length);
  };
  const dismiss = () => {
    setDismissed(text);
  };
  const onKey = (key: string) => {
    const suggestion = suggestions[active];
    if (!token || !suggestion) {
      return false;
    }
    const isTyped = token.kind === 'command' && suggestion.insert.trim() === `/${token.query}`;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      const index = active + (key === 'ArrowDown' ? 1 : -1) + suggestions.length;
      setChosen({ query: token.query, index: index % suggestions.length });
    } else if (key === 'Tab' || (key === 'Enter' && !isTyped)) {
      choose(suggestion);
    } else if (key === 'Escape') {
      dismiss();
    } else {
      return false;
    }
    return true;
  };
  return { suggestions: token ? suggestions : [], active, choose, dismiss, onKey };
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.shiftKey || event.altKey || event.ctrlKey || event.metaKey;
}

/** After React has put the text in. */
function placeCaret(input: HTMLTextAreaElement | null, at: number): void {
  requestAnimationFrame(() => {
    input?.focus();
    input?.setSelectionRange(at, at);
  });
}

/** As high as its text; the style sheet sets the limit. */
function useGrowth(input: React.RefObject<HTMLTextAreaElement>, text: string): void {
  useLayoutEffect(() => {
    const element = input.current;
    if (element) {
      element.style.height = '0';
      element.style.height = `${element.scrollHeight}px`;
    }
  }, [input, text]);
}
