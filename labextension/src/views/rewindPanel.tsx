/** Going back to right before a prompt: which one, what of it, and what would be written. */
import { useEffect, useState, type ReactElement } from 'react';

import type { RewindPreview } from '../protocol';
import type { IRewinding } from '../server/changes';
import { messageOf } from '../server/request';
import type { IPromptItem } from '../session/state';
import type { IViewContext } from './contract';
import { failedIcon, rewindIcon } from './icons';
import { clock } from './format';
import { Segments, type ISegment } from './segments';

export interface IRewindPanelProps {
  readonly context: IViewContext;
  readonly prompts: readonly IPromptItem[];
  /** The event of the prompt that was chosen. */
  readonly to: number;
  readonly running: boolean;
  readonly onChoose: (to: number) => void;
  readonly onClose: () => void;
  /** The prompt that was taken back, to be written anew. */
  readonly onRewound: (text: string) => void;
}

type What = IRewinding['what'];

export function RewindPanel(props: IRewindPanelProps): ReactElement {
  const { context, prompts, to, running, onChoose, onClose, onRewound } = props;
  const { trans, actions } = context;
  const [chosen, setChosen] = useState<What>('both');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const { preview, error } = usePreview(context, to, running);
  const files = preview?.files ?? null;
  const what: What = preview && !files ? 'conversation' : chosen;
  const external = what === 'conversation' ? [] : (files?.external ?? []);

  const rewind = () => {
    setBusy(true);
    setProblem('');
    actions.rewind({ to, what, ...(external.length > 0 ? { consent_external: true } : {}) }).then(
      ({ prompt }) => {
        onRewound(what === 'files' ? '' : (prompt?.text ?? ''));
      },
      (reason: unknown) => {
        setProblem(messageOf(reason));
        setBusy(false);
      }
    );
  };
  const noFiles = preview !== null && !files;
  const ways: readonly ISegment<What>[] = [
    { value: 'both', label: trans.__('Both'), disabled: noFiles },
    { value: 'files', label: trans.__('Files'), disabled: noFiles },
    { value: 'conversation', label: trans.__('Conversation') }
  ];
  return (
    <section
      className="parsess-RewindPanel"
      aria-label={trans.__('Rewind')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault();
          onClose();
        }
      }}
    >
      <div className="parsess-RewindPanel-line">
        <rewindIcon.react tag="span" className="parsess-Line-icon" />
        <span className="parsess-RewindPanel-title">{trans.__('Back to before')}</span>
        <select
          className="parsess-Input parsess-Select"
          aria-label={trans.__('Back to before the prompt')}
          autoFocus
          value={to}
          onChange={event => {
            onChoose(Number(event.target.value));
          }}
        >
          {[...prompts].reverse().map(prompt => (
            <option key={prompt.seq} value={prompt.seq}>
              {`${clock(prompt.at)} · ${textOf(prompt)}`}
            </option>
          ))}
        </select>
      </div>
      <Segments label={trans.__('What goes back')} segments={ways} value={what} onChange={setChosen} />
      {running && <p className="parsess-Quiet">{trans.__('A turn is running. Stop it first.')}</p>}
      {preview && <Effects context={context} preview={preview} what={what} />}
      {external.length > 0 && <External context={context} files={external} />}
      {(problem !== '' || error !== '') && (
        <p className="parsess-Error" role="alert">
          {problem || error}
        </p>
      )}
      <div className="parsess-Options">
        <button
          type="button"
          className="parsess-Button parsess-mod-accent"
          disabled={busy || running || !preview}
          onClick={rewind}
        >
          {external.length > 0 ? trans.__('Rewind, over these changes too') : trans.__('Rewind')}
        </button>
        <button type="button" className="parsess-Button" onClick={onClose}>
          {trans.__('Cancel')}
        </button>
        <span className="parsess-Quiet">{trans.__('It can be undone.')}</span>
      </div>
    </section>
  );
}

function usePreview({ actions }: IViewContext, to: number, running: boolean) {
  const [found, setFound] = useState<{ preview: RewindPreview | null; error: string }>({
    preview: null,
    error: ''
  });
  useEffect(() => {
    let current = true;
    setFound({ preview: null, error: '' });
    actions.previewRewind(to).then(
      preview => {
        if (current) {
          setFound({ preview, error: '' });
        }
      },
      (reason: unknown) => {
        if (current) {
          setFound({ preview: null, error: messageOf(reason) });
        }
      }
    );
    return () => {
      current = false;
    };
  }, [actions, to, running]);
  return found;
}

interface IEffectsProps {
  readonly context: IViewContext;
  readonly preview: RewindPreview;
  readonly what: What;
}

/** What would be written, before anything is. */
function Effects({ context: { trans }, preview, what }: IEffectsProps): ReactElement {
  const { files, turns } = preview;
  return (
    <ul className="parsess-RewindPanel-effects" aria-label={trans.__('What will happen')}>
      {what !== 'files' && (
        <li>
          {trans._n(
            '%1 turn leaves the conversation; its prompt goes back into the composer.',
            '%1 turns leave the conversation; the first prompt goes back into the composer.',
            turns
          )}
        </li>
      )}
      {!files && (
        <li>{trans.__('No snapshot of the files was kept before this prompt: they stay as they are.')}</li>
      )}
      {files && what !== 'conversation' && (
        <>
          {files.written.length + files.deleted.length === 0 && (
            <li>{trans.__('The files are the same as then.')}</li>
          )}
          <Names title={trans.__('Written as they were')} names={files.written} />
          <Names title={trans.__('Deleted, since they were not there')} names={files.deleted} />
          <Names
            title={trans.__('Left alone')}
            names={files.kept.map(({ path, detail }) => (detail ? `${path} (${detail})` : path))}
          />
        </>
      )}
    </ul>
  );
}

const SHOWN = 6;

function Names({ title, names }: { title: string; names: readonly string[] }): ReactElement | null {
  if (names.length === 0) {
    return null;
  }
  const more = names.length > SHOWN ? ` … (${names.length})` : '';
  return (
    <li title={names.join('\n')}>
      {title}: <code>{names.slice(0, SHOWN).join(', ')}</code>
      {more}
    </li>
  );
}

function External({
  context: { trans },
  files
}: {
  context: IViewContext;
  files: readonly string[];
}): ReactElement {
  return (
    <div className="parsess-Refusal" role="note">
      <failedIcon.react tag="span" className="parsess-Line-icon" />
      <div className="parsess-Refusal-body">
        <p>
          {trans._n(
            '%1 file was changed by somebody else since the last turn, and would be written over:',
            '%1 files were changed by somebody else since the last turn, and would be written over:',
            files.length
          )}
        </p>
        <p title={files.join('\n')}>
          <code>{files.slice(0, SHOWN).join(', ')}</code>
        </p>
      </div>
    </div>
  );
}

function textOf({ content }: IPromptItem): string {
  const text = content.map(block => (block.type === 'text' ? block.text : '')).join(' ');
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
