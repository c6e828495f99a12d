/** Over the changes: which of them, how a diff lies, and the way to land them. */
import type { ReactElement } from 'react';

import { SCOPES } from '../../session/changes';
import { landIcon, splitIcon, unifiedIcon } from '../icons';
import { Segments } from '../segments';
import type { IChangesProps } from './changes';
import { scopeCaption, scopeWord } from './words';

export function Bar({ context, state, actions, session }: IChangesProps): ReactElement {
  const { trans } = context;
  const { scope, list, layout } = state;
  const target = session.worktree?.landed === null ? session.worktree.base : null;
  return (
    <div className="parsess-Changes-bar">
      <Segments
        label={trans.__('Changes of')}
        segments={SCOPES.map(value => ({
          value,
          label: scopeWord(trans, value),
          title: scopeCaption(trans, value)
        }))}
        value={scope}
        onChange={value => {
          actions.setScope(value);
        }}
      />
      {list?.base_name && scope === 'branch' && (
        <span className="parsess-Changes-base">{trans.__('since %1', list.base_name)}</span>
      )}
      <span className="parsess-Line-space" />
      <button
        type="button"
        className="parsess-IconButton parsess-Changes-layout"
        aria-pressed={layout === 'split'}
        aria-label={trans.__('Side by side')}
        title={
          layout === 'split'
            ? trans.__('Show before and after in one column')
            : trans.__('Show before and after side by side')
        }
        onClick={() => {
          actions.setLayout(layout === 'split' ? 'unified' : 'split');
        }}
      >
        {layout === 'split' ? <unifiedIcon.react tag="span" /> : <splitIcon.react tag="span" />}
      </button>
      {target !== null && session.worktree?.status === 'ready' && !session.readOnly && (
        <button
          type="button"
          className="parsess-Button parsess-mod-small"
          aria-label={trans.__('Land into %1…', target)}
          title={trans.__('Bring the work into %1: merge, squash or rebase', target)}
          onClick={() => {
            actions.showPanel('land');
          }}
        >
          <landIcon.react tag="span" />
          <span className="parsess-Changes-land">{trans.__('Land into %1…', target)}</span>
        </button>
      )}
    </div>
  );
}
