/** The form that a new pane begins with: everything has a default, Enter at once starts. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useState, type FormEvent, type ReactElement } from 'react';

import type { AgentInfo, Bases, WorktreeRequest } from '../protocol';
import { messageOf } from '../server/request';
import { AgentFields } from './agentFields';
import { DirectoryField } from './directoryField';
import { fieldOf, type Field } from './formError';
import { Existing, Recent } from './formLinks';
import { sendIcon, sessionIcon } from './icons';
import { WorktreeField } from './worktreeField';

/** What the form asks the server for; `null` means: the agent's own default. */
export interface INewSession {
  readonly directory: string;
  readonly agent: string;
  readonly model: string | null;
  readonly mode: string | null;
  readonly effort: string | null;
  /** A new worktree to work in; null: in the directory itself. */
  readonly worktree: WorktreeRequest | null;
  /** The first task; empty: none. */
  readonly prompt: string;
}

/** What the form begins with; what is left out is the default. */
export interface Choices extends Partial<INewSession> {
  /** The session that was asked for like this and came to nothing: it goes when this one is there. */
  readonly replaces?: string;
}

/** A directory offered while one types, git repositories first. Same shape as the server's. */
export interface IDirectoryMatch {
  readonly path: string;
  readonly name: string;
  readonly git: { readonly branch: string | null; readonly changes: number | null } | null;
}

/** A session that exists already: offered as *Open* when it works in the directory chosen. */
export interface IExistingSession {
  readonly id: string;
  readonly name: string;
  readonly directory: string;
  readonly state: string;
}

export interface ICreationFormProps {
  readonly trans: TranslationBundle;
  readonly initial: Choices;
  /** What was typed and chosen before the page was left: it comes before everything else. */
  readonly draft: Choices;
  readonly onDraftChange: (draft: Choices) => void;
  /** In the order they are offered; undefined while the server hasn't answered. */
  readonly agents: readonly AgentInfo[] | undefined;
  readonly existing: readonly IExistingSession[];
  /** Absolute paths, the latest first. */
  readonly recent: readonly string[];
  /** The last choices made for a directory, if any. */
  readonly remembered: (directory: string) => Choices | undefined;
  readonly shorten: (path: string) => string;
  readonly findDirectories: (query: string) => Promise<readonly IDirectoryMatch[]>;
  /** JupyterLab's own picker; null when it was closed. */
  readonly pickDirectory: () => Promise<string | null>;
  /** What a worktree of the repository around a directory could start from. */
  readonly findBases: (directory: string) => Promise<Bases>;
  /** The same after the remote was asked what is new. */
  readonly fetchBases: (directory: string, base: string | null) => Promise<Bases>;
  /** Rejects with an Error; its `code`, if it has one, tells which field it concerns. */
  readonly create: (request: INewSession) => Promise<void>;
  readonly open: (id: string) => void;
}

export function CreationForm(props: ICreationFormProps): ReactElement {
  const { trans, initial, agents, create } = props;
  // What is chosen; what isn't is worked out from the agents, the last choices and the defaults.
  const [chosen, setChosen] = useDraft(props);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<{ field: Field; message: string } | null>(null);
  const change = (to: Choices) => {
    setChosen(now => ({ ...now, ...to }));
  };
  const directory = chosen.directory ?? initial.directory ?? '';
  const known = { ...initial, ...props.remembered(directory) };
  const agent = pickAgent(agents ?? [], chosen.agent ?? known.agent);
  const request: INewSession = {
    directory,
    agent: agent?.id ?? '',
    model: chosen.model ?? known.model ?? null,
    effort: chosen.effort ?? known.effort ?? null,
    mode: chosen.mode ?? known.mode ?? null,
    worktree: chosen.worktree === undefined ? (known.worktree ?? null) : chosen.worktree,
    prompt: chosen.prompt ?? initial.prompt ?? ''
  };
  const startable = agent?.available === true && directory.trim() !== '' && !busy;

  const start = (event?: FormEvent) => {
    event?.preventDefault();
    if (!startable) {
      return;
    }
    setBusy(true);
    setError(null);
    create({ ...offered(request, agent), directory: directory.trim() }).catch((reason: unknown) => {
      setError({
        field: fieldOf(reason),
        message: messageOf(reason)
      });
      setBusy(false);
    });
  };
  const errorAt = (field: Field) => (error?.field === field ? error.message : null);

  return (
    <form className="parsess-Form" onSubmit={start} aria-label={trans.__('New session')} aria-busy={busy}>
      <h2 className="parsess-Form-title">
        <sessionIcon.react tag="span" />
        {trans.__('New session')}
      </h2>
      <DirectoryField
        trans={trans}
        value={directory}
        onChange={value => {
          change({ directory: value });
          setError(null);
        }}
        findDirectories={props.findDirectories}
        pickDirectory={props.pickDirectory}
        error={errorAt('directory')}
      />
      <WorktreeField
        trans={trans}
        directory={directory}
        value={request.worktree}
        onChange={worktree => {
          change({ worktree });
          setError(null);
        }}
        findBases={props.findBases}
        fetchBases={props.fetchBases}
        shorten={props.shorten}
        errorAt={errorAt}
      />
      <AgentFields
        trans={trans}
        agents={agents}
        agent={agent}
        request={request}
        errorAt={errorAt}
        onChoose={(field, value) => {
          setError(null);
          // Another agent has other models: what was chosen for the last one means nothing to it.
          const others = field === 'agent' ? { model: null, mode: null, effort: null } : {};
          change({ ...others, [field]: value });
        }}
      />
      <label className="parsess-Field">
        <span className="parsess-Field-label">{trans.__('First task')}</span>
        <textarea
          className="parsess-Input"
          rows={3}
          value={request.prompt}
          placeholder={trans.__('Optional')}
          onChange={event => {
            change({ prompt: event.target.value });
          }}
          onKeyDown={event => {
            if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
              start(event);
            }
          }}
        />
      </label>
      <div className="parsess-Form-end">
        {errorAt('form') !== null && (
          <p className="parsess-Error" role="alert">
            {errorAt('form')}
          </p>
        )}
        <button type="submit" className="parsess-Button parsess-mod-accent" disabled={!startable}>
          <sendIcon.react tag="span" />
          {trans.__('Start session')}
        </button>
      </div>
      <Existing {...props} directory={directory} />
      <Recent
        {...props}
        directory={directory}
        onChoose={path => {
          change({ directory: path });
        }}
      />
    </form>
  );
}

/** Reported whenever it changes. */
function useDraft({ draft, onDraftChange }: ICreationFormProps) {
  const state = useState(draft);
  const [current] = state;
  useEffect(() => {
    if (current !== draft) {
      onDraftChange(current);
    }
  }, [current, draft, onDraftChange]);
  return state;
}

/** The one asked for, else the first that can be started. */
function pickAgent(agents: readonly AgentInfo[], wanted: string | undefined): AgentInfo | undefined {
  return agents.find(({ id }) => id === wanted) ?? agents.find(({ available }) => available) ?? agents[0];
}

/** Without what the agent doesn't offer. */
function offered(request: INewSession, agent: AgentInfo): INewSession {
  const { modes = [], options = [] } = agent.capabilities ?? {};
  const isOffered = (category: string, value: string | null) =>
    options.some(
      option => option.category === category && option.options?.some(choice => choice.value === value)
    );
  return {
    ...request,
    model: isOffered('model', request.model) ? request.model : null,
    effort: isOffered('thought_level', request.effort) ? request.effort : null,
    mode: request.mode !== null && modes.includes(request.mode) ? request.mode : null
  };
}
