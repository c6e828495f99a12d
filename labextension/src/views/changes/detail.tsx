/** The chosen file: what happened to it, what can be done with it, and its diff. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState, type ReactElement } from 'react';

import type { Side, Sides } from '../../protocol';
import type { IFileChange } from '../../session/changes';
import type { IComment, IDraftComment } from '../../session/comments';
import type { IViewContext } from '../contract';
import { bytes } from '../format';
import { AskOnce } from './askOnce';
import { toggleStage, type IChangesActions, type IShownFile, type Layout } from './contract';
import { Counts } from './fileList';
import { ImageDiff } from './imageDiff';
import { NotebookDiff } from './notebookDiff';
import { TextDiff } from './textDiff';
import { facts } from './words';

/** Characters on both sides; above them the diff is drawn only when asked for. */
const LONG = 600_000;

export interface IDetailProps {
  readonly context: IViewContext;
  readonly actions: IChangesActions;
  readonly file: IFileChange;
  readonly shown: IShownFile;
  readonly layout: Layout;
  readonly comments: readonly IComment[];
  readonly draft: IDraftComment | null;
  readonly stages: boolean;
  readonly reverts: boolean;
  readonly busy: boolean;
  /** Its revert is asked about. */
  readonly asking: boolean;
  readonly onAsk: (asking: boolean) => void;
  readonly onLeave: () => void;
}

export function Detail(props: IDetailProps): ReactElement {
  const { context, actions, file, stages, reverts, busy, asking, onAsk } = props;
  const { trans } = context;
  const [whole, setWhole] = useState(false);
  const [asText, setAsText] = useState(false);
  const { sides, problem } = props.shown;
  const notebook = sides?.notebook ?? null;
  return (
    <section className="parsess-Detail" aria-label={file.path}>
      <div className="parsess-Detail-head">
        <button
          type="button"
          className="parsess-Button parsess-mod-link parsess-Detail-path"
          title={trans.__('Open %1', file.path)}
          disabled={file.status === 'deleted'}
          onClick={() => {
            actions.open(file.path, file.hunks[0]?.new_start);
          }}
        >
          <bdi>{file.path}</bdi>
        </button>
        <span className="parsess-Detail-facts">
          {[...facts(trans, file), ...endings(trans, sides)].join(' · ')}
        </span>
        <Counts trans={trans} file={file} />
        <span className="parsess-Line-space" />
        {notebook && <Toggle label={trans.__('As text')} pressed={asText} onChange={setAsText} />}
        {!notebook && file.hunks.length > 0 && (
          <Toggle
            className="parsess-Detail-whole"
            label={trans.__('Whole file')}
            pressed={whole}
            onChange={setWhole}
          />
        )}
        {stages && (
          <button
            type="button"
            className="parsess-Button parsess-mod-link"
            disabled={busy}
            aria-label={file.staged === 'all' ? trans.__('Unstage file') : trans.__('Stage file')}
            onClick={() => {
              toggleStage(actions, file);
            }}
          >
            {file.staged === 'all' ? trans.__('Unstage') : trans.__('Stage')}
            <span className="parsess-Detail-file">{trans.__('file')}</span>
          </button>
        )}
        {reverts && file.kind !== 'repository' && (
          <AskOnce
            trans={trans}
            label={trans.__('Revert file')}
            short={trans.__('Revert')}
            title={trans.__('Take all changes of the file back')}
            question={
              file.status === 'added' ? trans.__('Delete the new file?') : trans.__('Take all of it back?')
            }
            asking={asking}
            disabled={busy}
            onAsk={onAsk}
            onYes={() => {
              actions.revert(file.path, []);
            }}
          />
        )}
      </div>
      {problem !== null && (
        <p className="parsess-Error" role="alert">
          {problem}
        </p>
      )}
      {sides && <Body {...props} key={file.path} sides={sides} whole={whole} asText={asText} />}
    </section>
  );
}

function Toggle(props: {
  className?: string;
  label: string;
  pressed: boolean;
  onChange: (pressed: boolean) => void;
}): ReactElement {
  return (
    <button
      type="button"
      className={`parsess-Button parsess-mod-link ${props.className ?? ''}`}
      aria-pressed={props.pressed}
      onClick={() => {
        props.onChange(!props.pressed);
      }}
    >
      {props.label}
    </button>
  );
}

interface IBodyProps extends IDetailProps {
  readonly sides: Sides;
  readonly whole: boolean;
  readonly asText: boolean;
}

function Body(props: IBodyProps): ReactElement {
  const { context, file, shown, sides, asText } = props;
  const { trans } = context;
  const [all, setAll] = useState(false);
  const reason = whyNoText(trans, file, sides);
  if (sides.notebook && !asText) {
    return <NotebookDiff {...props} path={file.path} notebook={sides.notebook} />;
  }
  if (sides.old?.image ?? sides.new?.image) {
    return <ImageDiff trans={trans} before={sides.old} after={sides.new} />;
  }
  if (reason !== null) {
    return <p className="parsess-Detail-word">{reason}</p>;
  }
  const before = sides.old?.text ?? null;
  const after = sides.new?.text ?? null;
  if (before === after && file.hunks.length === 0) {
    return <p className="parsess-Detail-word">{trans.__('The text is the same.')}</p>;
  }
  const length = (before?.length ?? 0) + (after?.length ?? 0);
  if (length > LONG && !all) {
    return (
      <p className="parsess-Detail-word">
        {trans.__('A long file (%1): its diff may take a moment.', bytes(length))}{' '}
        <button
          type="button"
          className="parsess-Button parsess-mod-small"
          onClick={() => {
            setAll(true);
          }}
        >
          {trans.__('Show it')}
        </button>
      </p>
    );
  }
  return <TextDiff {...props} before={before} after={after} hunks={shown.hunks} />;
}

/** Why there is no text to compare; null: there is. */
function whyNoText(trans: TranslationBundle, file: IFileChange, { old, new: now }: Sides): string | null {
  if (file.kind === 'repository') {
    return trans.__('A repository inside this one. It is left alone.');
  }
  if (file.kind === 'submodule') {
    return trans.__('Submodule: %1 → %2', commitOf(trans, old), commitOf(trans, now));
  }
  if (old?.binary || now?.binary) {
    return trans.__('No text: %1 → %2.', sizeOf(trans, old), sizeOf(trans, now));
  }
  if ([old, now].some(side => side !== null && side.text === null)) {
    return trans.__(
      'Too large to be compared here: %1 → %2. Open the file to read it.',
      sizeOf(trans, old),
      sizeOf(trans, now)
    );
  }
  return null;
}

const commitOf = (trans: TranslationBundle, side: Side | null) =>
  side?.hash.slice(0, 9) ?? trans.__('nothing');
const sizeOf = (trans: TranslationBundle, side: Side | null) =>
  side ? bytes(side.size) : trans.__('nothing');

/** A change of line ends is seen nowhere else. */
function endings(trans: TranslationBundle, sides: Sides | null): string[] {
  const [before, after] = [sides?.old?.eol ?? 'none', sides?.new?.eol ?? 'none'];
  const changed = before !== after && before !== 'none' && after !== 'none';
  return changed ? [trans.__('line ends %1 → %2', before.toUpperCase(), after.toUpperCase())] : [];
}
