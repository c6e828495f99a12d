/** A tool call: one line with icon, verb, object, result and duration, that opens to all there is. */
import { memo, useState, type ReactElement } from 'react';

import type { IToolItem } from '../session/state';
import type { IViewContext } from './contract';
import { DiffStat } from './diffStat';
import { Fold } from './fold';
import { duration, elapsed, ticking, within } from './format';
import { terminalIcon } from './icons';
import { useNow } from './time';
import { commandOf, diffsOf, ToolBody } from './toolBody';
import { kindIcon } from './toolIcon';
import { statusWord, toolWords } from './toolWords';

export interface IToolCallProps {
  readonly context: IViewContext;
  readonly item: IToolItem;
  readonly directory: string;
  readonly onOpen?: ((open: boolean) => void) | undefined;
}

function ToolCallView(props: IToolCallProps): ReactElement {
  const { context, item, directory, onOpen } = props;
  const [open, setOpen] = useState<boolean | null>(null);
  const { verb, object } = toolWords(context.trans, item);
  const Icon = kindIcon(item.kind);
  const isOpen = open ?? context.density === 'verbose';
  return (
    <Fold
      className="parsess-ToolCall"
      status={item.status}
      open={isOpen}
      onToggle={wanted => {
        setOpen(wanted);
        onOpen?.(wanted);
      }}
      aside={item.kind === 'execute' && <ToTerminal context={context} command={commandOf(item) ?? object} />}
      line={
        <>
          <Icon.react tag="span" className="parsess-Line-icon" />
          {verb !== '' && <span className="parsess-Line-verb">{verb}</span>}
          <span className={`parsess-Line-object${verb === '' ? '' : ' parsess-mod-code'}`} title={object}>
            {within(directory, object)}
          </span>
          <span className="parsess-Line-space" />
          <Facts context={context} item={item} />
        </>
      }
    >
      <ToolBody context={context} item={item} directory={directory} />
    </Fold>
  );
}

export const ToolCall = memo(ToolCallView);

interface IFactsProps {
  readonly context: IViewContext;
  readonly item: IToolItem;
}

function Facts({ context: { trans }, item }: IFactsProps): ReactElement {
  const word = statusWord(trans, item);
  const exited = item.exitCode !== null && item.exitCode !== 0;
  const bad = exited || item.status === 'failed';
  const diffs = diffsOf(item.content);
  return (
    <>
      {diffs.length > 0 && <DiffStat trans={trans} diffs={diffs} />}
      {item.terminal !== null && <span className="parsess-Line-fact">{trans.__('in your terminal')}</span>}
      {item.exitCode !== null ? (
        <span className={`parsess-Line-fact${bad ? ' parsess-mod-failed' : ''}`}>
          {trans.__('exit %1', item.exitCode)}
        </span>
      ) : (
        word !== '' && <span className={factClass(item, bad)}>{word}</span>
      )}
      <Took context={{ trans }} item={item} />
    </>
  );
}

/** The verb shows that a call is in progress; in words it is for those who only hear. */
function factClass({ status, kind }: IToolItem, bad: boolean): string {
  if (status === 'in_progress' && kind !== 'other') {
    return 'parsess-Hidden';
  }
  return bad ? 'parsess-Line-fact parsess-mod-failed' : 'parsess-Line-fact';
}

/** How long it took, or has taken so far. Too short to matter: nothing. */
function Took({
  context,
  item
}: {
  context: Pick<IViewContext, 'trans'>;
  item: IToolItem;
}): ReactElement | null {
  const runs = item.status === 'in_progress';
  const now = useNow(runs);
  const took = elapsed(item.startedAt, runs ? now : item.endedAt);
  if (took === null || took < (runs ? 1000 : 50)) {
    return null;
  }
  const text = runs ? ticking(context.trans, took) : duration(context.trans, took);
  return (
    <span className="parsess-Line-fact" aria-live="off">
      {text}
    </span>
  );
}

function ToTerminal({ context, command }: { context: IViewContext; command: string }): ReactElement {
  const label = context.trans.__('To terminal');
  return (
    <button
      type="button"
      className="parsess-Button parsess-mod-link parsess-Fold-aside"
      title={context.trans.__('Put this command into the terminal, without running it')}
      aria-label={label}
      onClick={() => {
        context.actions.toTerminal(command);
      }}
    >
      <terminalIcon.react tag="span" />
      <span className="parsess-Fold-asideText">{context.trans.__('terminal')}</span>
    </button>
  );
}
