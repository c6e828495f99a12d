/** A remark on lines or a cell: being written, or waiting to be sent. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState, type ReactElement } from 'react';

import type { IComment } from '../../session/comments';
import { closeIcon, commentIcon } from '../icons';
import { placeWord } from './words';

export interface IRemarkDraftProps {
  readonly trans: TranslationBundle;
  /** What it is about, in words. */
  readonly where: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
  readonly onCancel: () => void;
}

export function RemarkDraft(props: IRemarkDraftProps): ReactElement {
  const { trans, where, text, onChange, onSave, onCancel } = props;
  return (
    <div className="parsess-Remark parsess-mod-draft">
      <textarea
        className="parsess-Input"
        aria-label={where === '' ? trans.__('Comment') : trans.__('Comment on %1', where)}
        placeholder={trans.__('What should be different here?')}
        rows={2}
        autoFocus
        value={text}
        onChange={event => {
          onChange(event.target.value);
        }}
        onKeyDown={event => {
          event.stopPropagation();
          if (event.key === 'Escape') {
            event.preventDefault();
            onCancel();
          } else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            onSave();
          }
        }}
      />
      <button type="button" className="parsess-Button" disabled={text.trim() === ''} onClick={onSave}>
        {trans.__('Comment')}
      </button>
      <button type="button" className="parsess-Button" onClick={onCancel}>
        {trans.__('Cancel')}
      </button>
    </div>
  );
}

export interface IRemarkProps {
  readonly trans: TranslationBundle;
  readonly comment: IComment;
  readonly onEdit: (text: string) => void;
  readonly onRemove: () => void;
}

export function Remark({ trans, comment, onEdit, onRemove }: IRemarkProps): ReactElement {
  const [edited, setEdited] = useState<string | null>(null);
  const where = placeWord(trans, comment.place);
  if (edited !== null) {
    return (
      <RemarkDraft
        trans={trans}
        where={where}
        text={edited}
        onChange={setEdited}
        onCancel={() => {
          setEdited(null);
        }}
        onSave={() => {
          if (edited.trim() !== '') {
            onEdit(edited.trim());
            setEdited(null);
          }
        }}
      />
    );
  }
  return (
    <div className="parsess-Remark" role="note" aria-label={trans.__('Comment on %1', where)}>
      <commentIcon.react tag="span" className="parsess-Line-icon" />
      <span className="parsess-Remark-text">{comment.text}</span>
      <button
        type="button"
        className="parsess-Button parsess-mod-link"
        onClick={() => {
          setEdited(comment.text);
        }}
      >
        {trans.__('Edit')}
      </button>
      <button
        type="button"
        className="parsess-IconButton"
        aria-label={trans.__('Remove the comment')}
        title={trans.__('Remove the comment')}
        onClick={onRemove}
      >
        <closeIcon.react tag="span" />
      </button>
    </div>
  );
}
