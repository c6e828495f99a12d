/** A run of similar tool calls: one line with their number, or a single call as it is. */
import { memo, useState, type ReactElement } from 'react';

import type { IToolItem } from '../session/state';
import type { IViewContext } from './contract';
import { duration, elapsed } from './format';
import { chevronIcon } from './icons';
import { ToolCall } from './toolCall';
import { kindIcon } from './toolIcon';
import { runWords } from './toolWords';

export interface IToolRunProps {
  readonly context: IViewContext;
  readonly items: readonly IToolItem[];
  readonly directory: string;
}

/**
 * The calls stay in the same place of the tree when a second one makes a run of the first, so that one that
 * is open stays open: then the run is, too.
 */
function ToolRunView({ context, items, directory }: IToolRunProps): ReactElement {
  const [open, setOpen] = useState(false);
  const isRun = items.length > 1;
  return (
    <div className={`parsess-ToolRun${isRun ? ' parsess-mod-several' : ''}`}>
      {isRun && <RunLine context={context} items={items} open={open} onToggle={setOpen} />}
      <div className="parsess-ToolRun-calls" hidden={isRun && !open}>
        {items.map(item => (
          <ToolCall
            key={item.id}
            context={context}
            item={item}
            directory={directory}
            onOpen={isRun ? undefined : setOpen}
          />
        ))}
      </div>
    </div>
  );
}

export const ToolRun = memo(ToolRunView);

interface IRunLineProps {
  readonly context: IViewContext;
  readonly items: readonly IToolItem[];
  readonly open: boolean;
  readonly onToggle: (open: boolean) => void;
}

function RunLine({ context: { trans }, items, open, onToggle }: IRunLineProps): ReactElement {
  const failed = items.filter(({ status }) => status === 'failed').length;
  const Icon = kindIcon(items[0]?.kind ?? 'other');
  const first = items[0]?.startedAt ?? null;
  const took = items.every(({ endedAt }) => endedAt !== null)
    ? elapsed(first, items[items.length - 1]?.endedAt ?? null)
    : null;
  return (
    <button
      type="button"
      className="parsess-Fold-line"
      aria-expanded={open}
      onClick={() => {
        onToggle(!open);
      }}
    >
      <chevronIcon.react tag="span" className="parsess-Fold-chevron" />
      <Icon.react tag="span" className="parsess-Line-icon" />
      <span className="parsess-Line-verb">{runWords(trans, items)}</span>
      <span className="parsess-Line-space" />
      {failed > 0 && (
        <span className="parsess-Line-fact parsess-mod-failed">{trans.__('%1 failed', failed)}</span>
      )}
      {took !== null && took >= 50 && <span className="parsess-Line-fact">{duration(trans, took)}</span>}
    </button>
  );
}
