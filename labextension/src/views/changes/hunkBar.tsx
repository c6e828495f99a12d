/** The line above a hunk: where it is, and what can be done with it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement } from 'react';

import type { IHunk } from '../../session/changes';
import { AskOnce } from './askOnce';

export interface IHunkActions {
  readonly comment: (hunk: IHunk) => void;
  /** Into the next commit or out of it; null where nothing can be staged. */
  readonly stage: ((hunk: IHunk) => void) | null;
  /** Null where nothing can be changed. */
  readonly revert: ((hunk: IHunk) => void) | null;
}

export interface IHunkBarProps {
  readonly trans: TranslationBundle;
  readonly hunk: IHunk;
  readonly busy: boolean;
  readonly onHunk: IHunkActions;
  /** Its revert is asked about. */
  readonly asking: boolean;
  readonly onAsk: (asking: boolean) => void;
}

export function HunkBar({ trans, hunk, busy, onHunk, asking, onAsk }: IHunkBarProps): ReactElement {
  const [, range = '', section = ''] = /^(@@.*?@@) ?(.*)$/.exec(hunk.header) ?? [];
  return (
    <div className="parsess-HunkBar" role="group" aria-label={trans.__('Hunk %1', range)}>
      <span className="parsess-HunkBar-range" title={hunk.header}>
        {section || range}
      </span>
      {hunk.staged && <span className="parsess-HunkBar-staged">{trans.__('staged')}</span>}
      <span className="parsess-Line-space" />
      <button
        type="button"
        className="parsess-Button parsess-mod-link"
        title={trans.__('Comment on the hunk (c)')}
        onClick={() => {
          onHunk.comment(hunk);
        }}
      >
        {trans.__('Comment')}
      </button>
      {onHunk.stage && (
        <button
          type="button"
          className="parsess-Button parsess-mod-link"
          disabled={busy}
          title={
            hunk.staged
              ? trans.__('Take it out of the next commit (s)')
              : trans.__('Put it into the next commit (s)')
          }
          onClick={() => {
            onHunk.stage?.(hunk);
          }}
        >
          {hunk.staged ? trans.__('Unstage') : trans.__('Stage')}
        </button>
      )}
      {onHunk.revert && (
        <AskOnce
          trans={trans}
          label={trans.__('Revert')}
          title={trans.__('Take the hunk back in the file (x)')}
          question={trans.__('Take this hunk back?')}
          asking={asking}
          disabled={busy}
          onAsk={onAsk}
          onYes={() => {
            onHunk.revert?.(hunk);
          }}
        />
      )}
    </div>
  );
}
