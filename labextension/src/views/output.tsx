/** Output of a command: its end first, all of it on demand; colours as JupyterLab draws them. */
import { useEffect, useState, type ReactElement } from 'react';

import type { IViewContext } from './contract';
import { bytes } from './format';
import { Rendered } from './rendered';
import { useThrottled } from './time';

/** Lines that are shown unasked. */
const LINES = 12;
const MIME = 'application/vnd.jupyter.stdout';

export interface IOutputProps {
  readonly context: IViewContext;
  readonly text: string;
  readonly finished: boolean;
  /** Where the whole is, when `text` was trimmed. */
  readonly blob: string | null;
  readonly totalBytes: number;
}

export function Output({ context, text, finished, blob, totalBytes }: IOutputProps): ReactElement {
  const { trans, rendermime } = context;
  const [all, setAll] = useState(false);
  const lines = useThrottled(text, 100, finished).replace(/\n$/, '').split('\n');
  const folds = lines.length > LINES;
  const shown = all || !folds ? lines : lines.slice(-LINES);
  return (
    <div className="parsess-Output">
      {folds && (
        <button
          type="button"
          className="parsess-Button parsess-mod-link"
          aria-expanded={all}
          onClick={() => {
            setAll(!all);
          }}
        >
          {all
            ? trans._n('Show the last line', 'Show the last %1 lines', LINES)
            : trans._n('Show the one line', 'Show all %1 lines', lines.length)}
        </button>
      )}
      <Rendered rendermime={rendermime} mimeType={MIME} text={shown.join('\n')} />
      {blob !== null && <Whole context={context} blob={blob} totalBytes={totalBytes} />}
    </div>
  );
}

/** A link to what was too long for the log. */
function Whole(props: { context: IViewContext; blob: string; totalBytes: number }): ReactElement | null {
  const { context, blob, totalBytes } = props;
  const address = useBlob(context, blob);
  if (address === null) {
    return null;
  }
  return (
    <a className="parsess-Button parsess-mod-link" href={address} download="output.txt">
      {context.trans.__('Save the whole output (%1)', bytes(totalBytes))}
    </a>
  );
}

/** The address of a blob; null while it is being fetched, or when it can't be. */
export function useBlob(context: IViewContext, hash: string | null): string | null {
  const [address, setAddress] = useState<string | null>(null);
  const { actions } = context;
  useEffect(() => {
    let current = true;
    if (hash !== null) {
      actions.blobUrl(hash).then(
        found => {
          if (current) {
            setAddress(found);
          }
        },
        () => undefined
      );
    }
    return () => {
      current = false;
    };
  }, [actions, hash]);
  return address;
}
