/** A file before and after, unified. */
import { useEffect, useRef, type ReactElement } from 'react';

import type { DiffContent } from '../protocol';
import type { IViewContext } from './contract';
import { within } from './format';

/** Above this a diff would hold the page; the file itself is one click away. */
const TOO_LONG = 400_000;

export interface IDiffProps {
  readonly context: IViewContext;
  readonly diff: DiffContent;
  readonly directory: string;
}

export function Diff({ context, diff, directory }: IDiffProps): ReactElement {
  const { trans, actions } = context;
  const host = useRef<HTMLDivElement>(null);
  const tooLong = diff.new_text.length + (diff.old_text?.length ?? 0) > TOO_LONG;

  useEffect(() => {
    const parent = host.current;
    let destroy: (() => void) | null = () => undefined;
    if (parent && !tooLong) {
      void import('./codeDiff').then(({ showDiff }) => {
        if (destroy) {
          const view = showDiff(parent, diff, {
            '$ unchanged lines': trans.__('$ unchanged lines')
          });
          destroy = () => {
            view.destroy();
          };
        }
      });
    }
    return () => {
      destroy?.();
      destroy = null;
    };
  }, [diff, tooLong, trans]);

  return (
    <div className="parsess-Diff">
      <button
        type="button"
        className="parsess-Button parsess-mod-link"
        title={trans.__('Open %1', diff.path)}
        onClick={() => {
          actions.openFile(diff.path);
        }}
      >
        {within(directory, diff.path)}
      </button>
      {diff.old_text === null || diff.old_text === undefined ? (
        <span className="parsess-Quiet"> {trans.__('new file')}</span>
      ) : null}
      {tooLong && (
        <p className="parsess-Quiet">{trans.__('Too long to be shown here. Open the file to read it.')}</p>
      )}
      <div className="parsess-Diff-host" ref={host} />
    </div>
  );
}
