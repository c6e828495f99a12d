/** One line that says at a glance what the session does, where, with what, and what it has used. */
import { useRef, useState, type ReactElement } from 'react';

import { messageOf } from '../server/request';
import type { ISessionState } from '../session/state';
import { ACTIVITY_ICONS, activityWord } from './activity';
import type { Density, IViewContext } from './contract';
import { Gauge } from './gauge';
import { Environment } from './environmentBadge';
import { moreIcon } from './icons';
import { openMenu, type MenuEntry } from './menu';
import { Radar } from './radar';
import { Settings, settingsEntries, type ISessionFacts } from './settings';
import { Branch } from './worktreeBadge';

export interface IHeaderProps {
  readonly context: IViewContext;
  readonly state: ISessionState;
  readonly session: ISessionFacts;
  readonly shorten: (path: string) => string;
  readonly onDensityChange: (density: Density) => void;
  readonly menu: readonly MenuEntry[];
}

/** What is archived goes on with nothing. */
const NO_CONFLICTS: ISessionFacts['conflicts'] = [];

export function Header(props: IHeaderProps): ReactElement {
  const { context, state, session, shorten } = props;
  const directory = state.directory ?? session.directory;
  const [renaming, setRenaming] = useState(false);
  return (
    <header className="parsess-Header">
      <Sign context={context} state={state} />
      <Name context={context} name={state.name} renaming={renaming} onRenaming={setRenaming} />
      <span className="parsess-Header-where">
        <Branch trans={context.trans} session={session} shorten={shorten} />
        <span className="parsess-Header-place" title={directory}>
          {shorten(directory)}
        </span>
        <Environment trans={context.trans} session={session} shorten={shorten} />
      </span>
      <Radar context={context} conflicts={state.archived ? NO_CONFLICTS : session.conflicts} />
      <Settings context={context} state={state} session={session} />
      <Gauge trans={context.trans} usage={state.usage} />
      <More
        {...props}
        onRename={() => {
          setRenaming(true);
        }}
      />
    </header>
  );
}

/** The word is what a screen reader announces when it changes. */
function Sign({ context: { trans }, state }: Pick<IHeaderProps, 'context' | 'state'>): ReactElement {
  const Icon = ACTIVITY_ICONS[state.activity];
  return (
    <span className={`parsess-Sign parsess-mod-${state.activity}`} role="status">
      <Icon.react tag="span" />
      <span className="parsess-Sign-word">{activityWord(trans, state.activity)}</span>
    </span>
  );
}

interface INameProps {
  readonly context: IViewContext;
  readonly name: string;
  readonly renaming: boolean;
  readonly onRenaming: (renaming: boolean) => void;
}

/** A double click makes it a field; Enter or leaving keeps, Escape gives up. */
function Name({ context, name, renaming, onRenaming }: INameProps): ReactElement {
  const { trans, actions } = context;
  const [error, setError] = useState('');
  const left = useRef(false);
  if (!renaming) {
    return (
      <span
        className={`parsess-Header-name${error === '' ? '' : ' parsess-mod-failed'}`}
        title={error || trans.__('%1 (double click to rename)', name)}
        onDoubleClick={() => {
          left.current = false;
          onRenaming(true);
        }}
      >
        {name}
      </span>
    );
  }
  const keep = (wanted: string) => {
    if (left.current) {
      return;
    }
    left.current = true;
    onRenaming(false);
    if (wanted !== '' && wanted !== name) {
      actions.rename(wanted).then(
        () => {
          setError('');
        },
        (reason: unknown) => {
          setError(messageOf(reason));
        }
      );
    }
  };
  return (
    <input
      className="parsess-Input parsess-Header-rename"
      aria-label={trans.__('Session name')}
      defaultValue={name}
      autoFocus
      onFocus={event => {
        left.current = false;
        event.target.select();
      }}
      onBlur={event => {
        keep(event.target.value.trim());
      }}
      onKeyDown={event => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
          keep(event.currentTarget.value.trim());
        } else if (event.key === 'Escape') {
          event.preventDefault();
          left.current = true;
          onRenaming(false);
        }
      }}
    />
  );
}

/** All that can be done with the session, and what a narrow pane has no room for. */
function More(props: IHeaderProps & { readonly onRename: () => void }): ReactElement {
  const { context, state, session, onRename } = props;
  const label = context.trans.__('Session menu');
  return (
    <button
      type="button"
      className="parsess-IconButton parsess-Header-more"
      title={label}
      aria-label={label}
      aria-haspopup="menu"
      aria-expanded="false"
      onClick={event => {
        openMenu(event.currentTarget, [
          { label: context.trans.__('Rename…'), run: onRename },
          ...settingsEntries(context, state, session),
          densityEntry(props),
          { type: 'separator' },
          ...props.menu
        ]);
      }}
    >
      <moreIcon.react tag="span" />
    </button>
  );
}

function densityEntry({ context, onDensityChange }: IHeaderProps): MenuEntry {
  const { trans, density } = context;
  const entry = (value: Density, label: string): MenuEntry => ({
    label,
    toggled: density === value,
    run: () => {
      onDensityChange(value);
    }
  });
  return {
    type: 'submenu',
    label: trans.__('Conversation'),
    entries: [
      entry('summary', trans.__('Summary')),
      entry('normal', trans.__('Normal')),
      entry('verbose', trans.__('Everything'))
    ]
  };
}
