/** How the work lands, where, with which words; it says what will happen before it does. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState, type FormEvent, type ReactElement } from 'react';

import type { Landed, LandInfo } from '../../protocol';
import type { ILanding } from '../../server/changes';
import { ServerError } from '../../server/request';
import { landIcon } from '../icons';
import { Segments, type ISegment } from '../segments';
import type { ILandProps } from './land';
import { prediction, refusalOf, type IRefusal } from './landWords';
import { Refusal } from './refusal';
import { Uncommitted } from './uncommitted';

type How = ILanding['how'];

export interface ILandFormProps extends ILandProps {
  readonly info: LandInfo;
  readonly onLanded: (landed: Landed) => void;
  /** The target has moved: look again. */
  readonly onLook: () => void;
}

export function LandForm(props: ILandFormProps): ReactElement {
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
  const ways: readonly ISegment<How>[] = [
    { value: 'squash', label: trans.__('Squash') },
    { value: 'merge', label: trans.__('Merge') },
    { value: 'rebase', label: trans.__('Rebase') }
  ];
  return (
    <form className="parsess-Land" onSubmit={land} aria-busy={busy}>
      <div className="parsess-Land-where">
        <Segments label={trans.__('How')} segments={ways} value={how} onChange={setHow} />
        <Target
          trans={trans}
          targets={info.targets}
          value={name}
          onChange={chosen => {
            setName(chosen);
            setRefusal(null);
          }}
        />
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
        <Uncommitted trans={trans} files={info.uncommitted} value={uncommitted} onChange={setUncommitted} />
      )}
      <ul className="parsess-Land-what" aria-label={trans.__('What will happen')}>
        {target &&
          prediction(trans, how, info, target, uncommitted, shorten).map(line => <li key={line}>{line}</li>)}
      </ul>
      {refusal && <Refusal trans={trans} landing={landing} refusal={refusal} target={name} how={how} />}
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

interface ITargetProps {
  readonly trans: TranslationBundle;
  readonly targets: LandInfo['targets'];
  readonly value: string;
  readonly onChange: (name: string) => void;
}

function Target({ trans, targets, value, onChange }: ITargetProps): ReactElement {
  return (
    <label className="parsess-Land-target">
      <span>{trans.__('into')}</span>
      <select
        className="parsess-Input parsess-Select"
        aria-label={trans.__('Target branch')}
        value={value}
        onChange={event => {
          onChange(event.target.value);
        }}
      >
        {targets.map(one => (
          <option key={one.name} value={one.name}>
            {one.name}
          </option>
        ))}
      </select>
    </label>
  );
}
