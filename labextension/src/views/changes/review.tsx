/** The remarks that wait: where they stand, and all of them sent as one prompt. */
import { useState, type ReactElement } from 'react';

import type { IViewContext } from '../contract';
import { closeIcon, commentIcon, sendIcon } from '../icons';
import type { IChangesActions, IChangesState } from './contract';
import { placeWord } from './words';

export interface IReviewProps {
  readonly context: IViewContext;
  readonly state: IChangesState;
  readonly actions: IChangesActions;
}

export function Review({ context, state, actions }: IReviewProps): ReactElement | null {
  const { trans } = context;
  const { comments, busy } = state;
  const [open, setOpen] = useState(false);
  if (comments.length === 0) {
    return null;
  }
  return (
    <div className="parsess-Review" role="group" aria-label={trans.__('Comments')}>
      <div className="parsess-Review-bar">
        <commentIcon.react tag="span" className="parsess-Line-icon" />
        <button
          type="button"
          className="parsess-Button parsess-mod-link"
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
          }}
        >
          {trans._n('%1 comment', '%1 comments', comments.length)}
        </button>
        <span className="parsess-Line-space" />
        <button
          type="button"
          className="parsess-Button parsess-mod-accent"
          disabled={busy}
          title={trans.__('Send all comments as one prompt')}
          onClick={() => {
            actions.sendComments();
          }}
        >
          <sendIcon.react tag="span" />
          {trans.__('Send comments')}
        </button>
      </div>
      {open && (
        <ul className="parsess-Review-list">
          {comments.map(({ id, path, place, text }) => (
            <li key={id}>
              <button
                type="button"
                className="parsess-Button parsess-mod-link"
                onClick={() => {
                  actions.select(path);
                }}
              >
                {[path, placeWord(trans, place)].filter(word => word !== '').join(', ')}
              </button>
              <span className="parsess-Review-text">{text}</span>
              <button
                type="button"
                className="parsess-IconButton"
                aria-label={trans.__('Remove the comment')}
                title={trans.__('Remove the comment')}
                onClick={() => {
                  actions.removeComment(id);
                }}
              >
                <closeIcon.react tag="span" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
