/** Removing the worktree: each thing that would be lost is named and agreed to by itself. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useState, type ReactElement } from 'react';

import type { Reason, WorktreeDetails } from '../../protocol';
import { messageOf, ServerError } from '../../server/request';
import { deleteIcon } from '../icons';
import type { IChangesProps } from './changes';
import { PanelHead } from './panelHead';

export interface IRemoveProps extends IChangesProps {
  readonly onClose: () => void;
}

export function Remove({ context, landing, shorten, onClose }: IRemoveProps): ReactElement {
  const { trans } = context;
  const [details, setDetails] = useState<WorktreeDetails | null>(null);
  const [reasons, setReasons] = useState<readonly Reason[]>([]);
  const [agreed, setAgreed] = useState<ReadonlySet<string>>(new Set());
  const [archive, setArchive] = useState(true);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    landing.details().then(
      found => {
        setDetails(found);
        setReasons(found.reasons);
      },
      (reason: unknown) => {
        setProblem(messageOf(reason));
      }
    );
    // Once for each time the panel is opened.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const allAgreed = reasons.every(reason => agreed.has(keyOf(reason)));

  const remove = () => {
    setBusy(true);
    setProblem('');
    landing
      .remove(
        reasons.map(({ kind }) => kind),
        archive
      )
      .catch((reason: unknown) => {
        // What was agreed to is agreed to as it was written; what reads otherwise now is asked again.
        setReasons(reasonsOf(reason) ?? reasons);
        setProblem(messageOf(reason));
        setBusy(false);
      });
  };
  return (
    <section
      className="parsess-Panel"
      aria-label={trans.__('Remove the worktree')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault();
          onClose();
        }
      }}
    >
      <PanelHead
        title={trans.__('Remove the worktree')}
        closeLabel={trans.__('Back to the changes')}
        onClose={onClose}
      />
      {!details && problem === '' && (
        <div className="parsess-Skeleton" role="status" aria-label={trans.__('Looking what would be lost')}>
          <div />
          <div />
        </div>
      )}
      {details && (
        <div className="parsess-Land">
          <p>
            {details.branch === null
              ? trans.__('%1 goes.', shorten(details.path))
              : details.made_branch
                ? trans.__('%1 goes, and with it the branch %2.', shorten(details.path), details.branch)
                : trans.__('%1 goes. The branch %2 stays.', shorten(details.path), details.branch)}{' '}
            <span className="parsess-Quiet">
              {trans.__('A snapshot of everything is kept first, so that this can be undone.')}
            </span>
          </p>
          {reasons.length === 0 ? (
            <p>{trans.__('Nothing in it would be lost.')}</p>
          ) : (
            <fieldset className="parsess-Remove-reasons">
              <legend>{trans.__('This goes with it. Agree to each:')}</legend>
              {reasons.map(reason => (
                <label key={keyOf(reason)} className="parsess-Check">
                  <input
                    type="checkbox"
                    checked={agreed.has(keyOf(reason))}
                    onChange={event => {
                      setAgreed(toggled(agreed, keyOf(reason), event.target.checked));
                    }}
                  />
                  <span>
                    <strong>{lossWord(trans, reason.kind)}</strong>
                    <span className="parsess-Quiet"> {reason.detail}</span>
                  </span>
                </label>
              ))}
            </fieldset>
          )}
          <label className="parsess-Check">
            <input
              type="checkbox"
              checked={archive}
              onChange={event => {
                setArchive(event.target.checked);
              }}
            />
            <span>{trans.__('Archive the session too: its conversation stays readable')}</span>
          </label>
        </div>
      )}
      {problem !== '' && (
        <p className="parsess-Error" role="alert">
          {problem}
        </p>
      )}
      <div className="parsess-Panel-end">
        <button type="button" className="parsess-Button" autoFocus onClick={onClose}>
          {trans.__('Keep it')}
        </button>
        <button
          type="button"
          className="parsess-Button parsess-mod-danger"
          disabled={!details || !allAgreed || busy}
          title={allAgreed ? '' : trans.__('Agree to each of the losses first')}
          onClick={remove}
        >
          <deleteIcon.react tag="span" />
          {busy ? trans.__('Removing…') : trans.__('Remove worktree')}
        </button>
      </div>
    </section>
  );
}

/** The words count: other words are another loss. Who uses it changes from moment to moment. */
const keyOf = ({ kind, detail }: Reason) => (kind === 'in_use' ? kind : `${kind} ${detail}`);

function toggled(all: ReadonlySet<string>, key: string, on: boolean): ReadonlySet<string> {
  const next = new Set(all);
  if (on) {
    next.add(key);
  } else {
    next.delete(key);
  }
  return next;
}

function reasonsOf(error: unknown): readonly Reason[] | null {
  return error instanceof ServerError && error.code === 'would_lose'
    ? (error.details.reasons as readonly Reason[])
    : null;
}

function lossWord(trans: TranslationBundle, kind: Reason['kind']): string {
  switch (kind) {
    case 'dirty':
      return trans.__('Uncommitted changes');
    case 'untracked':
      return trans.__('Untracked files');
    case 'ignored':
      return trans.__('Ignored files');
    case 'unpushed':
      return trans.__('Commits that were not pushed');
    case 'unmerged':
      return trans.__('Commits that did not land');
    case 'stashed':
      return trans.__('Stashes');
    case 'locked':
      return trans.__('It is locked');
    case 'in_use':
      return trans.__('It is in use: what runs there is stopped');
    case 'detached':
      return trans.__('A detached HEAD');
    case 'submodules':
      return trans.__('Work in submodules');
    case 'too_large':
      return trans.__('Files too large for the snapshot: gone for good');
  }
}
