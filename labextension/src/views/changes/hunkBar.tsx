/** The line above a hunk: where it is, and what can be done with it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement } from 'react';

import type { IHunk } from '../../session/changes';
import { AskOnce } from './askOnce';

export interface IHunkBarProps {
  readonly trans: TranslationBundle;
  readonly hunk: IHunk;
  readonly busy: boolean;
  readonly asking: boolean;
  readonly onAsk: (asking: boolean) => void;
  /** Null where nothing can be staged. */
  readonly onStage: (() => void) | null;
  /** Null where nothing can be changed. */
  readonly onRevert: (() => void) | null;
  readonly onComment: () => void;
}

export function HunkBar(props: IHunkBarProps): ReactElement {
  const { trans, hunk, busy, asking, onAsk, onStage, onRevert, onComment } = props;
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
        onClick={onComment}
      >
        {trans.__('Comment')}
      </button>
      {onStage && (
        <button
          type="button"
          className="parsess-Button parsess-mod-link"
          disabled={busy}
          title={
            hunk.staged
              ? trans.__('Take it out of the next commit (s)')
              : trans.__('Put it into the next commit (s)')
          }
          onClick={onStage}
        >
          {hunk.staged ? trans.__('Unstage') : trans.__('Stage')}
        </button>
      )}
      {onRevert && (
        <AskOnce
          trans={trans}
          label={trans.__('Revert')}
          title={trans.__('Take the hunk back in the file (x)')}
          question={trans.__('Take this hunk back?')}
          asking={asking}
          disabled={busy}
          onAsk={onAsk}
          onYes={onRevert}
        />
      )}
    </div>
  );
}
