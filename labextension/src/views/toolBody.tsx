/** What an open tool call shows: files, command, output, diffs, input. */
import type { ReactElement } from 'react';

import type { DiffContent, ToolContent } from '../protocol';
import type { IToolItem } from '../session/state';
import { Attachments } from './attachment';
import type { IViewContext } from './contract';
import { Diff } from './diff';
import { within } from './format';
import { Markdown } from './markdown';
import { Output } from './output';
import { visible } from './visible';

/** Characters of a command that fit into the line of its call. */
const LINE = 60;

export interface IToolBodyProps {
  readonly context: IViewContext;
  readonly item: IToolItem;
  readonly directory: string;
}

export function diffsOf(content: readonly ToolContent[]): readonly DiffContent[] {
  return content.filter((part): part is DiffContent => part.type === 'diff');
}

export function ToolBody({ context, item, directory }: IToolBodyProps): ReactElement {
  const { trans } = context;
  const running = item.status === 'in_progress' || item.status === 'pending';
  const isEmpty = item.content.length === 0 && item.output === '';
  return (
    <>
      <Files context={context} item={item} directory={directory} />
      <Command item={item} />
      <Input context={context} item={item} />
      {item.content.map((part, index) => (
        <Part key={index} context={context} part={part} item={item} directory={directory} />
      ))}
      {item.output !== '' && !item.content.some(({ type }) => type === 'output') && (
        <Output context={context} text={item.output} finished={!running} blob={null} totalBytes={0} />
      )}
      {isEmpty && (
        <p className="parsess-Quiet">{running ? trans.__('No output yet') : trans.__('No output')}</p>
      )}
    </>
  );
}

interface IPartProps extends IToolBodyProps {
  readonly part: ToolContent;
}

function Part({ context, part, item, directory }: IPartProps): ReactElement {
  switch (part.type) {
    case 'diff':
      return <Diff context={context} diff={part} directory={directory} />;
    case 'output':
      return (
        <Output
          context={context}
          text={part.text}
          finished={item.status !== 'in_progress'}
          blob={part.blob ?? null}
          totalBytes={part.total_bytes ?? 0}
        />
      );
    case 'content':
      if (part.content.type !== 'text') {
        return <Attachments context={context} blocks={[part.content]} />;
      }
      // What a tool found is no prose: a `#` in it is a comment, not a heading.
      return item.kind === 'fetch' || item.kind === 'other' ? (
        <Markdown context={context} text={part.content.text} finished />
      ) : (
        <Output context={context} text={part.content.text} finished blob={null} totalBytes={0} />
      );
  }
}

function Files({ context, item, directory }: IToolBodyProps): ReactElement | null {
  if (item.kind === 'execute' || item.locations.length === 0 || diffsOf(item.content).length > 0) {
    return null;
  }
  return (
    <div className="parsess-ToolBody-files">
      {item.locations.map(({ path, line }) => (
        <button
          type="button"
          key={`${path}:${line ?? ''}`}
          className="parsess-Button parsess-mod-link"
          title={context.trans.__('Open %1', path)}
          onClick={() => {
            context.actions.openFile(path, line ?? undefined);
          }}
        >
          {within(directory, path)}
          {line !== undefined && line !== null && `:${line}`}
        </button>
      ))}
    </div>
  );
}

/** A command that its line has no room for. */
function Command({ item }: { item: IToolItem }): ReactElement | null {
  const command = item.kind === 'execute' ? commandOf(item) : null;
  const isLong = command !== null && (command.includes('\n') || command.length > LINE);
  return isLong ? <pre className="parsess-Pre parsess-Command">{visible(command)}</pre> : null;
}

/** The exact line that a call runs, if its input has one. */
export function commandOf({ rawInput }: IToolItem): string | null {
  if (typeof rawInput === 'object' && rawInput !== null && 'command' in rawInput) {
    return typeof rawInput.command === 'string' ? rawInput.command : null;
  }
  return null;
}

/** The input as it was sent; a diff, a file name or a command has said it already. */
function Input({ context, item }: { context: IViewContext; item: IToolItem }): ReactElement | null {
  const said = item.kind === 'read' || item.kind === 'edit' || item.kind === 'execute';
  if (item.rawInput === null || item.rawInput === undefined || (said && context.density !== 'verbose')) {
    return null;
  }
  return (
    <details className="parsess-Details" open={context.density === 'verbose'}>
      <summary>{context.trans.__('Input')}</summary>
      <pre className="parsess-Pre">{JSON.stringify(item.rawInput, null, 2)}</pre>
    </details>
  );
}
