/** Landing the work: how, where, with which words, and what will happen. */
import { useEffect, useRef, useState, type FormEvent, type ReactElement } from 'react';

import type { Landed, LandInfo } from '../../protocol';
import { ServerError } from '../../server/request';
import type { ILanding } from '../../server/changes';
import { closeIcon, doneIcon, failedIcon, landIcon } from '../icons';
import type { IChangesProps } from './changes';
import { Publish } from './publish';
import { prediction, type IRefusal, refusalOf } from './landWords';

export interface ILandProps extends IChangesProps {
  readonly onClose: () => void;
}

type How = ILanding['how'];

export function Land(props: ILandProps): ReactElement {
  const { context, landing, session, shorten, onClose } = props;
  const { trans } = context;
  const [info, setInfo] = useState<LandInfo | null>(null);
  const [problem, setProblem] = useState('');
  const [landed, setLanded] = useState<Landed | null>(null);
  const look = () => {
    landing.info().then(setInfo, (reason: unknown) => {
      setProblem(messageOf(reason));
    });
  };
  // Once for each time the panel is opened.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(look, []);
  return (
    <section
      className="parsess-Panel"
      aria-label={trans.__('Land the work')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault();
          onClose();
        }
      }}
    >
      <PanelHead
        title={session.branch === null ? trans.__('Land the work') : trans.__('Land %1', session.branch)}
        closeLabel={trans.__('Back to the changes')}
        onClose={onClose}
      />
      {problem !== '' && (
        <p className="parsess-Error" role="alert">
          {problem}
        </p>
      )}
      {!info && problem === '' && (
        <div className="parsess-Skeleton" role="status" aria-label={trans.__('Looking where it could land')}>
          <div />
          <div />
        </div>
      )}
      {landed ? (
        <AfterLanding {...props} landed={landed} />
      ) : (
        info && (
          <>
            <LandForm {...props} info={info} onLanded={setLanded} onLook={look} />
            <Publish context={context} landing={landing} info={info} name={session.name} shorten={shorten} />
          </>
        )
      )}
    </section>
  );
}

interface IPanelHeadProps {
  readonly title: string;
  readonly closeLabel: string;
  readonly onClose: () => void;
}

export function PanelHead({ title, closeLabel, onClose }: IPanelHeadProps): ReactElement {
  return (
    <div className="parsess-Panel-head">
      <h3>{title}</h3>
      <span className="parsess-Line-space" />
      <button
        type="button"
        className="parsess-IconButton"
        aria-label={closeLabel}
        title={closeLabel}
        onClick={onClose}
      >
        <closeIcon.react tag="span" />
      </button>
    </div>
  );
}

interface ILandFormProps extends ILandProps {
  readonly info: LandInfo;
  readonly onLanded: (landed: Landed) => void;
  /** The target has moved: look again. */
  readonly onLook: () => void;
}

function LandForm(props: ILandFormProps): ReactElement {
  const { context, landing, session, shorten, info, onLanded, onLook, onClose } = props;
  const { trans } = context;
  const [how, setHow] = useState<How>('squash');
  const [name, setName] = useState(info.target ?? info.targets[0]?.name ?? '');
  const [message, setMessage] = useState(session.name);
  const [uncommitted, setUncommitted] = useState<'leave' | 'include' | null>(null);
  const [refusal, setRefusal] = useState<IRefusal | null>(null);
  const [busy, setBusy] = useState(false);
  const target = info.targets.find(one => one.name === name);
  const decided = info.uncommitted.length === 0 || uncommitted !== null;
  const nothing = target?.ahead === 0 && uncommitted !== 'include';
  const ready =
    target !== undefined && decided && !nothing && !busy && (how === 'rebase' || message.trim() !== '');

  const land = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) {
      return;
    }
    setBusy(true);
    setRefusal(null);
    landing
      .land({
        how,
        target: target.name,
        expected: target.commit,
        ...(message.trim() === '' ? {} : { message: message.trim() }),
        ...(uncommitted === null ? {} : { uncommitted })
      })
      .then(onLanded, (reason: unknown) => {
        setRefusal(refusalOf(trans, reason, target.name, shorten));
        if (reason instanceof ServerError && ['moved_target', 'uncommitted'].includes(reason.code)) {
          onLook();
        }
      })
      .finally(() => {
        setBusy(false);
      });
  };
  if (info.targets.length === 0) {
    return <p>{trans.__('There is no other branch here that the work could land on.')}</p>;
  }
  const ways: readonly [How, string][] = [
    ['squash', trans.__('Squash')],
    ['merge', trans.__('Merge')],
    ['rebase', trans.__('Rebase')]
  ];
  return (
    <form className="parsess-Land" onSubmit={land} aria-busy={busy}>
      <div className="parsess-Land-where">
        <div className="parsess-Segments" role="radiogroup" aria-label={trans.__('How')}>
          {ways.map(([value, label]) => (
            <label key={value} className="parsess-Segments-one">
              <input
                type="radio"
                name="how"
                checked={how === value}
                onChange={() => {
                  setHow(value);
                }}
              />
              <span>{label}</span>
            </label>
          ))}
        </div>
        <label className="parsess-Land-target">
          <span>{trans.__('into')}</span>
          <select
            className="parsess-Input parsess-Select"
            aria-label={trans.__('Target branch')}
            value={name}
            onChange={event => {
              setName(event.target.value);
              setRefusal(null);
            }}
          >
            {info.targets.map(one => (
              <option key={one.name} value={one.name}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {how !== 'rebase' && (
        <textarea
          className="parsess-Input"
          aria-label={trans.__('Message')}
          placeholder={trans.__('Message of the commit on %1', name)}
          rows={2}
          value={message}
          onChange={event => {
            setMessage(event.target.value);
          }}
        />
      )}
      {info.uncommitted.length > 0 && (
        <Uncommitted {...props} value={uncommitted} onChange={setUncommitted} />
      )}
      <ul className="parsess-Land-what" aria-label={trans.__('What will happen')}>
        {target &&
          prediction(trans, how, info, target, uncommitted, shorten).map(line => <li key={line}>{line}</li>)}
      </ul>
      {refusal && <Refusal {...props} refusal={refusal} target={name} how={how} />}
      <div className="parsess-Panel-end">
        <button type="button" className="parsess-Button" onClick={onClose}>
          {trans.__('Cancel')}
        </button>
        <button type="submit" className="parsess-Button parsess-mod-accent" disabled={!ready}>
          <landIcon.react tag="span" />
          {busy ? trans.__('Landing…') : trans.__('Land into %1', name)}
        </button>
      </div>
    </form>
  );
}

interface IUncommittedProps extends ILandFormProps {
  readonly value: 'leave' | 'include' | null;
  readonly onChange: (value: 'leave' | 'include') => void;
}

function Uncommitted({ context, info, value, onChange }: IUncommittedProps): ReactElement {
  const { trans } = context;
  const { uncommitted: files } = info;
  const option = (one: 'leave' | 'include', label: string) => (
    <label className="parsess-Check">
      <input
        type="radio"
        name="uncommitted"
        checked={value === one}
        onChange={() => {
          onChange(one);
        }}
      />
      <span>{label}</span>
    </label>
  );
  return (
    <fieldset className="parsess-Land-uncommitted">
      <legend>
        {trans._n('%1 change is in no commit:', '%1 changes are in no commit:', files.length)}{' '}
        <span className="parsess-Quiet" title={files.join('\n')}>
          {some(files)}
        </span>
      </legend>
      {option('include', trans.__('Commit them first, with the message above'))}
      {option('leave', trans.__('Leave them here, land what is committed'))}
    </fieldset>
  );
}

interface IRefusalProps extends ILandFormProps {
  readonly refusal: IRefusal;
  readonly target: string;
  readonly how: How;
}

/** Why it did not land; nothing has changed then. */
function Refusal({ context, landing, refusal, target, how }: IRefusalProps): ReactElement {
  const { trans } = context;
  const [sent, setSent] = useState(false);
  const [error, setError] = useState('');
  const node = useRef<HTMLDivElement>(null);
  useEffect(() => {
    node.current?.scrollIntoView({ block: 'nearest' });
  }, [refusal]);
  return (
    <div className="parsess-Refusal" role="alert" ref={node}>
      <failedIcon.react tag="span" className="parsess-Line-icon" />
      <div className="parsess-Refusal-body">
        <p>{refusal.message}</p>
        {refusal.advice !== '' && <p className="parsess-Quiet">{refusal.advice}</p>}
        {refusal.files.length > 0 && (
          <ul className="parsess-Refusal-files">
            {refusal.files.map(file => (
              <li key={file}>{file}</li>
            ))}
          </ul>
        )}
        {refusal.code === 'conflict' && (
          <button
            type="button"
            className="parsess-Button"
            disabled={sent}
            onClick={() => {
              setSent(true);
              setError('');
              landing.resolve(target, how, refusal.files).catch((reason: unknown) => {
                setSent(false);
                setError(messageOf(reason));
              });
            }}
          >
            {sent ? trans.__('Asked the agent') : trans.__('Let the agent resolve')}
          </button>
        )}
        {error !== '' && <p className="parsess-Error">{error}</p>}
      </div>
    </div>
  );
}

interface IAfterLandingProps extends ILandProps {
  readonly landed: Landed;
}

function AfterLanding({ context, actions, session, landed, onClose }: IAfterLandingProps): ReactElement {
  const { trans } = context;
  return (
    <div className="parsess-Land" role="status">
      <p className="parsess-Land-done">
        <doneIcon.react tag="span" className="parsess-Line-icon" />
        {trans.__('Landed on %1 as %2.', landed.target, landed.commit.slice(0, 9))}
      </p>
      <div className="parsess-Panel-end">
        <button type="button" className="parsess-Button" onClick={onClose}>
          {trans.__('Go on working')}
        </button>
        {session.worktree?.id && (
          <button
            type="button"
            className="parsess-Button parsess-mod-accent"
            autoFocus
            onClick={() => {
              actions.showPanel('remove');
            }}
          >
            {trans.__('Archive the session and remove the worktree…')}
          </button>
        )}
      </div>
    </div>
  );
}

export function some(names: readonly string[], most = 3): string {
  return names.length > most ? `${names.slice(0, most).join(', ')} …` : names.join(', ');
}

export function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
