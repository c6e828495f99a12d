/** One line that opens: the form of thoughts, tool calls and runs of them. */
import type { ReactElement, ReactNode } from 'react';

import { chevronIcon } from './icons';

export interface IFoldProps {
  readonly className: string;
  /** For the style sheet: what the state of the thing is. */
  readonly status?: string;
  readonly open: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly line: ReactNode;
  /** Stands in the line, but is no part of what toggles it. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** The body is built when it is first opened: most are never looked at. */
export function Fold(props: IFoldProps): ReactElement {
  const { className, status, open, onToggle, line, aside, children } = props;
  return (
    <div className={`parsess-Fold ${className}`} data-status={status}>
      <div className="parsess-Fold-head">
        <button
          type="button"
          className="parsess-Fold-line"
          aria-expanded={open}
          onClick={() => {
            onToggle(!open);
          }}
        >
          <chevronIcon.react tag="span" className="parsess-Fold-chevron" />
          {line}
        </button>
        <span className="parsess-Fold-side">{aside}</span>
      </div>
      {open && <div className="parsess-Fold-body">{children}</div>}
    </div>
  );
}
