/** One entry of a transcript: chooses the view for its kind. */
import { memo, type ReactElement } from 'react';

import type { IToolItem } from '../session/state';
import { Answer } from './answer';
import type { IViewContext } from './contract';
import { sameEntry, type IEntry } from './entries';
import { Failure } from './failure';
import { Message } from './message';
import { Notice } from './notice';
import { Prompt } from './prompt';
import { Rewound } from './rewound';
import { Stop } from './stop';
import { Thought } from './thought';
import { ToolRun } from './toolRun';

export interface IEntryProps {
  readonly context: IViewContext;
  readonly entry: IEntry;
  readonly directory: string;
  readonly onRewind: ((to: number) => void) | null;
  readonly onTryAgain: (() => Promise<void>) | null;
}

function EntryView(props: IEntryProps): ReactElement | null {
  const { context, entry, directory, onTryAgain } = props;
  const item = entry.items[0];
  switch (item?.type) {
    case 'prompt':
      return <Prompt context={context} item={item} onRewind={props.onRewind} />;
    case 'message':
      return <Message context={context} item={item} />;
    case 'thought':
      return <Thought context={context} item={item} />;
    case 'tool':
      return <ToolRun context={context} items={entry.items as readonly IToolItem[]} directory={directory} />;
    case 'answer':
      return <Answer trans={context.trans} item={item} />;
    case 'notice':
      return <Notice item={item} />;
    case 'failure':
      // What became of the worktree stands with its steps, and so does the way on.
      return item.reason === 'worktree' ? null : (
        <Failure trans={context.trans} item={item} onTryAgain={onTryAgain} />
      );
    case 'stop':
      return <Stop trans={context.trans} item={item} onTryAgain={onTryAgain} />;
    case 'rewound':
      return <Rewound context={context} item={item} />;
    case undefined:
      return null;
  }
}

export const Entry = memo(EntryView, sameProps);

function sameProps(one: IEntryProps, other: IEntryProps): boolean {
  return (
    one.context === other.context &&
    one.directory === other.directory &&
    one.onTryAgain === other.onTryAgain &&
    one.onRewind === other.onRewind &&
    sameEntry(one.entry, other.entry)
  );
}
